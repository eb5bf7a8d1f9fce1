"""A membership moves: asked by the member, let go, taken in, filed by the new county (MEM-41)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from accounts.queries import office_without, stuck_with
from accounts.rules.letters import LetterKind
from core import clock, crypto, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from members import letters
from members.models import Membership, Transfer
from members.operations.handling import handler_for
from members.operations.memberships import relocate
from members.queries.transfers import open_transfer_of
from members.rules import (
    LIVE_STATES,
    OPEN_TRANSFERS,
    TRANSFER_TRANSITIONS,
    MembershipKind,
    ReturnReason,
    TransferAction,
    TransferStatus,
    check_movable,
    check_note,
    check_target,
)
from organizations.models import Organization
from organizations.operations.closing import hold
from organizations.rules import OPEN_STATES
from people.operations.duplicates import look_for

BATCH = 200
#: Why a transfer was cancelled, for the page that says so in words.
ORGANIZATION_CLOSED = "organization_closed"
#: Which organization of a transfer a letter names.
_SENDERS = {
    LetterKind.TRANSFER_RELEASED: "from_organization",
    LetterKind.TRANSFER_ACCEPTED: "to_organization",
    LetterKind.TRANSFER_DECLINED: "to_organization",
    LetterKind.TRANSFER_ESCALATED: "handler",
}


def request_transfer(
    person_id: int, target: Organization, *, user_id: int, by: Actor, now: datetime
) -> Transfer:
    """Return the transfer of a person's own membership; one that is open already stays as it is.

    Raises UnknownRowError for somebody who is no member, RuleViolation for what cannot be moved.
    """
    membership = db.session.scalars(
        select(Membership)
        .where(Membership.person_id == person_id, Membership.status.in_(LIVE_STATES))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if membership is None:
        raise UnknownRowError
    waiting = open_transfer_of(person_id)
    if waiting is not None:
        return waiting
    check_movable(membership.kind, membership.status)
    is_open = target.status in OPEN_STATES
    check_target(membership.organization_id, target.id, is_open=is_open)
    today = clock.local(now).date()
    transfer = Transfer(
        code=crypto.opaque_code(8),
        membership=membership,
        from_organization=membership.organization,
        to_organization=target,
        handler=handler_for(membership.organization, user_id, today),
        status=TransferStatus.REQUESTED,
        requested_by_id=user_id,
        requested_at=now,
        due_on=_due(now, membership.organization.path),
    )
    db.session.add(transfer)
    _flush()
    record("transfers.request", "transfer", transfer.id, by=by)
    return transfer


def release(code: str, *, handler_id: int, by: Actor, now: datetime) -> Transfer:
    """Return a transfer that the old organization let go; the new one has to answer."""
    transfer = _locked(code, handler_id, by)
    _step(transfer, TransferAction.RELEASE)
    transfer.released_at, transfer.released_by_id = now, by.user_id
    today = clock.local(now).date()
    transfer.handler = handler_for(transfer.to_organization, transfer.requested_by_id, today)
    transfer.is_escalated = False
    transfer.due_on = _due(now, transfer.to_organization.path)
    record("transfers.release", "transfer", transfer.id, by=by)
    _tell([transfer], LetterKind.TRANSFER_RELEASED, now)
    db.session.flush()
    return transfer


def accept(code: str, *, handler_id: int, by: Actor, now: datetime) -> Transfer:
    """Return a transfer that the new organization took in: the membership is there from now on.

    Raises RuleViolation where the membership changed meanwhile or the organization has closed.
    """
    transfer = _locked(code, handler_id, by)
    _settle(transfer, TransferAction.ACCEPT, by, now)
    membership, target = transfer.membership, transfer.to_organization
    hold([target.id], only_read=True)
    check_movable(membership.kind, membership.status)
    check_target(membership.organization_id, target.id, is_open=target.status in OPEN_STATES)
    relocate(membership, target, by=by, now=now)
    look_for([membership.person_id], now=now)
    record("transfers.accept", "transfer", transfer.id, by=by)
    _tell([transfer], LetterKind.TRANSFER_ACCEPTED, now)
    db.session.flush()
    return transfer


def decline(code: str, note: str, *, handler_id: int, by: Actor, now: datetime) -> Transfer:
    """Return a transfer that the new organization does not take in, with the reason in words."""
    text = check_note(ReturnReason.OTHER, note)
    transfer = _locked(code, handler_id, by)
    _settle(transfer, TransferAction.DECLINE, by, now)
    transfer.note = text
    record("transfers.decline", "transfer", transfer.id, by=by)
    _tell([transfer], LetterKind.TRANSFER_DECLINED, now)
    db.session.flush()
    return transfer


def cancel_transfer(person_id: int, *, by: Actor, now: datetime) -> None:
    """End the open transfer of a person, where there is one: he stays or leaves altogether."""
    transfer = open_transfer_of(person_id, lock=True)
    if transfer is None:
        return
    _settle(transfer, TransferAction.CANCEL, by, now)
    record("transfers.cancel", "transfer", transfer.id, by=by)
    db.session.flush()


def cancel_arrivals(organization_id: int, *, by: Actor, now: datetime) -> None:
    """End the open transfers into an organization that is closed: their members stay."""
    found = db.session.scalars(
        select(Transfer)
        .where(
            Transfer.to_organization_id == organization_id,
            Transfer.status.in_(OPEN_TRANSFERS),
        )
        .order_by(Transfer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for transfer in found:
        _settle(transfer, TransferAction.CANCEL, by, now)
        transfer.note = ORGANIZATION_CLOSED
        record("transfers.cancel", "transfer", transfer.id, by=by)
    db.session.flush()


def escalate_transfers(now: datetime) -> int:
    """Give what was not answered in time to the county, of a unit right under a city to the city.

    Return how many, none when all are.
    """
    found = db.session.scalars(
        select(Transfer)
        .join(Transfer.membership)
        .where(
            Transfer.status.in_(OPEN_TRANSFERS),
            Transfer.is_escalated.is_(False),
            Transfer.due_on < clock.local(now).date(),
            Membership.kind != MembershipKind.YOUTH,  # names of pupils stay at schools (D10)
        )
        .options(joinedload(Transfer.membership, innerjoin=True))
        .order_by(Transfer.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Transfer)
        .execution_options(populate_existing=True)
    ).all()
    today = clock.local(now).date()
    for transfer in found:
        transfer.is_escalated = True
        transfer.handler_id = _office_of(transfer, today)
        record("transfers.escalate", "transfer", transfer.id, by=SYSTEM)
    db.session.flush()
    _tell(found, LetterKind.TRANSFER_ESCALATED, now)
    return len(found)


def reassign_transfers(organization_ids: Iterable[int], *, by: Actor, now: datetime) -> None:
    """Give open transfers of organizations the handler in force; the county keeps what it got."""
    ids = list(organization_ids)
    found = db.session.scalars(
        select(Transfer)
        .where(_is_with(ids))
        .order_by(Transfer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    today = clock.local(now).date()
    for transfer in found:
        handler_id = (
            _office_of(transfer, today)
            if transfer.is_escalated
            else handler_for(_asked(transfer), transfer.requested_by_id, today).id
        )
        if handler_id != transfer.handler_id:
            transfer.handler_id = handler_id
            record("transfers.reassign", "transfer", transfer.id, by=by, handler=handler_id)
    db.session.flush()


def _is_with(ids: list[int]) -> ColumnElement[bool]:
    """Return the condition for transfers that one of the organizations has to answer."""
    return or_(
        and_(Transfer.status == TransferStatus.REQUESTED, Transfer.from_organization_id.in_(ids)),
        and_(Transfer.status == TransferStatus.RELEASED, Transfer.to_organization_id.in_(ids)),
        and_(
            Transfer.status.in_(OPEN_TRANSFERS),
            stuck_with(Transfer.handler_id, Transfer.requested_by_id, ids),
        ),
    )


def _office_of(transfer: Transfer, day: date) -> int:
    """Return which Red Cross answers instead of the organization, never the one who asks."""
    office = db.session.get_one(Organization, _asked(transfer).branch_id)
    return office_without(office, {transfer.requested_by_id}, day)


def _locked(code: str, handler_id: int, by: Actor) -> Transfer:
    """Return a transfer that an organization has to answer, first its membership locked."""
    found = select(Transfer.membership_id).where(
        Transfer.code == code, Transfer.handler_id == handler_id
    )
    db.session.execute(
        select(Membership)
        .where(Membership.id.in_(found))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    transfer = db.session.scalars(
        select(Transfer)
        .where(Transfer.code == code, Transfer.handler_id == handler_id)
        .options(
            joinedload(Transfer.membership, innerjoin=True),
            joinedload(Transfer.to_organization, innerjoin=True),
        )
        .with_for_update(of=Transfer)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if transfer is None:
        raise UnknownRowError(code)
    if by.person_id is not None and transfer.membership.person_id == by.person_id:
        raise RuleViolation("", N_("不能办理自己的转会，请别人办"))
    return transfer


def _asked(transfer: Transfer) -> Organization:
    """Return the organization that has to answer."""
    is_with_old = transfer.status is TransferStatus.REQUESTED
    return transfer.from_organization if is_with_old else transfer.to_organization


def _tell(transfers: Sequence[Transfer], kind: LetterKind, now: datetime) -> None:
    letters.tell_transfers(transfers, kind, _SENDERS[kind], now)


def _step(transfer: Transfer, action: TransferAction) -> None:
    transfer.status = next_state(TRANSFER_TRANSITIONS, transfer.status, action)


def _settle(transfer: Transfer, action: TransferAction, by: Actor, now: datetime) -> None:
    _step(transfer, action)
    transfer.settled_at, transfer.settled_by_id = now, by.user_id


def _due(now: datetime, path: str) -> date:
    today = clock.local(now).date()
    return clock.add_working_days(today, settings.value("transfers.working_days", today, path))


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
