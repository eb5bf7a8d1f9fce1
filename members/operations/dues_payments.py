"""Dues in cash: one receipt for one member or for a whole village, and mistakes reversed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, joinedload

from accounts.rules.letters import LetterKind
from core import clock, crypto, settings
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, codes_of, next_state
from core.transactions import TryAgainError
from members import notices
from members.models import (
    DuesCharge,
    DuesPayment,
    DuesReceipt,
    DuesSplit,
    GroupMembership,
    Membership,
)
from members.operations.dues_books import post_payment, reverse_payment
from members.operations.dues_charges import (
    charge,
    count,
    open_proposals_of,
    take_along,
)
from members.operations.dues_groups import check_unit_pays, settle_group, unsettle_group
from members.operations.memberships import move
from members.queries.dues_due import all_tariffs
from members.rules import (
    LIVE_STATES,
    PROPOSAL_TRANSITIONS,
    MembershipAction,
    MembershipKind,
    MembershipStatus,
    ProposalAction,
    ReturnReason,
    cascade,
    check_booked_day,
    check_note,
    check_payment,
    check_voucher,
    dues_level,
    is_behind,
    pick_permille,
    way_up,
)
from members.rules.groups import GROUP_PAYING
from organizations.models import Organization
from organizations.queries import ancestors
from organizations.rules import ids_of_path


def collect(
    organization: Organization,
    amounts: Mapping[str, int],
    number: str,
    paid_on: date,
    *,
    by: Actor,
    now: datetime,
) -> DuesReceipt:
    """Return the receipt for what members and units of an organization paid: charge code -> fen.

    One number stands for all of them. Raises UnknownRowError for a charge that is not open here,
    RuleViolation for a payment over what is due, with who is meant, and for a number used before.
    """
    taken_by = _somebody(by)
    known = check_voucher(number, "number")
    check_paid_day(paid_on, now)
    codes = codes_of(amounts)
    _lock_payers(DuesCharge.code.in_(codes), DuesCharge.organization_id == organization.id)
    charges = _locked(codes, organization.id)
    if len(charges) != len(codes):
        raise UnknownRowError
    for one in charges:
        check_payment(amounts[one.code], one.outstanding, one.payer)
        check_unit_pays(one, amounts[one.code], by)
    _check_number(organization.id, known)
    receipt = DuesReceipt(
        code=crypto.opaque_code(8),
        organization=organization,
        number=known,
        amount=sum(amounts[one.code] for one in charges),
        count=len(charges),
        paid_on=paid_on,
        recorded_at=now,
        recorded_by_id=taken_by,
    )
    db.session.add(receipt)
    payments = _pay(receipt, charges, amounts, by=by, now=now)
    notices.tell_paid(payments, LetterKind.DUES_RECEIVED, organization, now)
    record("dues.collect", "dues_receipt", receipt.id, by=by, count=receipt.count)
    _catch_up([one.membership for one in charges if one.membership], by=by, now=now)
    for one in charges:
        settle_group(one, known, paid_on, by=by, now=now)
    db.session.flush()
    return receipt


def collect_from(
    membership_code: str,
    year: int,
    amount: int,
    number: str,
    paid_on: date,
    *,
    organization: Organization,
    by: Actor,
    now: datetime,
) -> DuesReceipt:
    """Return the receipt for what one member paid for a year; it is charged now where it was not.

    Raises UnknownRowError for nobody's code and for a year in which nothing is due.
    """
    membership = db.session.scalars(
        select(Membership)
        .where(Membership.code == membership_code, Membership.organization_id == organization.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if membership is None:
        raise UnknownRowError(membership_code)
    due = charge(membership, year, all_tariffs(), now=now)
    if due is None:
        raise UnknownRowError(membership_code)
    db.session.flush()
    return collect(organization, {due.code: amount}, number, paid_on, by=by, now=now)


def refund(code: str, note: str, *, organization_id: int, by: Actor, now: datetime) -> DuesPayment:
    """Return a payment that was recorded by mistake: every line of it reversed, with the reason.

    Raises UnknownRowError for one that is not of this organization or was refunded before.
    """
    text = check_note(ReturnReason.OTHER, note)
    mine = select(DuesPayment.charge_id).where(
        DuesPayment.code == code, DuesPayment.organization_id == organization_id
    )
    _lock_payers(DuesCharge.id.in_(mine))
    due = db.session.scalars(
        select(DuesCharge)
        .where(DuesCharge.id.in_(mine))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    payment = db.session.scalars(
        select(DuesPayment)
        .where(DuesPayment.code == code, DuesPayment.refunded_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if due is None or payment is None:
        raise UnknownRowError(code)
    _check_hands(due, by)
    payment.refunded_at, payment.refunded_by_id, payment.refund_note = now, by.user_id, text
    count(due, -1)
    due.paid -= payment.amount
    count(due, 1)
    reverse_payment(payment, clock.local(now).date(), by=by, now=now)
    db.session.flush()
    if due.membership is not None:
        take_along(due.membership, due.membership.organization)
    if due.group is not None:
        unsettle_group(due.group, by=by, now=now)
    place = payment.receipt.organization
    notices.tell_paid([payment], LetterKind.DUES_REFUNDED, place, now)
    record("dues.refund", "dues_payment", payment.id, by=by)
    db.session.flush()
    return payment


def _somebody(by: Actor) -> int:
    if by.user_id is None:
        message = "somebody takes the money, never a clock"
        raise ValueError(message)
    return by.user_id


def check_paid_day(paid_on: date, now: datetime) -> None:
    """Raise RuleViolation for a day of payment that is to come or too long ago."""
    today = clock.local(now).date()
    back = settings.value("dues.back_days", on=today)
    check_booked_day(paid_on, today, back, "paid_on")


def _pay(
    receipt: DuesReceipt,
    charges: Sequence[DuesCharge],
    amounts: Mapping[str, int],
    *,
    by: Actor,
    now: datetime,
) -> Sequence[DuesPayment]:
    """Return each payment behind a receipt, recorded, and booked at every level."""
    payments = [
        DuesPayment(
            code=crypto.opaque_code(8),
            charge=one,
            receipt=receipt,
            organization_id=receipt.organization.id,
            amount=amounts[one.code],
        )
        for one in charges
    ]
    db.session.add_all(payments)
    try:
        db.session.flush()
    except IntegrityError as error:  # the number was used at the same moment
        raise TryAgainError from error
    way = _way(receipt.organization)
    lines = db.session.scalars(select(DuesSplit)).all()
    for payment in payments:
        due = payment.charge
        count(due, -1)
        due.paid += payment.amount
        count(due, 1)
        parts = _parts(lines, due.kind, way, receipt.paid_on)
        shares = cascade(payment.amount, parts)
        post_payment(payment, way, shares, receipt.paid_on, by=by, now=now)
    return payments


def _way(organization: Organization) -> list[Organization]:
    places = ancestors(organization.path)
    return way_up(places, [place.level for place in places])


def _parts(
    lines: Sequence[DuesSplit], kind: MembershipKind, way: Sequence[Organization], day: date
) -> list[int]:
    """Return what each level on the way up sends on, in thousandths."""
    return [
        pick_permille(lines, dues_level(place.level), kind, ids_of_path(place.path), day)
        for place in way
    ]


def _lock_payers(*which: ColumnElement[bool]) -> None:
    """Lock members and units before what hangs on them, in the order of their keys."""
    for model, key in (
        (Membership, DuesCharge.membership_id),
        (GroupMembership, DuesCharge.group_id),
    ):
        db.session.scalars(
            select(model)
            .where(model.id.in_(select(key).where(*which)))
            .order_by(model.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()


def _check_hands(due: DuesCharge, by: Actor) -> None:
    """Raise RuleViolation for one's own dues and those of one's own unit."""
    is_own = due.membership is not None and due.membership.person_id == by.person_id
    is_own_unit = due.group is not None and due.group.owner_id == by.user_id
    if is_own or is_own_unit:
        raise RuleViolation("", N_("不能给自己退会费，请别人办"))


def _locked(codes: Collection[str], organization_id: int) -> Sequence[DuesCharge]:
    return db.session.scalars(
        select(DuesCharge)
        .outerjoin(DuesCharge.membership)
        .outerjoin(DuesCharge.group)
        .options(
            contains_eager(DuesCharge.membership).joinedload(Membership.person),
            contains_eager(DuesCharge.group),
            joinedload(DuesCharge.organization, innerjoin=True),
        )
        .where(
            DuesCharge.code.in_(codes),
            DuesCharge.organization_id == organization_id,
            or_(Membership.status.in_(LIVE_STATES), GroupMembership.status.in_(GROUP_PAYING)),
        )
        .order_by(DuesCharge.id)
        .with_for_update(of=DuesCharge)
        .execution_options(populate_existing=True)
    ).all()


def _check_number(organization_id: int, number: str) -> None:
    used = select(DuesReceipt.id).where(
        DuesReceipt.organization_id == organization_id, DuesReceipt.number == number
    )
    if db.session.scalars(used).first() is not None:
        raise RuleViolation("number", N_("这个票据号已经登记过"))


def _catch_up(memberships: Iterable[Membership], *, by: Actor, now: datetime) -> None:
    """Take those who owe no old year any more out of arrears, and drop proposals to end them."""
    behind = {one.id: one for one in memberships if one.status is MembershipStatus.ARREARS}
    if not behind:
        return
    today = clock.local(now).date()
    years = settings.value("dues.arrears_years", on=today)
    unpaid: dict[int | None, list[int]] = defaultdict(list)
    for membership_id, year in db.session.execute(
        select(DuesCharge.membership_id, DuesCharge.year).where(
            DuesCharge.membership_id.in_(behind), DuesCharge.paid < DuesCharge.amount
        )
    ):
        unpaid[membership_id].append(year)
    for membership in behind.values():
        if is_behind(unpaid[membership.id], today.year, years):
            continue
        move(membership, MembershipAction.CATCH_UP, by=by, now=now)
        for proposal in open_proposals_of(membership.id):
            action = ProposalAction.LAPSE
            proposal.status = next_state(PROPOSAL_TRANSITIONS, proposal.status, action)
            proposal.settled_at, proposal.settled_by_id = now, by.user_id
