"""What units owe for a year, by the band of their staff, and what follows from not paying."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from accounts.rules.letters import LetterKind
from core import clock, settings
from core.audit.operations import SYSTEM, Actor
from core.database import db
from core.rules import N_, RuleViolation
from core.transactions import TryAgainError
from members import notices
from members.models import DuesCharge, DuesPayment, DuesTariff, GroupEvent, GroupMembership
from members.operations.dues_charges import BATCH, Charged, count, make_charge
from members.operations.groups import change
from members.queries.dues_due import all_tariffs, line_of_group, tariff_of_group
from members.rules import (
    MemberGrade,
    MembershipKind,
    check_band,
    check_month,
    is_behind,
    last_unpaid_year,
    unit_owes_dues,
)
from members.rules.groups import GROUP_PAYING, GroupAction, GroupStatus

_TURNS = (GroupAction.PROPOSE, GroupAction.KEEP)


def charge_group(
    group: GroupMembership, year: int, tariffs: Sequence[DuesTariff], *, now: datetime
) -> DuesCharge | None:
    """Return the charge of a unit for a year, a new one where there is none yet.

    None where nothing is due. The caller holds the row of the unit.
    """
    known = db.session.scalars(
        select(DuesCharge).where(DuesCharge.group_id == group.id, DuesCharge.year == year)
    ).one_or_none()
    if known is not None:
        return known
    tariff = tariff_of_group(group, year, tariffs)
    return make_charge(group, year, tariff, now) if tariff is not None else None


def must_charge_group(group: GroupMembership, year: int, *, now: datetime) -> DuesCharge:
    """Return the charge of a unit. Raises RuleViolation where it owes nothing or fits no band."""
    due = charge_group(group, year, all_tariffs(), now=now)
    if due is not None:
        db.session.flush()
        return due
    if is_free(group, date(year, 1, 1)) or is_free(group, clock.local(now).date()):
        raise RuleViolation("", N_("%(who)s按会费标准不用交会费"), who=group.name)
    raise RuleViolation(
        "", N_("会费标准里没有 %(staff)d 人的档，请联系省红十字会"), staff=group.staff
    )


def is_free(group: GroupMembership, day: date) -> bool:
    """Return whether the tariff has a line for the staff of a unit, and asks it for nothing."""
    line = line_of_group(group, day, all_tariffs())
    return line is not None and not line.amount


def charge_groups(year: int, now: datetime, after_id: int = 0) -> Charged | None:
    """Charge the next units for a year and tell them, None when all are; as for members."""
    has = exists().where(DuesCharge.group_id == GroupMembership.id, DuesCharge.year == year)
    found = db.session.scalars(
        select(GroupMembership)
        .options(joinedload(GroupMembership.organization, innerjoin=True))
        .where(
            GroupMembership.status.in_(GROUP_PAYING),
            GroupMembership.grade != MemberGrade.PERMANENT,
            GroupMembership.id > after_id,
            ~has,
        )
        .order_by(GroupMembership.id)
        .limit(BATCH)
        .with_for_update(of=GroupMembership)
        .execution_options(populate_existing=True)
    ).all()
    if not found:
        return None
    tariffs = all_tariffs()
    made = [charge_group(group, year, tariffs, now=now) for group in found]
    charges = [one for one in made if one is not None]
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    notices.tell_charged(charges, now)
    return Charged(len(charges), found[-1].id)


def recharge_group(group: GroupMembership, now: datetime) -> None:
    """Let what is due this year follow the number of staff, while nothing was paid."""
    year, today = clock.local(now).year, clock.local(now).date()
    tariff = tariff_of_group(group, year, all_tariffs())
    due = db.session.scalars(
        select(DuesCharge)
        .where(DuesCharge.group_id == group.id, DuesCharge.year == year, DuesCharge.paid == 0)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if due is not None and tariff is None and is_free(group, today):
        _drop(due)
    if due is None or tariff is None or tariff.id == due.tariff_id:
        return
    count(due, -1)
    due.amount, due.tariff_id = tariff.amount, tariff.id
    count(due, 1)
    db.session.flush()


def drop_charges(group: GroupMembership) -> None:
    """Remove what a unit owed that never became a member. Raises RuleViolation after a payment."""
    charges = db.session.scalars(
        select(DuesCharge).where(DuesCharge.group_id == group.id).with_for_update()
    ).all()
    if any(one.paid for one in charges):
        raise RuleViolation("", N_("已经收过会费，请先冲正"))
    for one in charges:
        _drop(one)


def _drop(due: DuesCharge) -> None:
    """Remove a charge; one of which something was reversed stays in the books."""
    if db.session.scalar(select(exists().where(DuesPayment.charge_id == due.id))):
        return
    count(due, -1)
    db.session.execute(delete(DuesCharge).where(DuesCharge.id == due.id))
    db.session.expunge(due)


def unpaid_years(group: GroupMembership) -> Sequence[int]:
    """Return the years of which a unit still owes something."""
    mine = select(DuesCharge.year).where(
        DuesCharge.group_id == group.id, DuesCharge.paid < DuesCharge.amount
    )
    return db.session.scalars(mine).all()


def has_charges(group: GroupMembership) -> bool:
    """Return whether the books hold something of a unit."""
    held = exists().where(DuesCharge.group_id == group.id)
    return bool(db.session.scalar(select(held)))


def check_unit_pays(due: DuesCharge, amount: int, by: Actor) -> None:
    """Raise RuleViolation for the amount of another band and for one's own unit."""
    group = due.group
    if group is None:
        return
    if group.owner_id is not None and group.owner_id == by.user_id:
        raise RuleViolation("", N_("不能办理自己提交的申请，请别人办"))
    lines = [one for one in all_tariffs() if one.kind is MembershipKind.GROUP]
    others = {one.amount for one in lines if one.amount != due.amount}
    if due.paid == 0:
        check_band(amount, due.amount, others, group.name, group.staff)


def settle_group(due: DuesCharge, number: str, paid_on: date, *, by: Actor, now: datetime) -> None:
    """Let a unit be what it is after a payment: a member, or out of arrears where none is old."""
    group = due.group
    if group is None:
        return
    owes = due.outstanding > 0
    if group.status in {GroupStatus.ARREARS, GroupStatus.PROPOSED}:
        owes = _is_behind(group, now)
    stays = group.status if owes else None
    change(group, GroupAction.RECEIVE_DUES, by=by, now=now, words=number, back_to=stays)
    group.dues_receipt, group.dues_paid_on = number, paid_on
    if group.joined_on is None and not owes:
        group.joined_on = paid_on
        notices.tell_contact(group, LetterKind.GROUP_ACTIVE, now)


def unsettle_group(group: GroupMembership, *, by: Actor, now: datetime) -> None:
    """Show the payment that stands after another one was reversed.

    Where no year is paid any more a unit waits for its dues again, as before it was a member.
    """
    last = db.session.scalars(
        select(DuesPayment)
        .join(DuesPayment.charge)
        .options(joinedload(DuesPayment.receipt, innerjoin=True))
        .where(DuesCharge.group_id == group.id, DuesPayment.refunded_at.is_(None))
        .order_by(DuesPayment.id.desc())
        .limit(1)
    ).one_or_none()
    group.dues_receipt = last.receipt.number if last else ""
    group.dues_paid_on = last.receipt.paid_on if last else None
    paid = exists().where(DuesCharge.group_id == group.id, DuesCharge.paid >= DuesCharge.amount)
    is_charged = unit_owes_dues(group.grade, group.status)
    if group.status is GroupStatus.ACTIVE and is_charged and not db.session.scalar(select(paid)):
        change(group, GroupAction.REVERSE_DUES, by=by, now=now)
        today = clock.local(now).date()
        days = settings.value("groups.dues_working_days", on=today)
        group.joined_on, group.dues_due_on = None, clock.add_working_days(today, days)


def units_fall_behind(now: datetime) -> int:
    """Mark units whose dues of a past year are unpaid, and tell them; return how many."""
    today = clock.local(now).date()
    last = last_unpaid_year(today.year, settings.value("dues.arrears_years", on=today))
    unpaid = _unpaid().where(DuesCharge.year <= last)
    found = _paying(GroupStatus.ACTIVE, GroupMembership.id.in_(unpaid))
    for group in found:
        change(group, GroupAction.FALL_BEHIND, by=SYSTEM, now=now)
        group.reason = ""
        notices.tell_contact(group, LetterKind.GROUP_BEHIND, now)
    db.session.flush()
    return len(found)


def propose_units(now: datetime) -> int:
    """List units unpaid for the full years of the setting, once a January, and tell them (MEM-34).

    Whom the county kept this year is not listed again. Raises RuleViolation in another month.
    """
    today = clock.local(now).date()
    check_month(today)
    years = settings.value("groups.unpaid_years", on=today)
    listed = exists().where(
        GroupEvent.group_id == GroupMembership.id,
        GroupEvent.action.in_(_TURNS),
        GroupEvent.at >= clock.day_bounds(date(today.year, 1, 1))[0],
    )
    each = [
        GroupMembership.id.in_(_unpaid().where(DuesCharge.year == today.year - back))
        for back in range(1, years + 1)
    ]
    found = _paying(GroupStatus.ARREARS, *each, ~listed)
    for group in found:
        change(group, GroupAction.PROPOSE, by=SYSTEM, now=now)
        group.reason = ""
        notices.tell_contact(group, LetterKind.GROUP_PROPOSED, now, years=years)
    db.session.flush()
    return len(found)


def _unpaid() -> Select[int | None]:
    return select(DuesCharge.group_id).where(DuesCharge.paid < DuesCharge.amount)


def _paying(status: GroupStatus, *conditions: ColumnElement[bool]) -> Sequence[GroupMembership]:
    return db.session.scalars(
        select(GroupMembership)
        .options(joinedload(GroupMembership.organization, innerjoin=True))
        .where(
            GroupMembership.status == status,
            GroupMembership.grade != MemberGrade.PERMANENT,
            *conditions,
        )
        .order_by(GroupMembership.id)
        .limit(BATCH)
        .with_for_update(of=GroupMembership)
        .execution_options(populate_existing=True)
    ).all()


def _is_behind(group: GroupMembership, now: datetime) -> bool:
    today = clock.local(now).date()
    years = settings.value("dues.arrears_years", on=today)
    db.session.flush()
    return is_behind(unpaid_years(group), today.year, years)
