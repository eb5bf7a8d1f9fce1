"""Money on its way up: recorded by who sends it, confirmed or denied by who should have it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock, crypto
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from members.models import DuesBook, DuesRemittance
from members.operations.dues_books import post_receipt, post_remittance, return_remittance
from members.queries.dues_books import cash_in_hand
from members.rules import (
    REMITTANCE_TRANSITIONS,
    RemittanceAction,
    RemittanceStatus,
    ReturnReason,
    check_note,
    check_remittance,
    check_voucher,
    way_up,
)
from organizations import figures
from organizations.models import Organization
from organizations.queries import ancestors
from organizations.rules import Measure


def remit(
    organization: Organization,
    upper_id: int | None,
    year: int,
    amount: int,
    voucher: str,
    remitted_on: date,
    *,
    by: Actor,
    now: datetime,
) -> DuesRemittance:
    """Return what an organization sent up of what it owes for a year, fen.

    To the national society, which confirms nothing here, the voucher counts as its word. Raises
    RuleViolation for more than is owed or held, and for a voucher used before.
    """
    if by.user_id is None:
        message = "somebody sends the money, never a clock"
        raise ValueError(message)
    _lock(organization.id)
    known = check_voucher(voucher, "voucher")
    if not date(year, 1, 1) <= remitted_on <= clock.local(now).date():
        raise RuleViolation("remitted_on", N_("汇出日期应在该年一月一日以后，不晚于今天"))
    owed = owed_to(organization.id, upper_id, year)
    check_remittance(amount, owed, cash_in_hand(organization.id))
    _check_voucher(organization.id, known)
    is_final = upper_id is None
    remittance = DuesRemittance(
        code=crypto.opaque_code(8),
        organization_id=organization.id,
        upper_id=upper_id,
        year=year,
        amount=amount,
        remitted_on=remitted_on,
        voucher=known,
        status=RemittanceStatus.CONFIRMED if is_final else RemittanceStatus.SENT,
        recorded_at=now,
        recorded_by_id=by.user_id,
        settled_at=now if is_final else None,
    )
    _send(remittance, by, now)
    return remittance


def _send(remittance: DuesRemittance, by: Actor, now: datetime) -> None:
    db.session.add(remittance)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    post_remittance(remittance, by=by, now=now)
    _count(remittance, 1)
    if remittance.upper_id is None:
        post_receipt(remittance, None, remittance.remitted_on, by=by, now=now)
    record("dues.remit", "dues_remittance", remittance.id, by=by)
    db.session.flush()


def confirm_remittance(code: str, *, upper: Organization, by: Actor, now: datetime) -> None:
    """Say that money sent from below came. Raises IllegalTransition where that was said before."""
    remittance = _settle(code, RemittanceAction.CONFIRM, upper, by=by, now=now)
    places = ancestors(upper.path)
    next_up = [place.id for place in way_up(places, [place.level for place in places])][1:]
    day = clock.local(now).date()
    post_receipt(remittance, next_up[0] if next_up else None, day, by=by, now=now)
    record("dues.confirm_remittance", "dues_remittance", remittance.id, by=by)
    db.session.flush()


def deny_remittance(
    code: str, note: str, *, upper: Organization, by: Actor, now: datetime
) -> DuesRemittance:
    """Return money sent up that did not come, with the reason; who sent it owes it again."""
    text = check_note(ReturnReason.OTHER, note)
    remittance = _settle(code, RemittanceAction.RETURN, upper, by=by, now=now)
    remittance.note = text
    return_remittance(remittance, clock.local(now).date(), by=by, now=now)
    _count(remittance, -1)
    record("dues.return_remittance", "dues_remittance", remittance.id, by=by)
    db.session.flush()
    return remittance


def _count(remittance: DuesRemittance, sign: int) -> None:
    """Count what was sent on its day, by the level that sent it: the same fen goes up by steps."""
    place, amount = remittance.organization, sign * remittance.amount
    day, level = remittance.remitted_on, place.level
    figures.add_dated(place.path, Measure.DUES_REMITTED, amount, day, part=level)


def owed_to(organization_id: int, upper_id: int | None, year: int) -> int:
    """Return what an organization has still to send to one level above for a year, in fen."""
    statement = select(DuesBook.owed - DuesBook.remitted).where(
        DuesBook.organization_id == organization_id,
        DuesBook.year == year,
        DuesBook.upper_key == (upper_id or 0),
    )
    return db.session.scalars(statement).one_or_none() or 0


def _settle(
    code: str, action: RemittanceAction, upper: Organization, *, by: Actor, now: datetime
) -> DuesRemittance:
    remittance = db.session.scalars(
        select(DuesRemittance)
        .where(DuesRemittance.code == code, DuesRemittance.upper_id == upper.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if remittance is None:
        raise UnknownRowError(code)
    if remittance.recorded_by_id == by.user_id:
        raise RuleViolation("", N_("自己登记的汇缴，请别人确认"))
    remittance.status = next_state(REMITTANCE_TRANSITIONS, remittance.status, action)
    remittance.settled_at, remittance.settled_by_id = now, by.user_id
    return remittance


def _lock(organization_id: int) -> None:
    """Let an organization send one remittance at a time: none over what it owes."""
    mine = select(Organization.id).where(Organization.id == organization_id)
    db.session.execute(mine.with_for_update())


def _check_voucher(organization_id: int, voucher: str) -> None:
    used = select(DuesRemittance.id).where(
        DuesRemittance.organization_id == organization_id,
        DuesRemittance.voucher == voucher,
        DuesRemittance.status != RemittanceStatus.RETURNED,
    )
    if db.session.scalars(used).first() is not None:
        raise RuleViolation("voucher", N_("这个凭证号已经登记过"))
