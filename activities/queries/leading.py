"""What the leader of an activity finds: the shifts that he leads, and who has a seat at them."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from activities.models import Activity, Shift, Signup
from activities.queries.own import signups
from core.database import db


def _led(person_id: int) -> Select[Shift]:
    return (
        select(Shift)
        .join(Shift.activity)
        .join(Activity.organization)
        .options(contains_eager(Shift.activity).contains_eager(Activity.organization))
        .where(Activity.leader_id == person_id, Shift.removed_at.is_(None))
    )


def led_shift(person_id: int | None, code: str) -> Shift | None:
    """Return a shift of an activity that somebody leads."""
    if person_id is None:
        return None
    return db.session.scalars(_led(person_id).where(Shift.code == code)).one_or_none()


def led_signup(person_id: int | None, code: str) -> Signup | None:
    """Return a sign-up for an activity that somebody leads, with its person."""
    if person_id is None:
        return None
    return db.session.scalars(
        signups()
        .options(joinedload(Signup.person, innerjoin=True))
        .where(Signup.code == code, Activity.leader_id == person_id, Shift.removed_at.is_(None))
    ).one_or_none()
