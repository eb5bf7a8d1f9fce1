"""Signing up for a shift and cancelling it oneself (domain.md VOL-21)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from accounts.rules.letters import LetterKind
from activities import letters
from activities.models import Activity, Shift, Signup
from activities.operations.agreeing import ask, keep_agreement
from activities.operations.seats import promote, release
from activities.operations.steps import (
    CODE_LENGTH,
    check_absent,
    current_activity,
    live_signups,
    locked_shift,
    note_signup,
)
from activities.operations.wishes import Wish, check_agreed, check_certificate
from activities.queries.conditions import applicant_of, terms_of
from activities.queries.overlaps import overlapping
from activities.rules import (
    HOLDING,
    ActivityStatus,
    SignupAction,
    SignupStatus,
    check_conditions,
    check_reason,
    is_late_cancel,
)
from core import crypto, settings
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.clock import local
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from people.models import Person


def sign_up(person_id: int, shift_code: str, wish: Wish, *, by: Actor, now: datetime) -> Signup:
    """Return a sign-up: with a seat while there are seats, else on the waiting list.

    One person signs up at a time, one seat of a shift is given at a time (RACE-02). Raises
    RuleViolation for a condition that is not met, or for a time that is taken. The agreement of a
    minor is sent to the guardian, who accepts it until the deadline of ``Signup.agree_by``.
    """
    person = locked_person(person_id)
    shift = locked_shift(Shift.code == shift_code, Shift.removed_at.is_(None))
    activity = current_activity(shift)
    _check_open(activity, shift, now)
    _check_free(person_id, shift)
    applicant = applicant_of(person, shift)
    check_conditions(terms_of(activity, now), applicant)
    check_certificate(activity, wish)
    if activity.ground_set and not applicant.has_guardian:
        check_agreed(activity, shift, wish)
    status, shows = _status(activity, shift), wish.has_certificate
    signup = enter(shift, person_id, status, by=by, now=now, has_certificate=shows)
    if activity.ground_set:
        if applicant.has_guardian:
            ask(signup, activity, now)
        else:
            keep_agreement(signup, activity, shift, now)
    audit("activities.sign_up", "activity_signup", signup.id, by=by, status=signup.status)
    db.session.flush()
    return signup


def add_for(
    person_id: int, shift_code: str, wish: Wish, *, organization_id: int, by: Actor, now: datetime
) -> Signup:
    """Return the sign-up of somebody whom the keeper of a shift adds, by the same conditions.

    But for the age from which one signs up alone: he is not alone. Whoever is added reads of it
    and may cancel (VOL-19); where an agreement is needed he accepts it, or the guardian does.
    """
    person = locked_person(person_id)
    shift = locked_shift(Shift.code == shift_code, Shift.removed_at.is_(None))
    activity = current_activity(shift)
    if activity.organization_id != organization_id:
        raise UnknownRowError(shift_code)
    _check_open(activity, shift, now)
    _check_free(person_id, shift)
    terms = replace(terms_of(activity, now), alone_from=0)
    check_conditions(terms, applicant_of(person, shift))
    check_certificate(activity, wish)
    status = _status(activity, shift)
    is_seen = status is SignupStatus.SIGNED_UP and person_id != by.person_id
    status = SignupStatus.ACCEPTED if is_seen else status
    shows = wish.has_certificate
    signup = enter(shift, person_id, status, by=by, now=now, has_certificate=shows)
    if activity.ground_set:
        ask(signup, activity, now)
    audit("activities.add_signup", "activity_signup", signup.id, by=by, status=signup.status)
    letters.tell_signups([signup], activity, LetterKind.SIGNUP_ADDED, now)
    db.session.flush()
    return signup


def enter(
    shift: Shift,
    person_id: int,
    status: SignupStatus,
    *,
    by: Actor,
    now: datetime,
    action: SignupAction | None = None,
    has_certificate: bool = False,
) -> Signup:
    """Return a new sign-up with the first step of its history; a seat is taken where one is held.

    The caller has locked the person and the shift, and has checked who may come.
    """
    signup = Signup(
        code=crypto.opaque_code(CODE_LENGTH),
        shift_id=shift.id,
        person_id=person_id,
        status=status,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        signed_up_at=now,
        has_certificate=has_certificate,
    )
    if signup.status in HOLDING:
        shift.taken += 1
    db.session.add(signup)
    db.session.flush()
    note_signup(signup, action, by=by, now=now)
    return signup


def locked_person(person_id: int) -> Person:
    """Return a person, locked: two sign-ups of one person never overlap."""
    return db.session.scalars(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _status(activity: Activity, shift: Shift) -> SignupStatus:
    if shift.free <= 0:
        return SignupStatus.WAITLISTED
    return SignupStatus.SIGNED_UP if activity.certificate else SignupStatus.ACCEPTED


def _check_open(activity: Activity, shift: Shift, now: datetime) -> None:
    if activity.status in (ActivityStatus.DRAFT, ActivityStatus.REVIEW):
        raise UnknownRowError(activity.code)
    if activity.status is ActivityStatus.CANCELLED:
        raise RuleViolation("", N_("这个活动已取消"))
    if activity.status is not ActivityStatus.PUBLISHED or now >= shift.starts_at:
        raise RuleViolation("", N_("这一场已经开始，不能再报名"))


def _check_free(person_id: int, shift: Shift) -> None:
    """Raise RuleViolation where the person's time is taken, with the other activity named."""
    other = overlapping(person_id, shift.starts_at, shift.ends_at)
    if other is None:
        return
    if other.shift_id == shift.id:
        raise RuleViolation("", N_("您已经报名这一场"))
    start, end = local(other.starts_at), local(other.ends_at)
    time = f"{start:%m-%d %H:%M}–{end:%H:%M}"
    message = N_("和『%(title)s』（%(time)s）时间重叠，不能再报")
    raise RuleViolation("", message, title=other.title, time=time)


def cancel_own(person_id: int, code: str, reason: str, *, by: Actor, now: datetime) -> Signup:
    """Return a sign-up that its volunteer cancelled; the seat goes to who waits longest.

    Leaving is free (VOL-19): shortly before the start a reason is asked for, and the keeper is
    told at once. Raises RuleViolation once the shift has begun.
    """
    found = db.session.execute(
        select(Signup.shift_id).where(Signup.code == code, Signup.person_id == person_id)
    ).one_or_none()
    if found is None:
        raise UnknownRowError(code)
    shift = locked_shift(Shift.id == found.shift_id)
    activity = current_activity(shift)
    signup = _live(code)
    if now >= shift.starts_at:
        raise RuleViolation("", N_("这一场已经开始，不能再取消"))
    check_absent(signup, N_("您已经签到，不能再取消报名"))
    hours = settings.value("activities.cancel_hours", local(now).date())
    holds = signup.status in HOLDING
    signup.is_late = holds and is_late_cancel(shift.starts_at, now, hours)
    if signup.is_late:
        signup.reason = check_reason(reason)
    release(signup, shift)
    note_signup(signup, SignupAction.CANCEL, by=by, now=now, note=signup.reason)
    db.session.flush()
    audit("activities.cancel_signup", "activity_signup", signup.id, by=by, late=signup.is_late)
    promote(shift, activity, by=by, now=now)
    if signup.is_late:
        letters.tell_keepers(shift, activity, now)
    db.session.flush()
    return signup


def _live(code: str) -> Signup:
    signups = live_signups(Signup.code == code)
    if not signups:
        raise RuleViolation("", N_("这次报名已经结束，请刷新后再看"))
    return signups[0]
