"""Locks and history of activities and sign-ups: what every act over them begins and ends with.

Locked in this order: the person, the activity, its shifts by id, sign-ups by id. Who signs up
locks no activity: its state is read after the shift is locked, and whoever ends or cancels an
activity locks its shifts first. Who checks in or out locks his own sign-up alone, and reads shift
and activity after it; whoever ends or cancels locks the sign-ups too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from activities.models import (
    Activity,
    ActivityEvent,
    Attendance,
    Shift,
    Signup,
    SignupEvent,
)
from activities.rules import (
    ACTIVITY_TRANSITIONS,
    CAME,
    LIVE,
    SIGNUP_TRANSITIONS,
    ActivityAction,
    ActivityStatus,
    Notice,
    SignupAction,
)
from core import settings
from core.audit.operations import Actor
from core.clock import local
from core.database import db
from core.rules import RuleViolation, UnknownRowError, next_state
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure

CODE_LENGTH = 12


def locked_activity(*conditions: ColumnElement[bool]) -> Activity:
    """Return an activity, locked. Raises UnknownRowError where it is not there."""
    activity = db.session.scalars(
        select(Activity)
        .options(joinedload(Activity.organization, innerjoin=True))
        .where(*conditions)
        .with_for_update(of=Activity)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if activity is None:
        raise UnknownRowError
    return activity


def locked_shifts(activity_id: int) -> Sequence[Shift]:
    """Return the shifts of an activity that were not removed, locked, in the order of time."""
    shifts = db.session.scalars(
        select(Shift)
        .where(Shift.activity_id == activity_id, Shift.removed_at.is_(None))
        .order_by(Shift.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return sorted(shifts, key=lambda shift: (shift.starts_at, shift.id))


def locked_shift(*conditions: ColumnElement[bool]) -> Shift:
    """Return a shift, locked: its seats are given one after the other. Raises UnknownRowError."""
    shift = db.session.scalars(
        select(Shift).where(*conditions).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if shift is None:
        raise UnknownRowError
    return shift


def current_activity(shift: Shift) -> Activity:
    """Return the activity of a locked shift as it is now."""
    return db.session.scalars(
        select(Activity)
        .options(joinedload(Activity.organization, innerjoin=True))
        .where(Activity.id == shift.activity_id)
        .execution_options(populate_existing=True)
    ).one()


def live_signups(*conditions: ColumnElement[bool]) -> Sequence[Signup]:
    """Return sign-ups that live, locked, in the order in which they were made."""
    return db.session.scalars(
        select(Signup)
        .where(Signup.status.in_(LIVE), *conditions)
        .order_by(Signup.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def arrived_among(signups: Sequence[Signup]) -> set[int]:
    """Return the keys of locked sign-ups whose people were there: they stay."""
    ids = [signup.id for signup in signups]
    came = select(Attendance.signup_id).where(
        Attendance.signup_id.in_(ids), Attendance.status.in_(CAME)
    )
    return set(db.session.scalars(came)) if ids else set()


def check_absent(signup: Signup, message: str) -> None:
    """Raise RuleViolation where the person of a locked sign-up is there already."""
    if arrived_among([signup]):
        raise RuleViolation("", message)


def note_step(
    activity: Activity, action: ActivityAction | None, *, by: Actor, now: datetime, note: str = ""
) -> None:
    """Lead an activity on and write its history. Raises IllegalTransition."""
    if action is not None:
        was_asked = activity.status is ActivityStatus.REVIEW
        activity.status = next_state(ACTIVITY_TRANSITIONS, activity.status, action)
        if was_asked and activity.status is not ActivityStatus.REVIEW:
            count_review(activity, -1)
    db.session.add(
        ActivityEvent(
            activity_id=activity.id,
            action=action,
            to_status=activity.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=note,
        )
    )


def count_review(activity: Activity, change: int) -> None:
    """Count an activity among what waits at the office that is asked, or no longer."""
    office = db.session.get_one(Organization, activity.reviewer_id)
    figures.add(office.path, Measure.ACTIVITIES_WAITING, change)


def note_signup(
    signup: Signup, action: SignupAction | None, *, by: Actor, now: datetime, note: str = ""
) -> None:
    """Lead a sign-up on and write its history. Raises IllegalTransition."""
    if action is not None:
        signup.status = next_state(SIGNUP_TRANSITIONS, signup.status, action)
    db.session.add(
        SignupEvent(
            signup_id=signup.id,
            action=action,
            to_status=signup.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=note,
        )
    )


def follow_shifts(activity: Activity) -> None:
    """Keep the first start and the last end of an activity by its shifts."""
    db.session.flush()
    first, last = db.session.execute(
        select(func.min(Shift.starts_at), func.max(Shift.ends_at)).where(
            Shift.activity_id == activity.id, Shift.removed_at.is_(None)
        )
    ).one()
    activity.first_starts_at, activity.last_ends_at = first, last


def notice_on(now: datetime) -> Notice:
    """Return the rules over notice that are in force."""
    day = local(now).date()
    return Notice(
        hours=settings.value("activities.notice_hours", day),
        back_days=settings.value("activities.back_days", day),
    )
