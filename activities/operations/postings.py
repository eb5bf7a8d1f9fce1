"""Posting an activity: draft, change, publish, ask above, cancel, end (domain.md VOL-22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from accounts.rules.letters import LetterKind
from activities import letters
from activities.models import Activity, Shift, SignedAgreement, Signup
from activities.operations.agreeing import ask_anew
from activities.operations.seats import call_off_all
from activities.operations.steps import (
    CODE_LENGTH,
    arrived_among,
    count_review,
    live_signups,
    locked_activity,
    locked_shifts,
    note_step,
    notice_on,
)
from activities.operations.uses import check_agreed, place_at
from activities.queries.attendance import waits_for_hours
from activities.rules import (
    MAX_SHIFTS,
    ActivityAction,
    ActivityStatus,
    Posting,
    ShiftPlan,
    bars_minors,
    check_first,
    check_reason,
    needs_review,
    problems_of,
    problems_of_all,
    problems_of_shift,
)
from core import crypto
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.clock import local
from core.database import db
from core.rules import N_, IllegalTransition, RuleViolation
from organizations.models import Organization
from organizations.rules import OPEN_STATES, ids_of_path
from people.models import Person
from people.rules import is_minor_on


def create(
    organization: Organization,
    posting: Posting,
    plans: Sequence[ShiftPlan],
    *,
    by: Actor,
    now: datetime,
) -> Activity:
    """Return a new draft with its shifts. Raises RuleViolation for what a posting must tell."""
    posting = posting.trimmed()
    if organization.status not in OPEN_STATES:
        raise RuleViolation("", N_("这个组织已经停止，不能办活动"))
    _check(posting, plans)
    activity = Activity(
        code=crypto.opaque_code(CODE_LENGTH),
        organization_id=organization.id,
        county_id=organization.county_id,
        city_id=organization.city_id,
        status=ActivityStatus.DRAFT,
        created_at=now,
        created_by_id=by.user_id,
        first_starts_at=min(plan.starts_at for plan in plans),
        last_ends_at=max(plan.ends_at for plan in plans),
    )
    activity.tell(posting)
    db.session.add(activity)
    db.session.flush()
    db.session.add_all(new_shift(activity, plan) for plan in plans)
    place_at(activity, posting.venue, by=by, now=now)
    note_step(activity, None, by=by, now=now)
    audit("activities.create", "activity", activity.id, by=by, shifts=len(plans))
    db.session.flush()
    return activity


def new_shift(activity: Activity, plan: ShiftPlan) -> Shift:
    """Return a shift of an activity, not in the session yet."""
    return Shift(
        code=crypto.opaque_code(CODE_LENGTH),
        activity_id=activity.id,
        role=plan.role.strip(),
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        seats=plan.seats,
        taken=0,
    )


def check_fits(posting: Posting, plans: Sequence[ShiftPlan]) -> None:
    """Raise RuleViolation where posting and shifts do not fit each other."""
    days = [(local(one.starts_at).date(), local(one.ends_at).date()) for one in plans]
    span = max(one.ends_at for one in plans) - min(one.starts_at for one in plans)
    check_first(problems_of_all(posting, days, span))


def _check(posting: Posting, plans: Sequence[ShiftPlan]) -> None:
    if not plans or len(plans) > MAX_SHIFTS:
        raise RuleViolation("", N_("要有 1 到 %(count)d 场"), count=MAX_SHIFTS)
    check_first(problems_of(posting))
    for plan in plans:
        check_first(problems_of_shift(plan))
    check_fits(posting, plans)


def change(
    code: str, posting: Posting, *, organization_id: int, by: Actor, now: datetime
) -> Activity:
    """Return an activity with other words; who signed up is told where it was published."""
    posting = posting.trimmed()
    activity = _own(code, organization_id)
    shifts = locked_shifts(activity.id)
    before = activity.posting
    _check(posting, [shift.plan for shift in shifts])
    signups = live_signups(Signup.shift_id.in_([shift.id for shift in shifts]))
    if signups:
        _check_signups(posting, signups)
    place_at(activity, posting.venue, by=by, now=now)
    activity.tell(posting)
    note_step(activity, ActivityAction.CHANGE, by=by, now=now)
    audit("activities.change", "activity", activity.id, by=by, told=len(signups))
    db.session.flush()
    ask_anew(activity, signups, now)
    if _differs(before, posting):
        coming = [signup for signup in signups if signup.ends_at > now]
        letters.tell_signups(coming, activity, LetterKind.ACTIVITY_CHANGED, now)
    return activity


def _differs(before: Posting, after: Posting) -> bool:
    """Return whether who signed up has to know."""
    told = "title", "place", "description", "risks", "bring"
    return any(getattr(before, name) != getattr(after, name) for name in told)


def _check_signups(posting: Posting, signups: Sequence[Signup]) -> None:
    """Raise RuleViolation for what nobody could ask of people who have signed up already."""
    if has_minor(posting, signups, min(local(one.starts_at).date() for one in signups)):
        message = N_("已有未成年人报名，不能改成有人身危险的服务，请另发一个活动")
        raise RuleViolation("grounds", message)
    if posting.grounds:
        ids = {signup.id for signup in signups if signup.agree_by is None}
        signed = select(SignedAgreement.signup_id).where(SignedAgreement.signup_id.in_(ids))
        if ids - set(db.session.scalars(signed)):
            message = N_("已有人没签协议就报了名，不能再改成要签协议，请另发一个活动")
            raise RuleViolation("grounds", message)


def has_minor(posting: Posting, signups: Sequence[Signup], day: date) -> bool:
    """Return whether somebody who signed up may not serve on a day for being too young (VOL-04)."""
    if not bars_minors(posting.grounds, posting.field):
        return False
    ids = [signup.person_id for signup in signups]
    births = db.session.scalars(select(Person.born_on).where(Person.id.in_(ids))).all()
    return any(born_on is None or is_minor_on(born_on, day) for born_on in births)


def publish(code: str, *, organization_id: int, by: Actor, now: datetime) -> Activity:
    """Return an activity that everybody may read now, or that the level above is asked about."""
    activity = _own(code, organization_id)
    check_agreed(activity)
    shifts = locked_shifts(activity.id)
    _check(activity.posting, [shift.plan for shift in shifts])
    if not needs_review(activity.first_starts_at, now, notice_on(now)):
        note_step(activity, ActivityAction.PUBLISH, by=by, now=now)
        activity.published_at, activity.reason = now, ""
    else:
        note_step(activity, ActivityAction.ASK, by=by, now=now)
        activity.reviewer_id = office_above(activity.organization)
        activity.asked_by_id, activity.reason = by.user_id, ""
        count_review(activity, +1)
        letters.tell_reviewers(activity, now)
    audit("activities.publish", "activity", activity.id, by=by, status=activity.status)
    db.session.flush()
    letters.tell_leader(activity, now)
    return activity


def office_above(organization: Organization) -> int:
    """Return the county, city or province that answers for an organization: never itself.

    The province has nobody above it; there another officer than who asked has to agree.
    """
    province = ids_of_path(organization.path)[0]
    for office in (organization.county_id, organization.city_id):
        if office is not None and office != organization.id:
            return office
    return province


def take_back(code: str, *, organization_id: int, by: Actor, now: datetime) -> Activity:
    """Return a draft again that the level above was asked about."""
    activity = _own(code, organization_id)
    note_step(activity, ActivityAction.TAKE_BACK, by=by, now=now)
    activity.reviewer_id = None
    audit("activities.take_back", "activity", activity.id, by=by)
    db.session.flush()
    return activity


def cancel(code: str, reason: str, *, organization_id: int, by: Actor, now: datetime) -> Activity:
    """Return an activity that is not held; everybody who signed up is told the reason.

    Shifts that are over were held: who served in them stays. Raises RuleViolation after the last.
    """
    reason = check_reason(reason)
    activity = _own(code, organization_id)
    shifts = {one.id: one for one in locked_shifts(activity.id) if one.ends_at > now}
    was_public = activity.status is ActivityStatus.PUBLISHED
    if was_public and now >= activity.last_ends_at:
        raise RuleViolation("", N_("活动已经办完，不能取消，请点“结束活动”"))
    note_step(activity, ActivityAction.CANCEL, by=by, now=now, note=reason)
    activity.reason = reason
    living = live_signups(Signup.shift_id.in_(shifts))
    came = arrived_among(living)  # who was there served until now, and gets his hours
    signups = [signup for signup in living if signup.id not in came]
    call_off_all(signups, shifts, reason, by=by, now=now)
    audit("activities.cancel", "activity", activity.id, by=by, called_off=len(signups))
    db.session.flush()
    if was_public:
        letters.tell_signups(signups, activity, LetterKind.ACTIVITY_CANCELLED, now)
        if activity.leader_id not in {signup.person_id for signup in signups}:
            letters.tell_released(activity, activity.leader_id, now)
    return activity


def end(code: str, *, organization_id: int, by: Actor, now: datetime) -> Activity:
    """Return an activity that is over. Raises RuleViolation before its last shift ended."""
    activity = _own(code, organization_id)
    locked_shifts(activity.id)
    if activity.status is ActivityStatus.PUBLISHED and now < activity.last_ends_at:
        raise RuleViolation("", N_("最后一场还没有结束"))
    if waits_for_hours(activity.id):
        raise RuleViolation("", N_("有人签了到，还没有记时长，请到“现场”结束"))
    note_step(activity, ActivityAction.END, by=by, now=now)
    audit("activities.end", "activity", activity.id, by=by)
    db.session.flush()
    return activity


def _own(code: str, organization_id: int) -> Activity:
    return locked_activity(Activity.code == code, Activity.organization_id == organization_id)


def check_editable(activity: Activity) -> None:
    """Raise IllegalTransition for an activity whose words and shifts stand."""
    if activity.status not in (ActivityStatus.DRAFT, ActivityStatus.PUBLISHED):
        raise IllegalTransition(activity.status, ActivityAction.CHANGE)
