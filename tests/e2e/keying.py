"""Hours entered for others on stage: drafts, a roll call from paper, what waits for a second."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from core import clock
from core.audit.operations import Actor
from core.database import db
from organizations.models import Organization
from people.models import Person
from tests import factories as make
from tests.activity_factories import make_activity, make_attendance, make_signup, shift_of
from tests.e2e import stage
from tests.e2e.sheets import Sheet, press
from tests.units import png
from volunteers import operations as hours
from volunteers.models import ServiceSheet, Volunteer
from volunteers.operations import KeyedLine
from volunteers.queries.sheets import records_on
from volunteers.rules import ServiceField, ServiceMethod, WorkKind
from volunteers.rules.sheets import SheetFacts

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery

REASON = "本人没有手机，当天没有签到"
KEYING_SHEETS = (
    Sheet("volunteers.list_sheets", "ben", "/o/{branch}/sheets"),
    Sheet("volunteers.list_sheets", "bea", "/o/{quiet}/sheets", state="none"),
    Sheet("volunteers.new_sheet", "ben", "/o/{branch}/sheets/new"),
    Sheet("volunteers.new_sheet", "ben", "/o/{branch}/sheets/new", press("下一步"), "wrong"),
    Sheet("volunteers.edit_sheet", "ben", "/o/{branch}/sheets/{roll_draft}/edit"),
    Sheet("volunteers.sheet", "ben", "/o/{branch}/sheets/{sheet_draft}"),
    Sheet("volunteers.sheet", "ben", "/o/{branch}/sheets/{roll_draft}", state="roll"),
    Sheet("volunteers.sheet", "ben", "/o/{branch}/sheets/{roll_draft}", press("送出"), "differs"),
    Sheet("volunteers.sheet", "ben", "/o/{branch}/sheets/{sheet_sent}", state="sent"),
    Sheet("volunteers.seconds", "cora", "/o/{county}/seconds"),
    Sheet("volunteers.seconds", "eve", "/o/{city}/seconds", state="none"),
    Sheet("volunteers.second", "cora", "/o/{county}/seconds/{sheet_sent}"),
    Sheet("volunteers.second", "cora", "/o/{county}/seconds/{sheet_held}", state="held"),
    Sheet("volunteers.refuse_sheet", "cora", "/o/{county}/seconds/{sheet_sent}/refusal"),
    Sheet("volunteers.own_record", "ada", "/me/hours/{entered_record}", state="entered"),
    Sheet("volunteers.own_record", "ada", "/me/hours/{proposed_record}", state="proposed"),
    Sheet("volunteers.dispute_own", "ada", "/me/hours/{proposed_record}/dispute"),
    Sheet(
        "volunteers.dispute_own",
        "ada",
        "/me/hours/{proposed_record}/dispute",
        press("提交说明"),
        "wrong",
    ),
    Sheet("volunteers.disown_own", "ada", "/me/hours/{entered_record}/not-me"),
)


def furnish_sheets(scenery: Scenery, branch: Organization) -> None:
    """Leave the secretary drafts, the county one sheet to agree to and one that is held."""
    ben = stage.acting("ben")
    person = db.session.get_one(Person, stage.acting("ada").person_id)
    ada = db.session.scalars(select(Volunteer).where(Volunteer.person_id == person.id)).one()
    crowd = [make.make_volunteer(make.make_person(born_on=stage.birth()), branch) for _ in range(6)]
    begun = _draft(branch, "敬老探访", _ago(4, 8), 120, crowd[:2], ben)
    sent = _draft(branch, "义诊服务", _ago(5, 20), 90, [ada, *crowd[:2]], ben)
    hours.send_sheet(sent.code, by=ben, now=clock.now())
    held = _draft(branch, "防汛值守", _ago(6, 6), 540, crowd, ben)
    hours.send_sheet(held.code, by=ben, now=clock.now())
    scenery.codes.update(
        sheet_draft=begun.code,
        sheet_sent=sent.code,
        sheet_held=held.code,
        entered_record=records_on(sent)[0].code,
        proposed_record=_proposed(branch, ada, ben),
        roll_draft=roll_to_key(branch, crowd[:4], ben).code,
    )


def _proposed(branch: Organization, who: Volunteer, by: Actor) -> str:
    """Return the code of a record of somebody who did not sign out."""
    shift = shift_of(make_activity(branch, title="河道清理", starts_at=_ago(9, 9)))
    here = make_attendance(make_signup(shift, who.person))
    record = make.make_record(who, branch, starts_at=here.in_at, minutes=90)
    record.attendance, record.submitted_by_id = here, by.user_id
    record.method, record.doubts = ServiceMethod.ROLL_CALL, "no_check_out"
    db.session.flush()
    return record.code


def roll_to_key(branch: Organization, people: list[Volunteer], by: Actor) -> ServiceSheet:
    """Return the draft of a roll call that was taken on paper yesterday, its totals told."""
    shift = shift_of(make_activity(branch, title="社区消防演练", starts_at=_ago(1, 9)))
    for one in people:
        make_signup(shift, one.person)
    now = clock.now()
    sheet = hours.begin_roll(shift, organization=branch, by=by, now=now)
    told = SheetFacts(*_head(sheet.facts), "", len(people), 120 * len(people))
    hours.change_facts(sheet.code, told, by=by, now=now)
    hours.keep_evidence(sheet.code, png(4, 4), by=by, now=now)
    return sheet


def _head(facts: SheetFacts) -> tuple[str, ServiceField, WorkKind, datetime, datetime]:
    return facts.title, facts.field, facts.work, facts.starts_at, facts.ends_at


def _ago(days: int, hour: int) -> datetime:
    day = clock.today() - timedelta(days=days)
    return clock.day_bounds(day)[0] + timedelta(hours=hour)


def _draft(
    branch: Organization,
    title: str,
    start: datetime,
    minutes: int,
    people: list[Volunteer],
    by: Actor,
) -> ServiceSheet:
    now, end = clock.now(), start + timedelta(minutes=minutes)
    facts = SheetFacts(title, ServiceField.AID, WorkKind.SERVICE, start, end, REASON)
    sheet = hours.begin_sheet(facts, organization=branch, by=by, now=now)
    hours.keep_evidence(sheet.code, png(2, 3), by=by, now=now)
    hours.keep_lines(sheet.code, [KeyedLine(one.id, start, end) for one in people], by=by)
    return sheet
