"""What a keeper does with sign-ups: accept, refuse, call off (domain.md VOL-21)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from accounts.rules.letters import LetterKind
from activities import letters
from activities.models import Activity, Shift, Signup
from activities.operations.seats import promote, release
from activities.operations.steps import (
    check_absent,
    current_activity,
    locked_shift,
    note_signup,
)
from activities.rules import SignupAction, SignupStatus, check_reason
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from people.queries import guardian_accounts


def accept(code: str, *, organization_id: int, by: Actor, now: datetime) -> Signup:
    """Return a sign-up whose certificate was looked at: never by its owner or a guardian."""
    signup, _, activity = _locked(code, organization_id)
    if signup.person_id == by.person_id:
        raise RuleViolation("", N_("不能核对自己的证书，请别人核对"))
    if by.user_id in guardian_accounts(signup.person_id):
        raise RuleViolation("", N_("不能核对自己监护的孩子的证书，请别人核对"))
    note_signup(signup, SignupAction.ACCEPT, by=by, now=now)
    audit("activities.accept", "activity_signup", signup.id, by=by)
    db.session.flush()
    letters.tell_signups([signup], activity, LetterKind.SIGNUP_ACCEPTED, now)
    return signup


def turn_down(code: str, reason: str, *, organization_id: int, by: Actor, now: datetime) -> Signup:
    """Return a sign-up that was refused, or called off where it was accepted or waited.

    The reason is told; the seat goes to who waits longest.
    """
    reason = check_reason(reason)
    signup, shift, activity = _locked(code, organization_id)
    if signup.status is SignupStatus.ACCEPTED and now >= shift.ends_at:
        raise RuleViolation("reason", N_("这一场已经办完，不能再取消报名"))
    check_absent(signup, N_("他已经签到，要先在现场撤销签到"))
    is_new = signup.status is SignupStatus.SIGNED_UP
    action = SignupAction.REFUSE if is_new else SignupAction.CALL_OFF
    kind = LetterKind.SIGNUP_REFUSED if is_new else LetterKind.SIGNUP_CALLED_OFF
    release(signup, shift)
    note_signup(signup, action, by=by, now=now, note=reason)
    signup.reason = reason
    db.session.flush()
    audit("activities.turn_down", "activity_signup", signup.id, by=by, act=action)
    promote(shift, activity, by=by, now=now)
    db.session.flush()
    letters.tell_signups([signup], activity, kind, now)
    return signup


def _locked(code: str, organization_id: int) -> tuple[Signup, Shift, Activity]:
    """Return a sign-up with shift, both locked, and its activity. Raises UnknownRowError."""
    shift_id = db.session.scalar(
        select(Signup.shift_id)
        .join(Signup.shift)
        .join(Shift.activity)
        .where(Signup.code == code, Activity.organization_id == organization_id)
    )
    shift = locked_shift(Shift.id == shift_id)
    signup = db.session.scalars(
        select(Signup)
        .where(Signup.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if signup is None:
        raise UnknownRowError(code)
    return signup, shift, current_activity(shift)
