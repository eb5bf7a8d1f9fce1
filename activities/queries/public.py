"""What everybody may read of activities, and what somebody finds to sign up for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from activities.models import Activity, Shift, Signup
from activities.rules import LIVE, PUBLIC_STATES, ActivityStatus, SignupStatus
from activities.standing import Standing
from core.database import db
from core.paging import Page, page_of
from organizations.models import Organization
from organizations.rules import OPEN_STATES

PAGE = 20
#: What everybody may read: never what was cancelled as a draft.
PUBLIC = (Activity.status.in_(PUBLIC_STATES), Activity.published_at.is_not(None))


class Near(StrEnum):
    """How far somebody looks for activities."""

    OWN = "own"
    COUNTY = "county"
    CITY = "city"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Own:
    """A sign-up of one's own for a shift: its code and state."""

    code: str
    status: SignupStatus


def upcoming(near: Near, standing: Standing | None, now: datetime, after: str = "") -> Page[Shift]:
    """Return a page of shifts that have not begun, soonest first: one statement.

    ``near`` counts from the organization where somebody serves; without one it is the province.
    """
    key = tuple_(Shift.starts_at, Shift.id)
    statement = (
        select(Shift)
        .join(Shift.activity)
        .join(Activity.organization)
        .options(contains_eager(Shift.activity).contains_eager(Activity.organization))
        .where(
            Activity.status == ActivityStatus.PUBLISHED,
            Organization.status.in_(OPEN_STATES),
            Shift.removed_at.is_(None),
            Shift.starts_at > now,
            *_place(near, standing),
        )
        .order_by(Shift.starts_at, Shift.id)
        .limit(PAGE + 1)
    )
    if after:
        anchor = select(Shift.starts_at, Shift.id).where(Shift.code == after).subquery()
        statement = statement.join(anchor, key > tuple_(anchor.c.starts_at, anchor.c.id))
    return page_of(db.session.scalars(statement).all(), PAGE)


def _place(near: Near, standing: Standing | None) -> list[Any]:
    if standing is None or near is Near.ALL:
        return []
    wanted = {
        Near.OWN: (Activity.organization_id, standing.organization_id),
        Near.COUNTY: (Activity.county_id, standing.county_id),
        Near.CITY: (Activity.city_id, standing.city_id),
    }
    column, place = wanted[near]
    return [column == place]


def own_by_shift(person_id: int | None, shifts: Sequence[Shift]) -> Mapping[int, Own]:
    """Return ``shift id -> one's own sign-up that lives``: one statement."""
    if person_id is None or not shifts:
        return {}
    statement = select(Signup.shift_id, Signup.code, Signup.status).where(
        Signup.person_id == person_id,
        Signup.shift_id.in_([shift.id for shift in shifts]),
        Signup.status.in_(LIVE),
    )
    return {row.shift_id: Own(row.code, row.status) for row in db.session.execute(statement)}


def public_activity(code: str) -> Activity | None:
    """Return an activity that everybody may read."""
    return db.session.scalars(
        select(Activity)
        .options(joinedload(Activity.organization, innerjoin=True))
        .where(Activity.code == code, *PUBLIC)
    ).one_or_none()


def shifts_of(activity: Activity) -> Sequence[Shift]:
    """Return the shifts of an activity that were not removed, in the order of time."""
    statement = (
        select(Shift)
        .where(Shift.activity_id == activity.id, Shift.removed_at.is_(None))
        .order_by(Shift.starts_at, Shift.id)
    )
    return db.session.scalars(statement).all()


def public_shift(code: str) -> Shift | None:
    """Return a shift that everybody may read, with its activity."""
    return db.session.scalars(
        select(Shift)
        .join(Shift.activity)
        .join(Activity.organization)
        .options(contains_eager(Shift.activity).contains_eager(Activity.organization))
        .where(
            Shift.code == code,
            Shift.removed_at.is_(None),
            *PUBLIC,
        )
    ).one_or_none()
