"""Filing with the county: accepted, returned with a reason, sent again, or due by itself (D16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from core import clock, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, IllegalTransition, RuleViolation, UnknownRowError, codes_of
from members import letters
from members.models import Decision, Membership
from members.operations.flows import count_change, flows_of
from members.operations.handling import open_decision, widen
from members.operations.memberships import move
from members.queries.filings import returned_to
from members.rules import (
    MEMBERSHIP_TRANSITIONS,
    MembershipAction,
    MembershipKind,
    MembershipStatus,
    ReturnReason,
    check_note,
    is_filing_due,
)
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure

ACCEPT, RETURN = "filings.accept", "filings.return"
AUTOMATIC = "automatic"


def file(
    codes: Sequence[str],
    *,
    county_id: int,
    by: Actor,
    now: datetime,
    into: Decision | None = None,
) -> Decision:
    """Accept filings in one decision; what was answered meanwhile is left out and counted.

    ``into`` is the decision that a job goes on with, else a new one is made.

    Raises UnknownRowError where one is not of this county, IllegalTransition where none is left.
    """
    found = _locked(codes, county_id)
    if any(row.person_id == by.person_id for row in found):
        raise RuleViolation("", N_("不能备案自己的会籍，请别人办理"))
    waiting = _open(found, MembershipAction.FILE)
    decision = (
        widen(into, found, waiting)
        if into
        else open_decision(ACCEPT, found, waiting, county_id, by=by, now=now)
    )
    for membership in waiting:
        flowed = flows_of(membership)
        move(membership, MembershipAction.FILE, by=by, now=now)
        membership.filed_at, membership.filed_by_id = now, by.user_id
        membership.filing_note = ""
        count_change(membership.organization.path, flowed, flows_of(membership))
    letters.tell_filed(waiting, clock.local(now).date(), now)
    db.session.flush()
    record(ACCEPT, "decision", decision.id, by=by, count=decision.count, left=decision.left_out)
    return decision


def return_filing(
    codes: Sequence[str], note: str, *, county_id: int, by: Actor, now: datetime
) -> Decision:
    """Return filings for an error, told in words; the branch mends it and files again."""
    text = check_note(ReturnReason.OTHER, note)
    found = _locked(codes, county_id)
    waiting = _open(found, MembershipAction.RETURN_FILING)
    decision = open_decision(RETURN, found, waiting, county_id, by=by, now=now)
    for membership in waiting:
        move(membership, MembershipAction.RETURN_FILING, by=by, now=now, note=text)
        membership.filing_note = text
    for organization in {row.organization for row in waiting}:
        letters.tell_filing_returned(organization, decision.code, now)
    db.session.flush()
    record(RETURN, "decision", decision.id, by=by, count=decision.count, left=decision.left_out)
    return decision


def refile(code: str, note: str, *, organization_id: int, by: Actor, now: datetime) -> Membership:
    """File again what the county returned, with a word on what was mended; a new term begins."""
    text = check_note(ReturnReason.OTHER, note)
    found = _select(
        Membership.code == code,
        returned_to(organization_id, clock.local(now).date()),
    )
    if not found:
        raise UnknownRowError(code)
    membership = found[0]
    move(membership, MembershipAction.REFILE, by=by, now=now, note=text)
    membership.filing_note, membership.approved_at = text, now
    db.session.flush()
    record("filings.refile", "membership", membership.id, by=by)
    return membership


def file_due(now: datetime, limit: int = 500) -> int:
    """File what the county did not answer within the working days of the setting; return how many.

    Doing it again on the same day finds nothing (decisions.md D16).
    """
    today = clock.local(now).date()
    days = settings.value("filings.working_days", on=today)
    filed = []
    for membership in _select(
        Membership.status == MembershipStatus.APPROVED,
        Membership.kind == MembershipKind.ADULT,
        Membership.approved_at < now - timedelta(days=days),
        limit=limit,
    ):
        approved_on = clock.local(membership.approved_at).date()
        if not is_filing_due(clock.add_working_days(approved_on, days), today):
            continue
        move(membership, MembershipAction.FILE, by=SYSTEM, now=now, note=AUTOMATIC)
        membership.filed_at = now
        record("filings.due", "membership", membership.id, by=SYSTEM)
        filed.append(membership)
    letters.tell_filed(filed, today, now)
    db.session.flush()
    return len(filed)


def move_filings(organization_ids: Sequence[int], columns: Mapping[str, int | None]) -> None:
    """Take the numbers of waiting filings along when a subtree gets another county or city.

    Called before the rows change; ``columns`` holds the new county_id and city_id.
    """
    waiting = (
        select(Membership.county_id, Membership.city_id, func.count(Membership.id))
        .where(
            Membership.organization_id.in_(organization_ids),
            Membership.status == MembershipStatus.APPROVED,
            Membership.kind == MembershipKind.ADULT,
        )
        .group_by(Membership.county_id, Membership.city_id)
    )
    top = select(Organization.id).where(Organization.parent_id.is_(None))
    for county_id, city_id, count in db.session.execute(waiting).all():
        before = county_id or city_id
        after = columns.get("county_id", county_id) or columns.get("city_id", city_id)
        for branch_id, change in ((before, -count), (after, count)):
            filer_id = branch_id or db.session.scalars(top).one()
            path = db.session.get_one(Organization, filer_id).path
            figures.add(path, Measure.FILINGS_WAITING, change)


def _locked(codes: Sequence[str], county_id: int) -> Sequence[Membership]:
    wanted = codes_of(codes)
    found = _select(
        Membership.code.in_(wanted),
        Membership.county_id == county_id,
        Membership.kind == MembershipKind.ADULT,
    )
    if len(found) != len(wanted):
        raise UnknownRowError
    return found


def _select(*conditions: ColumnElement[bool], limit: int | None = None) -> Sequence[Membership]:
    statement = (
        select(Membership)
        .options(
            joinedload(Membership.organization, innerjoin=True),
            joinedload(Membership.person, innerjoin=True),
        )
        .where(*conditions)
        .order_by(Membership.id)
        .limit(limit)
        .with_for_update(of=Membership)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).all()


def _open(found: Sequence[Membership], action: MembershipAction) -> list[Membership]:
    fitting = [row for row in found if (row.status, action) in MEMBERSHIP_TRANSITIONS]
    if not fitting:
        raise IllegalTransition(found[0].status, action)
    return fitting
