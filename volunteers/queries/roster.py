"""Volunteers by name, inside a scope; minors at their own organization only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload

from core.access.permissions import Level, Permission, Reach
from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from core.rules import AGE_OF_MAJORITY
from members.queries.roster import looked_for
from members.rules import Search, SearchKind
from organizations.models import PLACE_COLUMNS, Organization
from organizations.queries import Extent, bounds, extent_of, inside, under, within
from people.models import Person
from volunteers.models import ServiceRecord, Volunteer, VolunteerTotal
from volunteers.queries.own import Listed as ListedRecord
from volunteers.queries.own import records_of_person
from volunteers.rules import SERVING, VolunteerStatus

PAGE = 20
LEAP_DAY = (2, 29)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says of a volunteer; ``minutes`` are the confirmed ones of all years."""

    code: str
    status: VolunteerStatus
    entered_on: date
    name: str
    organization: str
    minutes: int


def volunteers_in(
    scope: Scope, on: date, *, search: Search | None = None, after: str = ""
) -> Page[Listed]:
    """Return a page of the serving volunteers in a scope, newest first: one statement.

    Somebody under 18 is shown to the own organization only (decisions.md D10).
    """
    kind_of_search = search.kind if search else None
    statement = _page(
        extent_of(scope), kind_of_search, sees_all=_sees_all(scope), has_anchor=bool(after)
    )
    values = {"text": looked_for(search), "after": after, **_viewer(scope, on)}
    rows = [Listed(*row) for row in db.session.execute(statement, {**bounds(scope), **values})]
    return page_of(rows, PAGE)


def _sees_all(scope: Scope) -> bool:
    return scope.place.level == Level.UNIT and scope.place.id == scope.post.place.id


@cache
def _page(
    extent: Extent, search: SearchKind | None, *, sees_all: bool, has_anchor: bool
) -> Select[*tuple[Any, ...]]:
    """Return the statement of a kind of page, put together once per process."""
    is_inside = inside(extent, Volunteer)
    statement = select(Volunteer.id).where(is_inside)
    if not sees_all or search is SearchKind.PHONE_TAIL:
        statement = statement.join(Volunteer.person).where(_seen())
    if search is not None:
        statement = statement.where(_NAMED[search])
    if has_anchor:
        anchor = select(Volunteer.id).where(Volunteer.code == bindparam("after"), is_inside)
        statement = statement.where(Volunteer.id < anchor.scalar_subquery())
    parts = []
    for status in SERVING:  # each reads one page of its index
        page = statement.where(Volunteer.status == status).order_by(Volunteer.id.desc())
        parts.append(select(page.limit(PAGE + 1).subquery().c.id))
    united = union_all(*parts).subquery()
    one = Volunteer
    confirmed = select(func.sum(VolunteerTotal.confirmed_minutes)).where(
        VolunteerTotal.volunteer_id == one.id
    )
    return (
        select(one.code, one.status, one.entered_on, Person.name, Organization.short_name)
        .add_columns(func.coalesce(confirmed.scalar_subquery(), 0))
        .join(one.person)
        .join(one.organization)
        .where(Volunteer.id.in_(select(united.c.id)))
        .order_by(Volunteer.id.desc())
        .limit(PAGE + 1)
    )


_NAMED: Mapping[SearchKind, ColumnElement[bool]] = {
    SearchKind.NUMBER: Volunteer.number == bindparam("text"),
    SearchKind.PHONE_TAIL: Person.phone_tail_index == bindparam("text"),
    SearchKind.WORDS: Volunteer.search_text.contains(bindparam("text"), escape="/"),
}


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
        .where(Volunteer.merged_into_id.is_(None))
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
    handled = ServiceRecord.handler_id == place.id
    belongs = Organization.id == place.id if reach is Reach.HERE else under(place.path)
    inside = ServiceRecord.organization_id.in_(select(Organization.id).where(belongs))
    return records_of_person(volunteer.person_id, or_(inside, handled), after=after)


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
