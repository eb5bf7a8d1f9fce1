"""What the county does with a unit: visit, decide, ask for dues, end (domain.md MEM-11, 2.4)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError

from accounts.rules.letters import LetterKind
from core import clock, keyring, settings
from core.audit.operations import Actor
from core.database import db
from core.rules import N_, IllegalTransition, RuleViolation
from core.transactions import TryAgainError
from members import notices
from members.models import DuesReceipt, GroupEvent, GroupMembership
from members.operations.dues_groups import (
    drop_charges,
    is_free,
    must_charge_group,
    unpaid_years,
)
from members.operations.dues_payments import collect
from members.operations.groups import change, check_free, locked_group
from members.operations.memberships import card_token, next_number
from members.rules import MembershipKind, check_removable
from members.rules.groups import (
    GROUP_TRANSITIONS,
    GroupAction,
    GroupStatus,
    Visit,
    check_dues_day,
    check_group_reason,
    check_proposable,
    check_undo_day,
    check_visit,
)

Inside = ColumnElement[bool]


def visit_group(
    code: str, visit: Visit, *, inside: Inside, by: Actor, now: datetime
) -> GroupMembership:
    """Record who looked into a unit, when, and what was found."""
    group = _to_decide(code, inside, by)
    known = check_visit(visit, clock.local(now).date())
    change(group, GroupAction.VISIT, by=by, now=now, words=known.visitors)
    group.visitors, group.visited_on = known.visitors, known.visited_on
    group.findings = known.findings
    db.session.flush()
    return group


def approve_group(code: str, *, inside: Inside, by: Actor, now: datetime) -> GroupMembership:
    """Admit a unit, with its number (MEM-18); it is a member when its dues came in.

    Raises RuleViolation where the same unit is a group member already, TryAgainError where
    another approval of it was first.
    """
    group = _to_decide(code, inside, by)
    check_free(group)
    try:
        change(group, GroupAction.APPROVE, by=by, now=now)
        group.approved_at = now
        if group.number is None:
            year = clock.local(now).year
            group.number = next_number(group.organization, MembershipKind.GROUP, year)
            group.verify_digest = keyring.digest_of(card_token(group.code))
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    return group


def undo_group_approval(code: str, *, inside: Inside, by: Actor, now: datetime) -> GroupMembership:
    """Take an approval back within minutes, before the unit was told of it."""
    group = _to_decide(code, inside, by)
    minutes = settings.value("decisions.undo_minutes", on=clock.local(now).date())
    approved_at = group.approved_at
    change(group, GroupAction.UNDO_APPROVAL, by=by, now=now)
    if approved_at is None or now > approved_at + timedelta(minutes=minutes):
        raise RuleViolation("", N_("已过可以撤销的时间"))
    group.approved_at = None
    db.session.flush()
    return group


def ask_group_dues(code: str, *, inside: Inside, by: Actor, now: datetime) -> GroupMembership:
    """Charge the unit for the year by its band, and tell it until when its dues are due.

    One of which the tariff asks nothing is a member at once. Raises RuleViolation where the tariff
    has no band for its staff.
    """
    group, today = _to_decide(code, inside, by), clock.local(now).date()
    if is_free(group, today):
        change(group, GroupAction.ADMIT_FREE, by=by, now=now)
        group.joined_on = today
        notices.tell_contact(group, LetterKind.GROUP_ACTIVE, now)
        db.session.flush()
        return group
    days = settings.value("groups.dues_working_days", on=today)
    change(group, GroupAction.ASK_DUES, by=by, now=now)
    must_charge_group(group, today.year, now=now)
    group.dues_due_on = clock.add_working_days(today, days)
    day = group.dues_due_on.isoformat()
    notices.tell_contact(group, LetterKind.GROUP_APPROVED, now, day=day)
    db.session.flush()
    return group


def receive_group_dues(
    code: str,
    year: int,
    amount: int,
    number: str,
    paid_on: date,
    *,
    inside: Inside,
    by: Actor,
    now: datetime,
) -> DuesReceipt:
    """Return the receipt for what a unit paid for a year, fen; all paid, it is a member.

    Raises RuleViolation for more than is due, for what another band pays, for a unit whose staff
    fit no band, and for a day before the county had decided.
    """
    group = _to_decide(code, inside, by)
    if (group.status, GroupAction.RECEIVE_DUES) not in GROUP_TRANSITIONS:
        raise IllegalTransition(group.status, GroupAction.RECEIVE_DUES)
    check_dues_day(paid_on, clock.local(group.approved_at).date() if group.approved_at else None)
    due = must_charge_group(group, year, now=now)
    return collect(group.organization, {due.code: amount}, number, paid_on, by=by, now=now)


def act_on_group(
    code: str, action: GroupAction, reason: str, *, inside: Inside, by: Actor, now: datetime
) -> GroupMembership:
    """Do what needs a reason in words: return, reject, end, call unpaid, propose, keep.

    Raises RuleViolation without a reason and for a permanent member who must not be proposed.
    """
    group, today = _to_decide(code, inside, by), clock.local(now).date()
    words = check_group_reason(reason)
    before = group.status
    if action in {GroupAction.REJECT, GroupAction.CANCEL}:
        drop_charges(group)
    if action is GroupAction.DEREGISTER:
        check_removable(_kept_until(group, today), today)
    change(group, action, by=by, now=now, words=words)
    years = settings.value("groups.unpaid_years", on=today)
    if action is GroupAction.PROPOSE:
        check_proposable(group.grade, unpaid_years(group), today, years)
    if action is GroupAction.WITHDRAW:
        _let_undo(group, before, now)
    group.reason = words
    kind = notices.GROUP_ACTS.get(action)
    if kind:
        notices.tell_contact(group, kind, now, years=years)
    db.session.flush()
    return group


def leave_group(
    code: str, reason: str, *, inside: Inside, by: Actor, now: datetime
) -> GroupMembership:
    """Let a unit leave by its contact, at once; some days to undo it, as members have (MEM-43)."""
    group = locked_group(code, inside)
    before = group.status
    words = check_group_reason(reason) if reason.strip() else ""
    change(group, GroupAction.WITHDRAW, by=by, now=now, words=words)
    _let_undo(group, before, now)
    group.reason = words
    db.session.flush()
    return group


def undo_leaving_group(code: str, *, inside: Inside, by: Actor, now: datetime) -> GroupMembership:
    """Let a unit be what it was before it left. Raises RuleViolation when it is too late."""
    group = locked_group(code, inside)
    if group.status is not GroupStatus.WITHDRAWN:
        raise IllegalTransition(group.status, GroupAction.UNDO_WITHDRAWAL)
    check_undo_day(group.undo_until, clock.local(now).date())
    check_free(group)
    try:
        change(group, GroupAction.UNDO_WITHDRAWAL, by=by, now=now, back_to=group.status_before)
        group.left_on = group.undo_until = group.status_before = None
        group.reason = ""
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    return group


def _let_undo(group: GroupMembership, before: GroupStatus, now: datetime) -> None:
    today = clock.local(now).date()
    days = settings.value("withdrawals.undo_working_days", on=today)
    group.status_before, group.undo_until = before, clock.add_working_days(today, days)


def _kept_until(group: GroupMembership, today: date) -> date | None:
    """Return the last day of the time that a unit has since it was told of its proposal."""
    told = db.session.scalars(
        select(GroupEvent.at)
        .where(GroupEvent.group_id == group.id, GroupEvent.action == GroupAction.PROPOSE)
        .order_by(GroupEvent.id.desc())
        .limit(1)
    ).one_or_none()
    days = settings.value("dues.notice_days", on=today)
    return clock.local(told).date() + timedelta(days=days) if told else None


def _to_decide(code: str, inside: Inside, by: Actor) -> GroupMembership:
    """Return a unit for an act of the county. Raises RuleViolation for one's own application."""
    group = locked_group(code, inside)
    if group.owner_id is not None and group.owner_id == by.user_id:
        raise RuleViolation("", N_("不能办理自己提交的申请，请别人办"))
    return group
