"""Joining a shift on the spot: by a scan, or added by the keeper at the desk (ux.md S12, S32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from activities.models import Activity, Shift, Signup
from activities.operations.agreeing import keep_agreement
from activities.operations.signups import enter, locked_person
from activities.operations.steps import (
    current_activity,
    live_signups,
    locked_shift,
    note_signup,
)
from activities.operations.wishes import Wish, check_agreed, check_certificate
from activities.queries.attendance import is_coming
from activities.queries.conditions import applicant_of, terms_of
from activities.rules import (
    HOLDING,
    Condition,
    SignupAction,
    SignupStatus,
    full,
    judge,
    stranger,
    turned_down,
)
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from people.models import Person

TURNED_DOWN = (SignupStatus.REFUSED, SignupStatus.CALLED_OFF)


def join_on_spot(
    person_id: int, shift_code: str, wish: Wish, *, by: Actor, now: datetime
) -> Signup:
    """Return the sign-up of somebody who came without one, or who waited for a seat.

    Who applied to be a volunteer and waits for an answer or for a guardian's consent may join; the
    hours wait (ux.md S12). Raises RefusedCode where there is no seat, or who was turned down.
    """
    person, shift, activity = _locked(person_id, shift_code)
    signup = _living(shift, person_id)
    if signup is not None and signup.status in HOLDING:
        return signup
    _check_welcome(person_id, shift)
    if shift.free <= 0:
        raise full()
    _check_conditions(activity, shift, person, now, spared=())
    check_certificate(activity, wish)
    if activity.ground_set:
        _check_own_word(person, shift)
        check_agreed(activity, shift, wish)
    if signup is not None:
        action = SignupAction.PROMOTE_UNSEEN if activity.certificate else SignupAction.PROMOTE
        note_signup(signup, action, by=by, now=now)
        shift.taken += 1
        return signup
    status = SignupStatus.SIGNED_UP if activity.certificate else SignupStatus.ACCEPTED
    shows = wish.has_certificate
    signup = _made(shift, person_id, status, by=by, now=now, has_certificate=shows)
    if activity.ground_set:
        keep_agreement(signup, activity, shift, now)
    return signup


def add_on_spot(
    person_id: int, shift_code: str, *, organization_id: int, by: Actor, now: datetime
) -> Signup:
    """Return the sign-up of a volunteer whom the keeper adds at the desk; a seat is added for it.

    The keeper stands for the certificate, never for the agreement: that is the person's own.
    """
    person, shift, activity = _locked(person_id, shift_code)
    if activity.organization_id != organization_id:
        raise UnknownRowError(shift_code)
    signup = _living(shift, person_id)
    if signup is not None and signup.status in HOLDING:
        return signup
    if activity.ground_set:
        raise RuleViolation("", N_("这个活动要本人签协议，请让他扫现场的码加入"))
    _check_conditions(activity, shift, person, now, spared=(Condition.ALONE,))
    if shift.free <= 0:
        shift.seats += 1
    if signup is not None:
        note_signup(signup, SignupAction.PROMOTE, by=by, now=now)
        shift.taken += 1
        return signup
    return _made(shift, person_id, SignupStatus.ACCEPTED, by=by, now=now)


def _locked(person_id: int, shift_code: str) -> tuple[Person, Shift, Activity]:
    person = locked_person(person_id)
    shift = locked_shift(Shift.code == shift_code, Shift.removed_at.is_(None))
    return person, shift, current_activity(shift)


def _living(shift: Shift, person_id: int) -> Signup | None:
    found = live_signups(Signup.shift_id == shift.id, Signup.person_id == person_id)
    return found[0] if found else None


def _check_welcome(person_id: int, shift: Shift) -> None:
    """Raise RefusedCode for somebody whom the organization turned down for this shift."""
    latest = db.session.scalar(
        select(Signup.status)
        .where(Signup.shift_id == shift.id, Signup.person_id == person_id)
        .order_by(Signup.id.desc())
        .limit(1)
    )
    if latest in TURNED_DOWN:
        raise turned_down()


def _check_own_word(person: Person, shift: Shift) -> None:
    """Raise RuleViolation for a minor: a guardian accepts the agreement, and was not asked."""
    if applicant_of(person, shift).has_guardian:
        raise RuleViolation("", N_("未满 18 岁，协议由监护人签"))


def _check_conditions(
    activity: Activity,
    shift: Shift,
    person: Person,
    now: datetime,
    *,
    spared: tuple[Condition, ...],
) -> None:
    """Raise RuleViolation with the first condition that is not met and is not spared."""
    applicant = applicant_of(person, shift)
    if not applicant.is_volunteer and is_coming(person.id):
        applicant = replace(applicant, is_volunteer=True)
    for verdict in judge(terms_of(activity, now), applicant):
        if verdict.is_met or verdict.condition in spared:
            continue
        if verdict.condition is Condition.VOLUNTEER:
            raise stranger()
        raise verdict.violation()


def _made(
    shift: Shift,
    person_id: int,
    status: SignupStatus,
    *,
    by: Actor,
    now: datetime,
    has_certificate: bool = False,
) -> Signup:
    joined, shows = SignupAction.JOIN, has_certificate
    signup = enter(shift, person_id, status, by=by, now=now, action=joined, has_certificate=shows)
    audit("activities.join_on_spot", "activity_signup", signup.id, by=by)
    return signup
