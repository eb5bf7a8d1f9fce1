"""Ending a shift: who was still there goes, who never came is noted, and all of it is undone.

The hours themselves are written by the package that keeps them; it calls ``gather``, then
``settle`` with what became of everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select

from activities.models import Activity, Attendance, Shift, ShiftEnding, Signup
from activities.operations import vitals
from activities.operations.seats import release
from activities.operations.steps import (
    CODE_LENGTH,
    live_signups,
    locked_activity,
    locked_shifts,
    note_signup,
    note_step,
)
from activities.queries.attendance import plan_of
from activities.rules import (
    CAME,
    HOLDING,
    ActivityAction,
    ActivityStatus,
    AttendanceOutcome,
    AttendanceStatus,
    AttendanceWay,
    HoursRule,
    SignupAction,
    SignupStatus,
)
from core import crypto, settings
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.clock import local
from core.database import db
from core.rules import N_, NN_, IllegalTransition, RuleViolation, UnknownRowError

ENDABLE = (ActivityStatus.PUBLISHED, ActivityStatus.ENDED, ActivityStatus.CANCELLED)
GIVEN = (AttendanceWay.END, AttendanceWay.AUTO)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A shift with everything that its end concerns, locked; ``rows`` wait for their hours."""

    activity: Activity
    shift: Shift
    shifts: Sequence[Shift]
    signups: Sequence[Signup]
    rows: Sequence[tuple[Signup, Attendance]]


def gather(shift_code: str, *, organization_id: int, by: Actor, now: datetime) -> Gathered:
    """Return a shift to end, locked, after everybody still there was let go.

    Raises RuleViolation before its start.
    """
    owner = select(Shift.activity_id).where(Shift.code == shift_code, Shift.removed_at.is_(None))
    activity = locked_activity(
        Activity.id == owner.scalar_subquery(), Activity.organization_id == organization_id
    )
    if activity.status not in ENDABLE:
        raise IllegalTransition(activity.status, ActivityAction.END)
    shifts = locked_shifts(activity.id)
    shift = next((one for one in shifts if one.code == shift_code), None)
    if shift is None:
        raise UnknownRowError(shift_code)
    if now < shift.starts_at:
        raise RuleViolation("", N_("这一场还没有开始，不能结束"))
    signups = [one for one in live_signups(Signup.shift_id == shift.id) if one.status in HOLDING]
    rows = _unsettled(signups)
    _let_go([one for _, one in rows], shift, by=by, now=now)
    return Gathered(activity, shift, shifts, signups, rows)


def _unsettled(signups: Sequence[Signup]) -> list[tuple[Signup, Attendance]]:
    by_id = {signup.id: signup for signup in signups}
    found = db.session.scalars(
        select(Attendance)
        .where(
            Attendance.signup_id.in_(by_id),
            Attendance.status.in_(CAME),
            Attendance.ending_id.is_(None),
        )
        .order_by(Attendance.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return [(by_id[one.signup_id], one) for one in found]


def _let_go(rows: Sequence[Attendance], shift: Shift, *, by: Actor, now: datetime) -> None:
    """Let who is still there go now, or at the planned end; long after it that is a guess."""
    is_late = now > plan_of(shift).closes_at
    for one in rows:
        if one.status is AttendanceStatus.IN:
            one.status = AttendanceStatus.OUT
            one.out_at = max(min(now, shift.ends_at), one.in_at)
            one.out_way = AttendanceWay.AUTO if is_late else AttendanceWay.END
            one.out_by_id = by.user_id


def settle(
    gathered: Gathered,
    rule: HoursRule,
    outcomes: Mapping[int, tuple[AttendanceOutcome, int]],
    *,
    by: Actor,
    now: datetime,
) -> ShiftEnding:
    """Return the ending of a shift: ``outcomes`` tells of each attendance, with its minutes.

    Who holds a seat and never came is noted; the last shift that is ended ends the activity.
    """
    shift, activity = gathered.shift, gathered.activity
    ending = ShiftEnding(
        code=crypto.opaque_code(CODE_LENGTH),
        shift_id=shift.id,
        rule=rule,
        at=now,
        by_user_id=by.user_id,
        by_post_id=by.post_id,
        people=sum(1 for _, minutes in outcomes.values() if minutes),
        minutes=sum(minutes for _, minutes in outcomes.values()),
    )
    db.session.add(ending)
    db.session.flush()
    for _, attendance in gathered.rows:
        attendance.ending_id = ending.id
        attendance.outcome = outcomes[attendance.id][0]
    rows = [(signup.person_id, attendance) for signup, attendance in gathered.rows]
    vitals.note_came(activity, rows, shift=shift)
    _note_absent(gathered, by=by, now=now)
    if activity.status is ActivityStatus.PUBLISHED and _all_ended(gathered.shifts):
        note_step(activity, ActivityAction.END, by=by, now=now)
    audit("activities.end_shift", "activity", activity.id, by=by, shift=shift.code, rule=rule)
    db.session.flush()
    return ending


def _note_absent(gathered: Gathered, *, by: Actor, now: datetime) -> None:
    came = {signup.id for signup, _ in gathered.rows}
    others = [one for one in gathered.signups if one.id not in came]
    earlier = select(Attendance.signup_id).where(
        Attendance.signup_id.in_([one.id for one in others]), Attendance.status.in_(CAME)
    )
    came |= set(db.session.scalars(earlier))
    for signup in others:
        if signup.id not in came:
            release(signup, gathered.shift)
            note_signup(signup, SignupAction.MISS, by=by, now=now)


def _all_ended(shifts: Sequence[Shift]) -> bool:
    ids = {shift.id for shift in shifts}
    ended = select(ShiftEnding.shift_id).where(
        ShiftEnding.shift_id.in_(ids), ShiftEnding.undone_at.is_(None)
    )
    return set(db.session.scalars(ended)) == ids


@dataclass(frozen=True, slots=True)
class Reopened:
    """An ending that is taken back, with the attendances that it had settled, locked."""

    ending: ShiftEnding
    activity: Activity
    attendances: Sequence[Attendance]


def reopen(code: str, *, organization_id: int, by: Actor, now: datetime) -> Reopened:
    """Return an ending, taken back within a day; raises RuleViolation where that is over.

    Who was let go with it is there again, who was noted as absent has his seat again.
    """
    activity, shift, ending = _locked_ending(code, organization_id)
    hours = settings.value("attendance.undo_hours", local(now).date())
    if ending.undone_at is not None:
        raise RuleViolation("", N_("已经撤销过了"))
    if now > ending.at + timedelta(hours=hours):
        raise RuleViolation("", NN_("已超过 %(hours)d 小时，不能撤销"), hours=hours)
    _seat_again(ending, shift, activity, by=by, now=now)
    attendances = db.session.scalars(
        select(Attendance)
        .where(Attendance.ending_id == ending.id)
        .order_by(Attendance.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    vitals.note_gone(activity, shift, attendances)
    for one in attendances:
        one.ending_id = one.outcome = None
        if one.out_way in GIVEN:
            one.status = AttendanceStatus.IN
            one.out_at = one.out_way = one.out_by_id = None
    ending.undone_at = now
    db.session.flush()
    vitals.recheck(activity, [shift], now)
    if activity.status is ActivityStatus.ENDED:
        note_step(activity, ActivityAction.REOPEN, by=by, now=now)
    audit("activities.reopen_shift", "activity", activity.id, by=by, shift=shift.code)
    db.session.flush()
    return Reopened(ending, activity, attendances)


def _locked_ending(code: str, organization_id: int) -> tuple[Activity, Shift, ShiftEnding]:
    owner = (
        select(Shift.activity_id)
        .join(ShiftEnding, ShiftEnding.shift_id == Shift.id)
        .where(ShiftEnding.code == code)
    )
    activity = locked_activity(
        Activity.id == owner.scalar_subquery(), Activity.organization_id == organization_id
    )
    shifts = {shift.id: shift for shift in locked_shifts(activity.id)}
    ending = db.session.scalars(
        select(ShiftEnding)
        .where(ShiftEnding.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return activity, shifts[ending.shift_id], ending


def _seat_again(
    ending: ShiftEnding, shift: Shift, activity: Activity, *, by: Actor, now: datetime
) -> None:
    """Give who was noted as absent his seat again, unless a later ending stands or it is taken."""
    later = exists().where(
        ShiftEnding.shift_id == shift.id,
        ShiftEnding.undone_at.is_(None),
        ShiftEnding.id != ending.id,
    )
    if db.session.scalar(select(later)):
        return
    absent = db.session.scalars(
        select(Signup)
        .where(Signup.shift_id == shift.id, Signup.status == SignupStatus.NO_SHOW)
        .order_by(Signup.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    unseen = SignupAction.UNDO_MISS_UNSEEN if activity.certificate else SignupAction.UNDO_MISS
    for signup in absent:
        if shift.free <= 0:
            shift.seats += 1
        note_signup(signup, unseen, by=by, now=now)
        shift.taken += 1
