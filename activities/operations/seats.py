"""Giving seats of a locked shift, and giving freed ones to who waits longest."""

from __future__ import annotations

from datetime import datetime

from accounts.rules.letters import LetterKind
from activities import letters
from activities.models import Activity, Shift, Signup
from activities.operations.steps import live_signups, note_signup
from activities.rules import (
    HOLDING,
    ActivityStatus,
    SignupAction,
    SignupStatus,
)
from activities.standing import standing_of
from core.audit.operations import Actor


def release(signup: Signup, shift: Shift) -> None:
    """Take the seat of a sign-up back that is about to end."""
    if signup.status in HOLDING:
        shift.taken -= 1


def promote(shift: Shift, activity: Activity, *, by: Actor, now: datetime) -> list[Signup]:
    """Return who got a free seat, longest waiting first; each is told.

    Who is no volunteer any more is passed over and taken from the list. Nobody is promoted once
    the shift has begun.
    """
    if shift.free <= 0 or now >= shift.starts_at or activity.status is not ActivityStatus.PUBLISHED:
        return []
    waiting = live_signups(Signup.shift_id == shift.id, Signup.status == SignupStatus.WAITLISTED)
    promoted: list[Signup] = []
    for signup in waiting:
        if shift.free <= 0:
            break
        if standing_of(signup.person_id) is None:
            note_signup(signup, SignupAction.CALL_OFF, by=by, now=now)
            continue
        action = SignupAction.PROMOTE_UNSEEN if activity.certificate else SignupAction.PROMOTE
        note_signup(signup, action, by=by, now=now)
        shift.taken += 1
        promoted.append(signup)
    letters.tell_signups(promoted, activity, LetterKind.SIGNUP_PROMOTED, now)
    return promoted


def call_off_all(
    signups: list[Signup],
    shifts: dict[int, Shift],
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Call off sign-ups of locked shifts, for a reason that each of them reads."""
    for signup in signups:
        release(signup, shifts[signup.shift_id])
        signup.reason = reason
        note_signup(signup, SignupAction.CALL_OFF, by=by, now=now, note=reason)
