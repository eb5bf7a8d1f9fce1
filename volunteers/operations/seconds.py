"""What the second person does with a sheet: agree, release what was held, not accept (LED-05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import N_, IllegalTransition, RuleViolation, UnknownRowError, next_state
from members.models import Decision
from organizations.models import Organization
from organizations.operations.moving import MovedSubtree
from volunteers.models import ServiceRecord, ServiceSheet
from volunteers.operations.decisions import check_decider, confirm, refuse
from volunteers.operations.handlers import hand_over
from volunteers.operations.records import flush, lock_records
from volunteers.operations.sheets import lock_sheet
from volunteers.queries.seconds import second_for
from volunteers.rules import RefusalReason, ServiceStatus
from volunteers.rules.sheets import (
    SHEET_TRANSITIONS,
    SheetAction,
    SheetStatus,
    check_second,
    needs_other_line,
)


def confirm_sheet(
    code: str,
    records: Sequence[str],
    *,
    handler_id: int,
    by: Actor,
    now: datetime,
    looked_at: bool = False,
) -> Decision:
    """Return the decision that credited the chosen records of a sheet.

    Those with a doubt are looked at one by one, and the second person says so.

    Raises IllegalTransition where the sheet is held or somebody else has decided, RuleViolation
    for one of the line that entered.
    """
    sheet = lock_sheet(code)
    waiting = _lock_waiting(sheet, handler_id, SheetAction.DECIDE)
    next_state(SHEET_TRANSITIONS, sheet.status, SheetAction.DECIDE)
    _check_line(sheet, waiting, by)
    chosen = [one for one in waiting if one.code in set(records)]
    if not chosen:
        raise RuleViolation("", N_("先选要确认的记录"))
    if not looked_at and any(one.doubts for one in chosen):
        raise RuleViolation("", N_("有要看一下的，请逐个看过，再勾选“都看过了”"))
    codes = [one.code for one in chosen]
    return confirm(codes, handler_id=handler_id, by=by, now=now, doubtful=True, sheet_id=sheet.id)


def refuse_sheet(
    code: str,
    reason: RefusalReason,
    note: str,
    *,
    handler_id: int,
    by: Actor,
    now: datetime,
) -> Decision:
    """Return the decision that did not accept what still waits of a sheet, held or not."""
    sheet = lock_sheet(code)
    waiting = _lock_waiting(sheet, handler_id, SheetAction.DECIDE)
    _check_line(sheet, waiting, by)
    codes = [one.code for one in waiting]
    return refuse(codes, reason, note, handler_id=handler_id, by=by, now=now)


def release_sheet(code: str, *, handler_id: int, by: Actor, now: datetime) -> ServiceSheet:
    """Return a sheet that was held, now before the second person (security.md LED-06)."""
    sheet = lock_sheet(code)
    waiting = _lock_waiting(sheet, handler_id, SheetAction.RELEASE)
    check_decider(waiting, by)
    _check_line(sheet, waiting, by)
    sheet.status = next_state(SHEET_TRANSITIONS, sheet.status, SheetAction.RELEASE)
    sheet.released_at, sheet.released_by_id = now, by.user_id
    follow_sheet(sheet, waiting, by=by, now=now)
    audit("sheets.release", "service_sheet", sheet.id, by=by, count=len(waiting))
    flush()
    return sheet


def _check_line(sheet: ServiceSheet, records: Sequence[ServiceRecord], by: Actor) -> None:
    is_manual = needs_other_line(sheet.kind, records[0].method)
    check_second(sheet.line_id, by.organization_id, is_manual=is_manual)


def _lock_waiting(
    sheet: ServiceSheet, handler_id: int, action: SheetAction
) -> Sequence[ServiceRecord]:
    """Return what waits of a sheet at a handler, locked.

    Raises UnknownRowError where it never was there, IllegalTransition where all was decided.
    """
    asked = select(ServiceRecord.code, ServiceRecord.handler_id, ServiceRecord.status).where(
        ServiceRecord.sheet_id == sheet.id
    )
    rows = db.session.execute(asked).all()
    if not rows or handler_id not in {row.handler_id for row in rows}:
        raise UnknownRowError(sheet.code)
    waits = [
        row.code
        for row in rows
        if row.handler_id == handler_id and row.status is ServiceStatus.PENDING
    ]
    if not waits:
        raise IllegalTransition(sheet.status, action)
    locked = lock_records(waits, ServiceRecord.handler_id == handler_id)
    found = [one for one in locked if one.status is ServiceStatus.PENDING]
    if not found:
        raise IllegalTransition(sheet.status, action)
    return found


def follow_sheet(
    sheet: ServiceSheet, records: Sequence[ServiceRecord], *, by: Actor, now: datetime
) -> int:
    """Give what waits of a sheet to who has to look at it now; return how many went elsewhere."""
    people = {one.person_id for one in records}
    to = second_for(
        sheet,
        people,
        now,
        is_manual=needs_other_line(sheet.kind, records[0].method),
        is_held=sheet.status is SheetStatus.HELD,
    )
    moved = [one for one in records if one.handler_id != to.id]
    for record in moved:
        hand_over(record, to, by, now)
    return len(moved)


def follow_moved_sheets(moved: MovedSubtree) -> None:
    """Give sheets that wait in a part of the tree that moved to the offices above it now."""
    waits = select(ServiceRecord.organization_id).where(
        ServiceRecord.organization_id.in_(list(moved.organization_ids)),
        ServiceRecord.status == ServiceStatus.PENDING,
        ServiceRecord.sheet_id.is_not(None),
    )
    statement = select(Organization).where(Organization.id.in_(waits)).order_by(Organization.id)
    for organization in db.session.scalars(statement).all():
        follow_sheets(organization, by=moved.by, now=moved.now)


def follow_sheets(organization: Organization, *, by: Actor, now: datetime) -> int:
    """Give the sheets that wait for an organization's hours to who looks at them now.

    A keeper came or went, or the tree changed; the line that entered never gets its own.
    """
    waits = select(ServiceRecord.sheet_id).where(
        ServiceRecord.organization_id == organization.id,
        ServiceRecord.status == ServiceStatus.PENDING,
        ServiceRecord.sheet_id.is_not(None),
    )
    codes = db.session.scalars(
        select(ServiceSheet.code)
        .where(ServiceSheet.organization_id == organization.id, ServiceSheet.id.in_(waits))
        .order_by(ServiceSheet.id)
    ).all()
    moved = 0
    for code in codes:
        sheet = lock_sheet(code)
        rows = db.session.scalars(
            select(ServiceRecord.code).where(
                ServiceRecord.sheet_id == sheet.id, ServiceRecord.status == ServiceStatus.PENDING
            )
        ).all()
        locked = lock_records(rows) if rows else []
        found = [one for one in locked if one.status is ServiceStatus.PENDING]
        if found:
            moved += follow_sheet(sheet, found, by=by, now=now)
    return moved


def follow_keeper_of_sheets(organization_id: int, *, now: datetime) -> int:
    """Give the sheets of an organization to who looks at them since a keeper came or went."""
    organization = db.session.get_one(Organization, organization_id)
    return follow_sheets(organization, by=SYSTEM, now=now)
