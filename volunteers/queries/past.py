"""The roster of volunteers as it was on a past day: who served then, and in which organization.

Put together from the day of entering, the day of leaving, and the moves by closings that came
later. Names and numbers are those of today, and so is the tree. A state is known of today only;
a record that was merged away since stands as the one it became part of.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Result,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from core import clock
from core.access.scope import Scope
from core.database import db
from organizations.models import Organization
from organizations.queries import Extent, bounds, extent_of, inside, stands_in
from people.models import Person
from volunteers.models import Volunteer, VolunteerMove


def past_rows(
    scope: Scope, day: date, seen: ColumnElement[bool], after: str, *, size: int | None
) -> Result[Any]:
    """Return who was a volunteer inside a scope at the end of a day, newest first: one statement.

    Without a size all of them. ``seen`` hides those whom the reader may not see today.
    """
    statement = _page(extent_of(scope), size, has_anchor=bool(after)).where(seen)
    values = {"day": day, "end": clock.day_bounds(day)[1], "after": after}
    return db.session.execute(statement, {**bounds(scope), **values})


@lru_cache(maxsize=32)
def _page(extent: Extent, size: int | None, *, has_anchor: bool) -> Select[*tuple[Any, ...]]:
    then, above, one = aliased(Organization), aliased(Organization), Volunteer
    moved = (
        select(VolunteerMove.volunteer_id)
        .join(Organization, Organization.id == VolunteerMove.from_organization_id)
        .where(VolunteerMove.moved_at >= bindparam("end"), stands_in(extent, Organization))
    )
    stayed = select(Volunteer.id).where(inside(extent, Volunteer))
    statement = (
        select(
            one.code.label("code"),
            literal(None).label("status"),
            one.number.label("number"),
            one.entered_on.label("joined_on"),
            Person.name.label("name"),
            Person.born_on.label("born_on"),
            then.short_name.label("organization"),
            func.coalesce(above.short_name, "").label("above"),
        )
        .join(one.person)
        .join(then, then.id == func.coalesce(_left_later(), one.organization_id))
        .outerjoin(above, above.id == then.parent_id)
        .where(
            one.id.in_(stayed.union(moved)),
            stands_in(extent, then),
            one.merged_into_id.is_(None),
            one.entered_on <= bindparam("day"),
            or_(one.left_on.is_(None), one.left_on > bindparam("day")),
        )
        .order_by(one.id.desc())
    )
    if has_anchor:
        row = aliased(Volunteer)
        anchor = select(row.id).where(row.code == bindparam("after")).scalar_subquery()
        statement = statement.where(one.id < anchor)
    return statement if size is None else statement.limit(size)


def _left_later() -> Any:
    """Return the organization that the first move after the day led away from."""
    return (
        select(VolunteerMove.from_organization_id)
        .where(
            VolunteerMove.volunteer_id == Volunteer.id, VolunteerMove.moved_at >= bindparam("end")
        )
        .order_by(VolunteerMove.moved_at, VolunteerMove.id)
        .limit(1)
        .correlate(Volunteer)
        .scalar_subquery()
    )
