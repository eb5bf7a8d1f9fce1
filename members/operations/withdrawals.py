"""A member leaves: the card is void at once, nobody can refuse, the member may undo (MEM-43)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from accounts.queries import stuck_with
from accounts.rules.letters import LetterKind
from core import clock, crypto, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from members import letters
from members.models import Application, Decision, Membership, Withdrawal
from members.operations.handling import handler_for
from members.operations.hearings import discontinue_expulsion
from members.operations.memberships import move
from members.operations.placing import come_back
from members.operations.transfers import cancel_transfer
from members.queries.own import open_application
from members.queries.withdrawals import is_member, latest_withdrawal
from members.rules import (
    LIVE_STATES,
    UNSETTLED,
    WITHDRAWAL_TRANSITIONS,
    ApplicationKind,
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
    text, today = check_words(note), clock.local(now).date()
    membership = locked_membership(person_id)
    if membership is None:
        raise UnknownRowError
    days = settings.value("withdrawals.undo_working_days", on=today)
    withdrawal = Withdrawal(
        code=crypto.opaque_code(8),
        membership=membership,
        organization_id=membership.organization_id,
        handler_id=handler_for(membership.organization, by.user_id or 0, today).id,
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
    discontinue_expulsion(membership, by=by, now=now)
    _take_out_of_decision(membership, now)
    move(membership, MembershipAction.WITHDRAW, by=by, now=now)
    membership.left_on = today
    record("memberships.withdraw", "membership", membership.id, by=by)
    db.session.flush()
    day = withdrawal.undo_until.isoformat()
    letters.tell_withdrawals([withdrawal], LetterKind.WITHDRAWAL_MADE, now, day=day)
    return withdrawal


def locked_membership(person_id: int) -> Membership | None:
    """Return the live adult membership of a person as it is now, its row locked."""
    return db.session.scalars(
        select(Membership)
        .where(
            Membership.person_id == person_id,
            Membership.kind == MembershipKind.ADULT,
            Membership.status.in_(LIVE_STATES),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def undo_leaving(person_id: int, *, by: Actor, now: datetime) -> Membership:
    """Return the membership as it was before its member left; only he himself may ask.

    Raises RuleViolation when it is too late, when he is a member elsewhere by now or about to be.
    """
    withdrawal = db.session.scalars(
        latest_withdrawal(person_id)
        .with_for_update(of=(Withdrawal, Membership))
        .execution_options(populate_existing=True)
    ).one_or_none()
    last_day = withdrawal.undo_until if withdrawal else None
    check_undo_of_withdrawal(last_day, clock.local(now).date())
    if withdrawal is None:
        raise UnknownRowError
    _check_nowhere_else(person_id)
    membership = withdrawal.membership
    try:
        move(
            membership,
            MembershipAction.UNDO_WITHDRAWAL,
            by=by,
            now=now,
            back_to=withdrawal.status_before,
        )
        membership.left_on = None
        _settle(withdrawal, WithdrawalAction.UNDO, now)
        come_back(membership, by=by, now=now)
        db.session.flush()
    except IntegrityError as error:  # an approval elsewhere came first (RACE-03)
        raise TryAgainError from error
    record("memberships.undo_withdrawal", "membership", membership.id, by=by)
    letters.tell_withdrawals([withdrawal], LetterKind.WITHDRAWAL_UNDONE, now)
    db.session.flush()
    return membership


def confirm_leaving(code: str, *, handler_id: int, by: Actor, now: datetime) -> Withdrawal:
    """Return a withdrawal of which its handler has taken note. It cannot be refused.

    Raises UnknownRowError for one that others handle, IllegalTransition for one that was
    undone or taken note of before.
    """
    withdrawal = db.session.scalars(
        select(Withdrawal)
        .where(Withdrawal.code == code, Withdrawal.handler_id == handler_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if withdrawal is None:
        raise UnknownRowError(code)
    if by.person_id is not None and withdrawal.membership.person_id == by.person_id:
        raise RuleViolation("", N_("不能办理自己的退会，请别人办"))
    action = WithdrawalAction.CONFIRM
    withdrawal.status = next_state(WITHDRAWAL_TRANSITIONS, withdrawal.status, action)
    withdrawal.confirmed_at, withdrawal.confirmed_by_id = now, by.user_id
    record("memberships.confirm_withdrawal", "withdrawal", withdrawal.id, by=by)
    letters.tell_withdrawals([withdrawal], LetterKind.WITHDRAWAL_NOTED, now)
    db.session.flush()
    return withdrawal


def file_withdrawals(now: datetime) -> int:
    """File withdrawals that can no longer be undone; return how many, none when all are done."""
    due = _due(now)
    for withdrawal in due:
        _settle(withdrawal, WithdrawalAction.FILE, now)
        record("memberships.file_withdrawal", "withdrawal", withdrawal.id, by=SYSTEM)
    letters.tell_withdrawals(due, LetterKind.WITHDRAWAL_FILED, now)
    db.session.flush()
    return len(due)


def _due(now: datetime) -> Sequence[Withdrawal]:
    return db.session.scalars(
        select(Withdrawal)
        .where(
            Withdrawal.status.in_(UNSETTLED),
            Withdrawal.undo_until < clock.local(now).date(),
        )
        .options(
            joinedload(Withdrawal.membership, innerjoin=True),
            joinedload(Withdrawal.organization, innerjoin=True),
        )
        .order_by(Withdrawal.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Withdrawal)
        .execution_options(populate_existing=True)
    ).all()


def reassign_withdrawals(organization_ids: Iterable[int], *, by: Actor, now: datetime) -> None:
    """Give withdrawals that nobody has taken note of to who handles their organizations now."""
    ids = list(organization_ids)
    found = db.session.scalars(
        select(Withdrawal)
        .where(
            or_(
                Withdrawal.organization_id.in_(ids),
                stuck_with(Withdrawal.handler_id, Withdrawal.requested_by_id, ids),
            ),
            Withdrawal.status == WithdrawalStatus.REQUESTED,
        )
        .options(joinedload(Withdrawal.organization, innerjoin=True))
        .order_by(Withdrawal.id)
        .with_for_update(of=Withdrawal)
        .execution_options(populate_existing=True)
    ).all()
    today = clock.local(now).date()
    for withdrawal in found:
        handler = handler_for(withdrawal.organization, withdrawal.requested_by_id or 0, today)
        if handler.id != withdrawal.handler_id:
            withdrawal.handler_id = handler.id
            record("memberships.reassign_withdrawal", "withdrawal", withdrawal.id, by=by)
    db.session.flush()


def _take_out_of_decision(membership: Membership, now: datetime) -> None:
    """Leave the decision that admitted the member to the others: undoing it is not about him.

    The letter that bids him welcome does not go out any more.
    """
    application_id = membership.application_id
    application = db.session.get(Application, application_id) if application_id else None
    if application is None or application.decision_id is None:
        return
    decision = db.session.get_one(Decision, application.decision_id)
    letters.call_back([application], decision, now)
    application.decision_id = None


def _check_nowhere_else(person_id: int) -> None:
    if is_member(person_id):
        raise RuleViolation("", N_("您已经是另一个组织的会员了"))
    if open_application(person_id, ApplicationKind.MEMBER) is not None:
        raise RuleViolation("", N_("您有一份入会申请正在办。请先撤回，再撤销退会"))


def _settle(withdrawal: Withdrawal, action: WithdrawalAction, now: datetime) -> None:
    withdrawal.status = next_state(WITHDRAWAL_TRANSITIONS, withdrawal.status, action)
    withdrawal.settled_at = now
