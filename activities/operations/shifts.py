"""Shifts of an activity: added, changed, removed; who signed up is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from accounts.rules.letters import LetterKind
from activities import letters
from activities.models import Activity, Shift, Signup
from activities.operations.agreeing import ask_anew
from activities.operations.postings import check_editable, check_fits, has_minor, new_shift
from activities.operations.seats import call_off_all, promote
from activities.operations.steps import (
    follow_shifts,
    live_signups,
    locked_activity,
    locked_shifts,
    note_step,
    notice_on,
)
from activities.operations.uses import cover
from activities.queries.names import names_of
from activities.queries.overlaps import busy_elsewhere
from activities.rules import (
    LIVE,
    MAX_SHIFTS,
    ActivityAction,
    ActivityStatus,
    ShiftPlan,
    check_first,
    check_reason,
    problems_of_shift,
)
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.clock import local
from core.database import db
from core.rules import N_, NN_, RuleViolation, UnknownRowError
from people.models import Person

#: How many people a refusal names.
NAMED = 5


def add_shift(
    code: str, plan: ShiftPlan, *, organization_id: int, by: Actor, now: datetime
) -> Shift:
    """Return a new shift of an activity."""
    activity = locked_activity(Activity.code == code, Activity.organization_id == organization_id)
    check_editable(activity)
    shifts = locked_shifts(activity.id)
    if len(shifts) >= MAX_SHIFTS:
        raise RuleViolation("", N_("要有 1 到 %(count)d 场"), count=MAX_SHIFTS)
    check_first(problems_of_shift(plan))
    check_fits(activity.posting, [*(shift.plan for shift in shifts), plan])
    _check_notice(activity, plan, None, now)
    cover(activity, plan, None, by=by, now=now)
    shift = new_shift(activity, plan)
    db.session.add(shift)
    follow_shifts(activity)
    note_step(activity, ActivityAction.CHANGE, by=by, now=now)
    audit("activities.add_shift", "activity", activity.id, by=by, shift=shift.code)
    db.session.flush()
    return shift


def change_shift(
    code: str, plan: ShiftPlan, *, organization_id: int, by: Actor, now: datetime
) -> Shift:
    """Return a shift with other times, seats or role; new seats go to who waits."""
    _hold_people(code)
    activity, shift, others = _locked(code, organization_id)
    check_first(problems_of_shift(plan))
    if plan.seats < shift.taken:
        message = NN_("已有 %(count)d 人报名，名额不能少于这个数")
        raise RuleViolation("seats", message, count=shift.taken)
    check_fits(activity.posting, [*(one.plan for one in others), plan])
    is_moved = (plan.starts_at, plan.ends_at) != (shift.starts_at, shift.ends_at)
    if activity.status is ActivityStatus.PUBLISHED and now >= shift.starts_at:
        _check_begun(shift, plan, now)
        shift.moved_at = now if is_moved else shift.moved_at
    else:
        _check_notice(activity, plan, shift, now)
        cover(activity, plan, shift, by=by, now=now)
    signups = live_signups(Signup.shift_id == shift.id)
    if has_minor(activity.posting, signups, local(plan.starts_at).date()):
        raise RuleViolation("day", N_("有人报了名，这一天还没满 18 岁，不能改到这一天"))
    if is_moved:
        _check_times(activity, shift, signups, plan)
    shift.follow(plan)
    for signup in signups:
        signup.starts_at, signup.ends_at = shift.starts_at, shift.ends_at
    follow_shifts(activity)
    note_step(activity, ActivityAction.CHANGE, by=by, now=now)
    audit("activities.change_shift", "activity", activity.id, by=by, shift=shift.code)
    promote(shift, activity, by=by, now=now)
    db.session.flush()
    if is_moved:
        ask_anew(activity, signups, now)
        letters.tell_signups(signups, activity, LetterKind.ACTIVITY_CHANGED, now)
    return shift


def _hold_people(code: str) -> None:
    """Lock who signed up for a shift, before the shift: none signs up elsewhere meanwhile."""
    people = (
        select(Signup.person_id)
        .join(Signup.shift)
        .where(Shift.code == code, Signup.status.in_(LIVE))
    )
    locked = select(Person.id).where(Person.id.in_(people)).order_by(Person.id)
    db.session.execute(locked.with_for_update())


def _check_times(
    activity: Activity, shift: Shift, signups: Sequence[Signup], plan: ShiftPlan
) -> None:
    """Raise RuleViolation where somebody would have to be at two places at once.

    Who is concerned is named as the roster names him, so that the keeper asks him, or calls him
    off with a reason, first.
    """
    by_person = {one.person_id: one for one in signups}
    busy = busy_elsewhere(by_person.keys(), shift.id, plan.starts_at, plan.ends_at)
    if not busy:
        return
    names = names_of(activity, [by_person[key] for key in busy[:NAMED]])
    message = NN_(
        "有 %(count)d 人那个时间报了别的活动：%(names)s。先和本人商量，或者取消这些人的报名"
    )
    raise RuleViolation("start", message, count=len(busy), names="、".join(names.values()))


def remove_shift(
    code: str, reason: str, *, organization_id: int, by: Actor, now: datetime
) -> Activity:
    """Return the activity without one of its shifts; who signed up for it is told why."""
    reason = check_reason(reason)
    activity, shift, others = _locked(code, organization_id)
    if not others:
        raise RuleViolation("", N_("至少要有一场；不办了请取消活动"))
    if activity.status is ActivityStatus.PUBLISHED and now >= shift.starts_at:
        raise RuleViolation("", N_("已经开始的场次不能改"))
    signups = list(live_signups(Signup.shift_id == shift.id))
    call_off_all(signups, {shift.id: shift}, reason, by=by, now=now)
    shift.removed_at = now
    follow_shifts(activity)
    note_step(activity, ActivityAction.CHANGE, by=by, now=now, note=reason)
    audit("activities.remove_shift", "activity", activity.id, by=by, shift=shift.code)
    db.session.flush()
    letters.tell_signups(signups, activity, LetterKind.SIGNUP_CALLED_OFF, now)
    return activity


def _locked(code: str, organization_id: int) -> tuple[Activity, Shift, list[Shift]]:
    """Return activity, shift and the other shifts, locked. Raises UnknownRowError."""
    owner = select(Shift.activity_id).where(Shift.code == code, Shift.removed_at.is_(None))
    activity_id = db.session.scalar(owner)
    activity = locked_activity(
        Activity.id == activity_id, Activity.organization_id == organization_id
    )
    check_editable(activity)
    shifts = locked_shifts(activity.id)
    shift = next((one for one in shifts if one.code == code), None)
    if shift is None:
        raise UnknownRowError(code)
    return activity, shift, [one for one in shifts if one is not shift]


def _check_begun(shift: Shift, plan: ShiftPlan, now: datetime) -> None:
    """Raise RuleViolation where a shift that has begun is changed in more than its time, or twice.

    What came out otherwise than planned is put right once (security.md LED-07).
    """
    if (plan.seats, plan.role.strip()) != (shift.seats, shift.role):
        raise RuleViolation("", N_("已经开始的场次只能改时间"))
    if shift.moved_at is not None:
        raise RuleViolation("", N_("开始以后时间只能改一次，已经改过了"))
    if plan.starts_at > now:
        raise RuleViolation("day", N_("已经开始的场次不能改到以后"))


def _check_notice(activity: Activity, plan: ShiftPlan, shift: Shift | None, now: datetime) -> None:
    """Raise RuleViolation where a published shift would begin without notice."""
    if activity.status is not ActivityStatus.PUBLISHED:
        return
    hours = notice_on(now).hours
    soonest = now + timedelta(hours=hours)
    if shift is not None:
        soonest = min(soonest, shift.starts_at)
    if plan.starts_at < soonest:
        message = NN_("已发布的活动，新的时间要至少提前 %(hours)d 小时告知")
        raise RuleViolation("day", message, hours=hours)
