"""A member leaves: the card is void at once, nobody can refuse, the member may undo (MEM-43)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager

from core import clock, crypto, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from members.models import Membership, Withdrawal
from members.operations.memberships import move
from members.operations.transfers import cancel_transfer
from members.queries.withdrawals import is_member
from members.rules import (
    LIVE_STATES,
    UNSETTLED,
    WITHDRAWAL_TRANSITIONS,
    MembershipAction,
    MembershipKind,
    WithdrawalAction,
    WithdrawalReason,
    WithdrawalStatus,
    check_undo_of_withdrawal,
    check_words,
)

BATCH = 200


def leave(
    person_id: int, reason: WithdrawalReason | None, note: str, *, by: Actor, now: datetime
) -> Withdrawal:
    """Return the withdrawal of a person's own membership, in force from this moment.

    Raises UnknownRowError for somebody who is no adult member: pupils leave at their school.
    """
    text = check_words(note)
    membership = db.session.scalars(
        select(Membership)
        .where(
            Membership.person_id == person_id,
            Membership.kind == MembershipKind.ADULT,
            Membership.status.in_(LIVE_STATES),
        )
        .with_for_update()
    ).one_or_none()
    if membership is None:
        raise UnknownRowError
    today = clock.local(now).date()
    days = settings.value("withdrawals.undo_working_days", on=today)
    withdrawal = Withdrawal(
        code=crypto.opaque_code(8),
        membership=membership,
        organization_id=membership.organization_id,
        status=WithdrawalStatus.REQUESTED,
        status_before=membership.status,
        reason=reason,
        note=text,
        requested_at=now,
        requested_by_id=by.user_id,
        undo_until=clock.add_working_days(today, days),
    )
    db.session.add(withdrawal)
    cancel_transfer(person_id, by=by, now=now)
    move(membership, MembershipAction.WITHDRAW, by=by, now=now)
    membership.left_on = today
    record("memberships.withdraw", "membership", membership.id, by=by)
    db.session.flush()
    return withdrawal


def undo_leaving(person_id: int, *, by: Actor, now: datetime) -> Membership:
    """Return the membership as it was before its member left; only he himself may ask.

    Raises RuleViolation when it is too late or he is a member elsewhere by now.
    """
    withdrawal = db.session.scalars(
        select(Withdrawal)
        .join(Withdrawal.membership)
        .options(contains_eager(Withdrawal.membership))
        .where(Membership.person_id == person_id, Withdrawal.status.in_(UNSETTLED))
        .with_for_update(of=(Withdrawal, Membership))
    ).one_or_none()
    if withdrawal is None:
        raise UnknownRowError
    check_undo_of_withdrawal(withdrawal.undo_until, clock.local(now).date())
    membership = withdrawal.membership
    if is_member(person_id):
        raise RuleViolation("", N_("您已经是另一个组织的会员了"))
    move(
        membership,
        MembershipAction.UNDO_WITHDRAWAL,
        by=by,
        now=now,
        back_to=withdrawal.status_before,
    )
    membership.left_on = None
    _settle(withdrawal, WithdrawalAction.UNDO, now)
    record("memberships.undo_withdrawal", "membership", membership.id, by=by)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    return membership


def confirm_leaving(code: str, *, organization_id: int, by: Actor, now: datetime) -> Withdrawal:
    """Return a withdrawal of which its organization has taken note. It cannot be refused.

    Raises UnknownRowError for one of another organization, IllegalTransition for one that was
    undone or taken note of before.
    """
    withdrawal = db.session.scalars(
        select(Withdrawal)
        .where(Withdrawal.code == code, Withdrawal.organization_id == organization_id)
        .with_for_update()
    ).one_or_none()
    if withdrawal is None:
        raise UnknownRowError(code)
    action = WithdrawalAction.CONFIRM
    withdrawal.status = next_state(WITHDRAWAL_TRANSITIONS, withdrawal.status, action)
    withdrawal.confirmed_at, withdrawal.confirmed_by_id = now, by.user_id
    record("memberships.confirm_withdrawal", "withdrawal", withdrawal.id, by=by)
    db.session.flush()
    return withdrawal


def file_withdrawals(now: datetime) -> int:
    """File withdrawals that can no longer be undone; return how many, none when all are done."""
    due = _due(now)
    for withdrawal in due:
        _settle(withdrawal, WithdrawalAction.FILE, now)
        record("memberships.file_withdrawal", "withdrawal", withdrawal.id, by=SYSTEM)
    db.session.flush()
    return len(due)


def _due(now: datetime) -> Sequence[Withdrawal]:
    return db.session.scalars(
        select(Withdrawal)
        .where(
            Withdrawal.status.in_(UNSETTLED),
            Withdrawal.undo_until < clock.local(now).date(),
        )
        .order_by(Withdrawal.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()


def _settle(withdrawal: Withdrawal, action: WithdrawalAction, now: datetime) -> None:
    withdrawal.status = next_state(WITHDRAWAL_TRANSITIONS, withdrawal.status, action)
    withdrawal.settled_at = now
