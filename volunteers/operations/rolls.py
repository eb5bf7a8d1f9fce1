"""Hours by the roll call of a class: recorded by the school, confirmed by another line.

The roll call is the only entry: it counts for the class and the school, and gives hours to those
who are volunteers there by the rules of every volunteer (domain.md VOL-04, VOL-25, LED-02, LED-03).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from core import settings
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.crypto import opaque_code
from core.database import db
from core.rules import N_, NN_, RuleViolation, next_state
from organizations.models import Organization
from volunteers import letters
from volunteers.models import ServiceSheet
from volunteers.operations.books import Books
from volunteers.operations.records import (
    flush,
    limits_on,
    lock_records,
    lock_volunteers,
    step,
)
from volunteers.operations.sending import Served, record_served
from volunteers.operations.sheets import lock_sheet
from volunteers.queries.records import standing_records
from volunteers.queries.rolls import codes_on_sheet, serving_among, sheet_code_of
from volunteers.rules import (
    Claim,
    Existing,
    ServiceAction,
    ServiceMethod,
    ServiceStatus,
    check_claim,
    day_of,
    window_of,
)
from volunteers.rules.sheets import (
    SHEET_TRANSITIONS,
    SheetAction,
    SheetFacts,
    SheetKind,
    SheetStatus,
    check_facts,
    method_of,
)


def enter_roll(
    facts: SheetFacts,
    people: Collection[int],
    *,
    organization: Organization,
    by: Actor,
    now: datetime,
) -> ServiceSheet | None:
    """Return the sheet whose records wait for another line, or None where nobody gets hours.

    Left out is whose time is taken already or over what a day may have. Raises RuleViolation
    where the days are over within which a roll call proves anything (VOL-26).
    """
    checked = check_facts(facts, SheetKind.CLASS, now)
    days = settings.value("hours.enter_days", day_of(now))
    method = method_of(SheetKind.CLASS, checked.ends_at, now, days)
    if method is not ServiceMethod.ROLL_CALL:
        message = NN_("服务时长要在 %(days)d 天内登记，过后请用代录时长")
        raise RuleViolation("is_service", message, days=days)
    served = _served(checked, people, organization, now)
    if not served:
        return None
    sheet = ServiceSheet(
        code=opaque_code(12),
        kind=SheetKind.CLASS,
        status=next_state(SHEET_TRANSITIONS, SheetStatus.DRAFT, SheetAction.SEND),
        organization=organization,
        line_id=by.organization_id or organization.id,
        entered_by_id=by.user_id,
        entered_post_id=by.post_id,
        begun_at=now,
        sent_at=now,
    )
    sheet.tell(checked)
    db.session.add(sheet)
    db.session.flush()
    persons = {one.volunteer.person_id for one in served}
    records = record_served(sheet, served, method, persons, is_held=False, by=by, now=now)
    sent = f"{method}: {len(persons)} people, {sum(one.minutes for one in records)} minutes"
    audit("sheets.send", "service_sheet", sheet.id, by=by, sent=sent, held=False)
    letters.tell_entered(records, now)
    flush()
    return sheet


def _served(
    facts: SheetFacts, people: Collection[int], organization: Organization, now: datetime
) -> list[Served]:
    claim = Claim(facts.starts_at, facts.ends_at)
    volunteers = lock_volunteers(serving_among(people, organization.id, claim.day))
    standing = standing_records([one.person_id for one in volunteers], window_of(claim.day))
    back = settings.value("hours.entered_back_days", day_of(now))
    limits = replace(limits_on(now), back_days=back)
    served = []
    for volunteer in volunteers:
        existing: list[Existing] = standing.get(volunteer.person_id, [])
        try:
            doubts = check_claim(
                claim, existing, now=now, joined_on=volunteer.entered_on, limits=limits
            )
        except RuleViolation:
            continue
        served.append(Served(volunteer, claim, doubts))
    return served


def take_back_roll(sheet_id: int, *, by: Actor, now: datetime) -> None:
    """Take back the hours of a roll call that still wait.

    Raises RuleViolation where somebody has decided over one of them: then it is corrected there.
    """
    lock_sheet(sheet_code_of(sheet_id))
    records = lock_records(codes_on_sheet(sheet_id))
    waits = [one for one in records if one.status is ServiceStatus.PENDING]
    gone = (ServiceStatus.PENDING, ServiceStatus.WITHDRAWN)
    if any(one.status not in gone for one in records):
        raise RuleViolation("", N_("有人已经处理了其中的时长，请在时长里逐条更正"))
    books = Books(by, now)
    for record in waits:
        books.wait(record, -1)
        step(record, ServiceAction.TAKE_BACK, by=by, now=now)
    books.close()
    audit("sheets.take_back", "service_sheet", sheet_id, by=by, count=len(waits))
    flush()
