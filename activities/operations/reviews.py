"""What the level above says to short notice and to activities entered afterwards."""

from __future__ import annotations

from datetime import datetime

from accounts.rules.letters import LetterKind
from activities import letters
from activities.models import Activity
from activities.operations.steps import locked_activity, note_step
from activities.rules import ActivityAction, check_reason
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import N_, RuleViolation


def approve(code: str, *, reviewer_id: int, by: Actor, now: datetime) -> Activity:
    """Return an activity that everybody may read now. Nobody agrees to what he asked himself."""
    activity = _asked(code, reviewer_id, by)
    note_step(activity, ActivityAction.APPROVE, by=by, now=now)
    activity.published_at = now
    audit("activities.approve", "activity", activity.id, by=by)
    db.session.flush()
    letters.tell_asker(activity, LetterKind.ACTIVITY_APPROVED, now)
    letters.tell_leader(activity, now)
    return activity


def return_(code: str, reason: str, *, reviewer_id: int, by: Actor, now: datetime) -> Activity:
    """Return a draft again, with the reason for which it is not published."""
    reason = check_reason(reason)
    activity = _asked(code, reviewer_id, by)
    note_step(activity, ActivityAction.RETURN, by=by, now=now, note=reason)
    activity.reason, activity.reviewer_id = reason, None
    audit("activities.return", "activity", activity.id, by=by)
    db.session.flush()
    letters.tell_asker(activity, LetterKind.ACTIVITY_RETURNED, now)
    return activity


def _asked(code: str, reviewer_id: int, by: Actor) -> Activity:
    activity = locked_activity(Activity.code == code, Activity.reviewer_id == reviewer_id)
    if activity.asked_by_id == by.user_id:
        raise RuleViolation("", N_("不能由申请的人自己同意"))
    return activity
