"""Volunteers by name, inside a scope; minors at their own organization only (decisions.md D10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Result, Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from core import clock
from core.access.permissions import Level, Permission, Reach
from core.access.scope import Scope
from core.database import db
from core.paging import Page
from core.rules import AGE_OF_MAJORITY
from members.queries.listing import Shape, Table, add_table
from members.rules.exports import ExportSubject
from members.rules.roster import READERS, Column, Filters
from organizations.models import PLACE_COLUMNS
from organizations.queries import Extent, bounds, extent_of, inside, within
from organizations.rules import subtree_range
from people.models import Person
from volunteers.models import ServiceRecord, StarGrant, Volunteer, VolunteerTotal
from volunteers.queries.own_records import Listed as ListedRecord
from volunteers.queries.own_records import Reader, records_of_person
from volunteers.queries.past import past_rows
from volunteers.rules import SERVING, ServiceStatus
from volunteers.rules.certificates import WITNESSED
from volunteers.rules.roster import readers
from volunteers.rules.stars import StarStatus

LEAP_DAY = (2, 29)
_CONFIRMED = select(func.sum(VolunteerTotal.confirmed_minutes)).where(
    VolunteerTotal.volunteer_id == Volunteer.id
)
#: Confirmed minutes that a machine or a roll call saw; the rest is somebody's word (LED-05).
_WITNESSED = select(func.sum(ServiceRecord.minutes)).where(
    ServiceRecord.person_id == Volunteer.person_id,
    ServiceRecord.status == ServiceStatus.CONFIRMED,
    ServiceRecord.counts,
    ServiceRecord.method.in_(WITNESSED),
)
_STAR = select(func.max(StarGrant.star)).where(
    StarGrant.volunteer_id == Volunteer.id, StarGrant.status == StarStatus.GRANTED
)


def sees_all(scope: Scope) -> bool:
    """Return whether the post of a scope sees minors by name: at its own organization only."""
    return scope.place.level == Level.UNIT and scope.place.id == scope.post.place.id


def volunteer_in(scope: Scope, on: date, code: str) -> Volunteer | None:
    """Return one volunteer inside the scope, whatever his state: one statement."""
    asked = {"code": code, **bounds(scope), **_viewer(scope, on)}
    return db.session.scalars(_volunteer(extent_of(scope)), asked).one_or_none()


@cache
def _volunteer(extent: Extent) -> Select[Volunteer]:
    return (
        select(Volunteer)
        .join(Volunteer.person)
        .options(contains_eager(Volunteer.person))
        .options(joinedload(Volunteer.organization, innerjoin=True).load_only(*PLACE_COLUMNS))
        .where(Volunteer.code == bindparam("code"), inside(extent, Volunteer), _seen())
        .where(Volunteer.merged_into_id.is_(None), Person.erased_at.is_(None))
    )


def stays_as(scope: Scope, on: date, code: str) -> str | None:
    """Return the code of the volunteer in the scope that a merged-away one became part of."""
    gone = aliased(Volunteer)
    kept = select(Volunteer.code).join(gone, gone.merged_into_id == Volunteer.id)
    found = db.session.scalar(kept.where(gone.code == code))
    return found if found is not None and volunteer_in(scope, on, found) is not None else None


def is_volunteer_in(scope: Scope, person_id: int, on: date) -> bool:
    """Return whether a person is a volunteer inside the scope, visible to its post."""
    statement = (
        select(Volunteer.id)
        .join(Volunteer.person)
        .where(Volunteer.person_id == person_id, Volunteer.merged_into_id.is_(None))
        .where(within(scope, Volunteer), visible(scope, on))
    )
    return db.session.scalar(statement.limit(1)) is not None


def records_in(scope: Scope, volunteer: Volunteer, after: str = "") -> Page[ListedRecord]:
    """Return a page of the volunteer's records that the post may read by name: one statement."""
    place = scope.place
    reach = scope.post.reach(Permission.HOURS_VIEW, place)
    if reach is None:
        return Page([])
    low, high = ("", "") if reach is Reach.HERE else subtree_range(place.path)
    return records_of_person(volunteer.person_id, Reader(place.id, low, high), after=after)


def visible(scope: Scope, on: date) -> ColumnElement[bool]:
    """Return the condition that hides minors from everybody but their own organization."""
    return _visible(scope.post.place.id, latest_birth(on, AGE_OF_MAJORITY))


def _seen() -> ColumnElement[bool]:
    """Return the same condition for a statement that gets the values of ``_viewer``."""
    return _visible(bindparam("own_id"), bindparam("latest_birth"))


def _viewer(scope: Scope, on: date) -> Mapping[str, object]:
    return {"own_id": scope.post.place.id, "latest_birth": latest_birth(on, AGE_OF_MAJORITY)}


def _visible(own_id: Any, born_by: Any) -> ColumnElement[bool]:
    return or_(Volunteer.organization_id == own_id, _is_adult(born_by))


def is_adult(on: date) -> ColumnElement[bool]:
    """Return the condition for people of 18 or over on a day, or of unknown age."""
    return _is_adult(latest_birth(on, AGE_OF_MAJORITY))


def _is_adult(born_by: Any) -> ColumnElement[bool]:
    return or_(Person.born_on.is_(None), Person.born_on <= born_by)


def latest_birth(on: date, years: int) -> date:
    """Return the latest day of birth of somebody who is of the age on a day."""
    if (on.month, on.day) == LEAP_DAY:
        return date(on.year - years, 2, 28)
    return on.replace(year=on.year - years)


def _inside(shape: Shape, one: Any) -> tuple[ColumnElement[bool], ...]:
    return inside(shape.extent, one), one.merged_into_id.is_(None)


def _past(scope: Scope, filters: Filters, day: date, after: str, size: int | None) -> Result[Any]:
    del filters
    return past_rows(scope, day, visible(scope, clock.today()), after, size=size)


add_table(
    ExportSubject.VOLUNTEERS,
    Table(
        model=Volunteer,
        joined_on=Volunteer.entered_on,
        live=SERVING,
        readers=readers(READERS),
        reads=(),
        more={
            Column.HOURS: (func.coalesce(_CONFIRMED.scalar_subquery(), 0).label("minutes"),),
            Column.WITNESSED: (func.coalesce(_WITNESSED.scalar_subquery(), 0).label("witnessed"),),
            Column.STAR: (func.coalesce(_STAR.scalar_subquery(), 0).label("star"),),
        },
        inside=_inside,
        seen=lambda _scope, filters: filters,
        past=_past,
        hides_minors=lambda scope: not sees_all(scope),
        values=lambda scope: _viewer(scope, clock.today()),
        adult=_seen(),
    ),
)
