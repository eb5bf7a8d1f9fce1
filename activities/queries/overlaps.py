"""What of a person's time is taken by sign-ups."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from activities.models import Activity, Shift, Signup
from activities.rules import LIVE
from core.database import db


@dataclass(frozen=True, slots=True)
class Taken:
    """A sign-up that lies over another time: its shift, activity and instants."""

    shift_id: int
    title: str
    starts_at: datetime
    ends_at: datetime


def busy_elsewhere(
    person_ids: Collection[int], shift_id: int, starts_at: datetime, ends_at: datetime
) -> Sequence[int]:
    """Return which people have another live sign-up over a time: one statement."""
    statement = (
        select(Signup.person_id)
        .where(
            Signup.person_id.in_(person_ids),
            Signup.shift_id != shift_id,
            Signup.status.in_(LIVE),
            Signup.starts_at < ends_at,
            Signup.ends_at > starts_at,
        )
        .distinct()
        .order_by(Signup.person_id)
    )
    return db.session.scalars(statement).all()


def signed_up(person_ids: Collection[int], shift_id: int) -> Sequence[int]:
    """Return which people have a live sign-up for a shift: one statement."""
    statement = select(Signup.person_id).where(
        Signup.person_id.in_(person_ids), Signup.shift_id == shift_id, Signup.status.in_(LIVE)
    )
    return db.session.scalars(statement).all()


def overlapping(person_id: int, starts_at: datetime, ends_at: datetime) -> Taken | None:
    """Return the first sign-up of a person that lives and lies over a time; waiting counts too."""
    statement = (
        select(Signup.shift_id, Activity.title, Signup.starts_at, Signup.ends_at)
        .join(Signup.shift)
        .join(Shift.activity)
        .where(
            Signup.person_id == person_id,
            Signup.status.in_(LIVE),
            Signup.starts_at < ends_at,
            Signup.ends_at > starts_at,
        )
        .order_by(Signup.starts_at, Signup.id)
        .limit(1)
    )
    row = db.session.execute(statement).one_or_none()
    return Taken(*row) if row else None
