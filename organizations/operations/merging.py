"""Organizations become one, row after row of a list, and are taken apart again (ORG-17, S31).

Each row is a transaction of its own where a job does it: killed at any moment it is done whole
or not at all, and a row that is done is never done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from core import clock, settings
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, IllegalTransition, RuleViolation, UnknownRowError, next_state
from organizations.models import Organization
from organizations.models.merging import Merger, MergerRow
from organizations.operations.closing import (
    Plan,
    close_organization,
    hold,
    reopen_organization,
)
from organizations.operations.drafting import check_decider, check_stands
from organizations.operations.ended_divisions import end_division, restore_division
from organizations.operations.founding import NewOrganization, found
from organizations.operations.moving import move
from organizations.rules import (
    MERGER_ROW_TRANSITIONS,
    MERGER_TRANSITIONS,
    OPEN_STATES,
    STANDING_ROWS,
    MergerAction,
    MergerRowAction,
    MergerRowStatus,
    MergerStep,
    OrganizationAction,
    OrganizationKind,
)
from organizations.totals import conserved, people_left, totals_of

#: Kinds whose own division ends with them; a school only stands in one.
_PLACES = frozenset({OrganizationKind.COUNTY, OrganizationKind.TOWNSHIP, OrganizationKind.VILLAGE})


def locked_merger(code: str, place_id: int) -> Merger:
    """Return a list of a Red Cross, held until the transaction ends. Raises UnknownRowError."""
    found_one = db.session.scalars(
        select(Merger)
        .where(Merger.code == code, Merger.organization_id == place_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found_one is None:
        raise UnknownRowError(code)
    return found_one


def change(merger: Merger, action: MergerAction) -> None:
    """Move a list along its table. Raises IllegalTransition."""
    merger.status = next_state(MERGER_TRANSITIONS, merger.status, action)


def discard_merger(merger: Merger, *, by: Actor) -> None:
    """Give up a list of which nothing was done. Raises IllegalTransition."""
    change(merger, MergerAction.DISCARD)
    record("merger.discard", "organization", merger.organization_id, by=by, list=merger.code)
    db.session.flush()


def begin(merger: Merger, *, by: Actor, now: datetime) -> int:
    """Start a list that is a draft; return how many rows are to be done. Raises RuleViolation."""
    change(merger, MergerAction.START)
    count = count_rows(merger, MergerRow.status == MergerRowStatus.READY)
    if not count:
        raise RuleViolation("", N_("没有可以合并的行，请先改好名单"))
    merger.started_at, merger.started_by_id = now, by.user_id
    merger.keep_totals("before", totals_of(merger))
    record("merger.start", "organization", merger.organization_id, by=by, rows=count)
    db.session.flush()
    return count


def advance(merger: Merger, *, by: Actor, now: datetime) -> MergerRow | None:
    """Do the next row of a list, or find that none is left: then the list is done."""
    row = _next_row(merger, MergerRow.status == MergerRowStatus.READY, MergerRow.position)
    if row is None:
        change(merger, MergerAction.FINISH)
        merger.done_at = now
        merger.keep_totals("after", totals_of(merger))
        record("merger.finish", "organization", merger.organization_id, by=by, list=merger.code)
    else:
        _try(row, MergerRowAction.REFUSE, lambda: _apply(merger, row, by, now))
    db.session.flush()
    return row


def begin_undo(merger: Merger, *, by: Actor, now: datetime) -> int:
    """Start taking a list back; return how many rows stand.

    Raises IllegalTransition, and RuleViolation when it is too late or nothing stands.
    """
    change(merger, MergerAction.UNDO)
    until = undo_until(merger, now)
    if until is None or now > until:
        raise RuleViolation("", N_("超过了可以撤销的天数，不能拆回去了"))
    count = count_rows(merger, MergerRow.status.in_(STANDING_ROWS))
    if not count:
        raise RuleViolation("", N_("没有可以撤销的行"))
    merger.undone_at, merger.undone_by_id = None, by.user_id
    merger.keep_totals("undone", {})
    record("merger.undo", "organization", merger.organization_id, by=by, rows=count)
    db.session.flush()
    return count


def retreat(merger: Merger, before: int | None, *, by: Actor, now: datetime) -> MergerRow | None:
    """Take the next row of a list back, in reverse; ``before`` is the position of the last one."""
    standing: ColumnElement[bool] = MergerRow.status.in_(STANDING_ROWS)
    if before is not None:
        standing &= MergerRow.position < before
    row = _next_row(merger, standing, MergerRow.position.desc())
    if row is None:
        change(merger, MergerAction.FINISH_UNDO)
        merger.undone_at = now
        merger.keep_totals("undone", totals_of(merger))
        record("merger.undone", "organization", merger.organization_id, by=by, list=merger.code)
    else:
        _try(row, MergerRowAction.STICK, lambda: _take_back(merger, row, by, now))
    db.session.flush()
    return row


def undo_until(merger: Merger, now: datetime) -> datetime | None:
    """Return until when a list can be taken back; None before it is done."""
    days = settings.value("mergers.undo_days", on=clock.local(now).date())
    return merger.done_at + timedelta(days=days) if merger.done_at else None


def count_rows(merger: Merger, *conditions: ColumnElement[bool]) -> int:
    """Return how many rows of a list there are of a kind."""
    statement = select(func.count()).where(MergerRow.merger_id == merger.id, *conditions)
    return db.session.scalar(statement) or 0


def _next_row(merger: Merger, condition: ColumnElement[bool], order: object) -> MergerRow | None:
    return db.session.scalars(
        select(MergerRow)
        .where(MergerRow.merger_id == merger.id, condition)
        .order_by(order)  # type: ignore[arg-type]
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _try(row: MergerRow, otherwise: MergerRowAction, act: Callable[[], None]) -> None:
    """Do something with a row whole, or leave it with the reason: the others go on."""
    try:
        with db.session.begin_nested():
            act()
    except IllegalTransition:
        problem = RuleViolation("", N_("这个组织的状态后来变了"))
    except RuleViolation as violation:
        problem = violation
    else:
        return
    row.explain(problem.message, problem.params)
    row.status = next_state(MERGER_ROW_TRANSITIONS, row.status, otherwise)


def _apply(merger: Merger, row: MergerRow, by: Actor, now: datetime) -> None:
    source = db.session.get_one(Organization, row.source_id)
    ids = [source.id, source.parent_id or source.id, row.target_id or source.id]
    hold(ids)
    check_stands(source)
    _check_place(merger, source)
    target = _target(merger, row, source, by)
    _check_place(merger, target)
    if row.step is MergerStep.MOVE:
        moved = move(source, target, by=by, now=now, reason=row.document)
        row.move_id = moved.id
    else:
        check_decider(db.session.get_one(Organization, merger.organization_id), source, target)
        plan = Plan(row.document, merger.merged_on, target, OrganizationAction.MERGE)
        with conserved(source, target):
            row.closing_id = close_organization(source, plan, by=by, now=now).id
        _end_division(merger, row, source, target)
    row.target_id, row.done_at = target.id, now
    row.status = next_state(MERGER_ROW_TRANSITIONS, row.status, MergerRowAction.APPLY)
    db.session.flush()


def _check_place(merger: Merger, organization: Organization) -> None:
    """Raise RuleViolation for what went to another Red Cross after the list was judged (AZ-11)."""
    place = db.session.get_one(Organization, merger.organization_id)
    if not organization.path.startswith(place.path):
        raise RuleViolation("", N_("这个组织后来转到别处了"))


def _target(merger: Merger, row: MergerRow, source: Organization, by: Actor) -> Organization:
    """Return what takes an organization in: one that stands, or a new one, founded once."""
    if row.target_id is not None:
        return db.session.get_one(Organization, row.target_id)
    founded = db.session.scalars(
        select(MergerRow).where(
            MergerRow.merger_id == merger.id,
            MergerRow.target_name == row.target_name,
            MergerRow.founded,
            MergerRow.status.in_(STANDING_ROWS),
        )
    ).one_or_none()
    if founded is not None:
        return db.session.get_one(Organization, founded.target_id)
    beside = source if row.step is MergerStep.MERGE else _above(source)
    new = NewOrganization(
        beside.kind,
        row.target_name,
        division_code=beside.division_code,
        phone=beside.phone,
        founded_on=merger.merged_on,
    )
    row.founded = True
    return found(new, _above(beside), by=by)


def _above(organization: Organization) -> Organization:
    return db.session.get_one(Organization, organization.parent_id)


def _end_division(
    merger: Merger, row: MergerRow, source: Organization, target: Organization
) -> None:
    """Let the division of an organization end with it, and name the one that follows (DAT-07)."""
    code = source.division_code
    if (
        not merger.ends_divisions
        or source.kind not in _PLACES
        or code is None
        or code == target.division_code
    ):
        return
    if end_division(code, target.division_code, merger.merged_on):
        row.division_code = code


def _take_back(merger: Merger, row: MergerRow, by: Actor, now: datetime) -> None:
    source = db.session.get_one(Organization, row.source_id)
    target = db.session.get_one(Organization, row.target_id)
    hold([source.id, source.parent_id or source.id, target.id])
    _check_place(merger, source)
    if row.step is MergerStep.MOVE and row.move is not None:
        home = db.session.get_one(Organization, row.move.from_parent_id)
        move(source, home, by=by, now=now, reason=row.document)
    else:
        if target.status not in OPEN_STATES:
            raise RuleViolation("", N_("并入的组织后来也合并或撤销了，请先恢复它"))
        reopen_organization(source, by=by, now=now)
        _restore_division(row)
    row.problem = ""
    row.status = next_state(MERGER_ROW_TRANSITIONS, row.status, MergerRowAction.TAKE_BACK)
    db.session.flush()
    if row.founded:
        _dissolve_founded(merger, row, target, by, now)


def _restore_division(row: MergerRow) -> None:
    if row.division_code is None:
        return
    restore_division(row.division_code)
    row.division_code = None


def _dissolve_founded(
    merger: Merger, row: MergerRow, target: Organization, by: Actor, now: datetime
) -> None:
    """Close what a list founded, unless somebody joined it meanwhile: then it stays, and why."""
    if people_left(target):
        problem = N_("『%(name)s』里已经有新的会员或志愿者，没有撤销")
        row.explain(problem, {"name": target.name})
        return
    day = max(merger.merged_on, target.founded_on or merger.merged_on)
    close_organization(target, Plan(row.document, day), by=by, now=now, is_empty=True)
