"""Activities to come, as everybody may read of them: one kept statement, nobody's name."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_, select, tuple_

from activities.models import Activity, Shift
from activities.rules import ActivityStatus
from core.access.permissions import Level
from core.paging import Page, page_of
from core.statements import Kept
from organizations.models import Organization
from organizations.rules import OPEN_STATES

PAGE = 20
_PLACE: BindParameter[int] = bindparam("place")
#: How the activities at and under a place are found; of the province all are.
_AT: dict[Level, ColumnElement[bool]] = {
    Level.UNIT: Activity.organization_id == _PLACE,
    Level.TOWNSHIP: or_(Organization.id == _PLACE, Organization.parent_id == _PLACE),
    Level.COUNTY: Activity.county_id == _PLACE,
    Level.CITY: Activity.city_id == _PLACE,
}


class Coming(NamedTuple):
    """A shift that has not begun; ``code`` is its own, ``activity`` that of its activity."""

    code: str
    activity: str
    title: str
    place: str
    role: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    taken: int
    organization: str

    @property
    def free(self) -> int:
        return self.seats - self.taken


def coming(
    level: Level, place_id: int, now: datetime, after: str = "", limit: int = PAGE
) -> Page[Coming]:
    """Return a page of shifts at and under a place that have not begun, soonest first."""
    kept = _coming(level, has_anchor=bool(after))
    asked = {"now": now, "place": place_id, "after": after, "limit": limit + 1}
    return page_of([Coming(*row) for row in kept.rows(asked)], limit)


@cache
def _coming(level: Level, *, has_anchor: bool) -> Kept:
    at = _AT.get(level)
    statement = (
        select(
            Shift.code,
            Activity.code,
            Activity.title,
            Activity.place,
            Shift.role,
            Shift.starts_at,
            Shift.ends_at,
            Shift.seats,
            Shift.taken,
            Organization.short_name,
        )
        .select_from(Shift)
        .join(Shift.activity)
        .join(Activity.organization)
        .where(
            Activity.status == ActivityStatus.PUBLISHED,
            Organization.status.in_(OPEN_STATES),
            Shift.removed_at.is_(None),
            Shift.starts_at > bindparam("now"),
            *(() if at is None else (at,)),
        )
        .order_by(Shift.starts_at, Shift.id)
        .limit(bindparam("limit"))
    )
    if has_anchor:
        anchor = select(Shift.starts_at, Shift.id).where(Shift.code == bindparam("after"))
        row = anchor.subquery()
        statement = statement.join(
            row, tuple_(Shift.starts_at, Shift.id) > tuple_(row.c.starts_at, row.c.id)
        )
    return Kept(statement)
