"""One's own sign-ups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import contains_eager

from activities.models import Activity, Shift, SignedAgreement, Signup, SignupEvent
from activities.rules import LIVE, SignupStatus
from core.database import db
from core.paging import Page, page_of
from people.models import Person

PAGE = 20
CALENDAR_LIMIT = 200


def signups() -> Select[Signup]:
    """Return what finds sign-ups with shift, activity and organization in one statement."""
    return (
        select(Signup)
        .join(Signup.shift)
        .join(Shift.activity)
        .join(Activity.organization)
        .options(
            contains_eager(Signup.shift)
            .contains_eager(Shift.activity)
            .contains_eager(Activity.organization)
        )
    )


def _signups(person_id: int) -> Select[Signup]:
    return signups().where(Signup.person_id == person_id)


def coming_signups(person_id: int, now: datetime) -> Sequence[Signup]:
    """Return what somebody signed up for and has before him, soonest first: one statement."""
    statement = _signups(person_id).where(Signup.status.in_(LIVE), Signup.ends_at > now)
    ordered = statement.order_by(Signup.starts_at, Signup.id).limit(CALENDAR_LIMIT)
    return db.session.scalars(ordered).all()


def earlier_signups(person_id: int, now: datetime, after: str = "") -> Page[Signup]:
    """Return a page of what lies behind or came to nothing, newest first: one statement."""
    key = tuple_(Signup.starts_at, Signup.id)
    statement = (
        _signups(person_id)
        .where(Signup.status.not_in(LIVE) | (Signup.ends_at <= now))
        .order_by(Signup.starts_at.desc(), Signup.id.desc())
        .limit(PAGE + 1)
    )
    if after:
        anchor = (
            select(Signup.starts_at, Signup.id)
            .where(Signup.code == after, Signup.person_id == person_id)
            .subquery()
        )
        statement = statement.join(anchor, key < tuple_(anchor.c.starts_at, anchor.c.id))
    return page_of(db.session.scalars(statement).all(), PAGE)


def latest_signups(person_id: int) -> Sequence[Signup]:
    """Return what somebody signed up for, the latest first, as many as a page holds."""
    statement = _signups(person_id).order_by(Signup.starts_at.desc(), Signup.id.desc())
    return db.session.scalars(statement.limit(PAGE)).all()


def own_signup(person_id: int | None, code: str) -> Signup | None:
    """Return a sign-up of one's own with shift, activity and organization."""
    if person_id is None:
        return None
    return db.session.scalars(_signups(person_id).where(Signup.code == code)).one_or_none()


def agreement_kept(signup: Signup) -> SignedAgreement | None:
    """Return the agreement that was accepted last for a sign-up."""
    statement = select(SignedAgreement).where(SignedAgreement.signup_id == signup.id)
    latest = statement.order_by(SignedAgreement.id.desc()).limit(1)
    return db.session.scalars(latest).one_or_none()


def place_in_line(signup: Signup) -> int:
    """Return how many wait before a sign-up on the waiting list, and itself."""
    statement = select(func.count()).where(
        Signup.shift_id == signup.shift_id,
        Signup.status == SignupStatus.WAITLISTED,
        Signup.id <= signup.id,
    )
    return db.session.scalar(statement) or 0


def steps_of(signup: Signup) -> Sequence[SignupEvent]:
    """Return the history of a sign-up, newest first."""
    statement = (
        select(SignupEvent)
        .where(SignupEvent.signup_id == signup.id)
        .order_by(SignupEvent.id.desc())
    )
    return db.session.scalars(statement).all()


def person_of_id(person_id: int | None) -> Person | None:
    """Return the person of an account, or None where it has none."""
    return db.session.get(Person, person_id) if person_id else None
