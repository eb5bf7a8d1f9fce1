"""Members inside a scope: lists, search, one member. Youth members only at their own school."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from core import clock, keyring
from core.access.scope import Place, Scope
from core.database import db, escaped
from core.paging import Page, page_of
from core.rules import UnknownRowError
from members.models import Application, Entry, Membership, MembershipEvent
from members.queries import listing
from members.queries.listing import Anchor, Listed, Shape
from members.queries.past import past_rows
from members.rules import (
    LIVE_STATES,
    OPEN_STATES,
    MembershipKind,
    Search,
    SearchKind,
)
from members.rules.roster import AgeBand, Column, Filters, birth_bounds
from organizations.queries import bounds, extent_of, organization_of_code, within
from organizations.rules import short_name_of, subtree_range
from people.rules import Sex, name_match_key

__all__ = ["Filters", "Listed", "members_page"]

PAGE = 20


def sees_youth(scope: Scope) -> bool:
    """Return whether the post of a scope may see youth members by name: at its own school only."""
    return scope.post.place.id == scope.place.id and scope.place.level == "unit"


def seen_by(scope: Scope, filters: Filters) -> Filters:
    """Return filters with the kind of members that the post may see by name (decisions.md D10)."""
    if filters.kind is MembershipKind.YOUTH and sees_youth(scope):
        return filters
    return replace(filters, kind=MembershipKind.ADULT)


def below_of(scope: Scope, filters: Filters) -> Place | None:
    """Return the organization that filters name, which must lie in the scope: one statement.

    Raises UnknownRowError for one outside: a saved filter tells nothing that its reader may not
    see (security.md AZ-11).
    """
    if not filters.below:
        return None
    found = organization_of_code(filters.below)
    if found is None or not scope.covers(found.path):
        raise UnknownRowError(filters.below)
    return found.place


def members_page(
    scope: Scope, filters: Filters, after: str = "", columns: Iterable[Column] = ()
) -> Page[Listed]:
    """Return a page of the members inside a scope, newest first unless another order is asked.

    One statement whatever the number of members: every condition is an index. A second one where
    an organization below is named.
    """
    anchor = Anchor.INSIDE if after else Anchor.NONE
    rows = read_rows(scope, filters, columns, after, size=PAGE + 1, anchor=anchor)
    return page_of(rows, PAGE)


def read_rows(
    scope: Scope,
    filters: Filters,
    columns: Iterable[Column],
    after: str = "",
    *,
    size: int,
    anchor: Anchor = Anchor.NONE,
) -> list[Listed]:
    """Return so many members inside a scope, behind the one that ``after`` names."""
    seen = seen_by(scope, filters)
    if seen.on is not None:
        found = past_rows(scope, seen.kind, seen.on, after, size=size)
    else:
        shape = shape_of(scope, seen, columns, size=size, anchor=anchor)
        statement = listing.page_of_shape(shape)
        values = {**values_of(scope, seen), "after": after}
        found = db.session.execute(statement, values)
    own, names = short_name_of(scope.place.name), tuple(found.keys())
    rows = [Listed(**dict(zip(names, row, strict=True))) for row in found]
    return [replace(row, above="") if row.above == own else row for row in rows]


def count_rows(scope: Scope, filters: Filters) -> int:
    """Return how many members filters find, for somebody who takes them all: one statement."""
    seen = seen_by(scope, filters)
    if seen.on is not None:
        return len(past_rows(scope, seen.kind, seen.on, "", size=None).all())
    statement = listing.count_of_shape(shape_of(scope, seen, (), size=0))
    return db.session.execute(statement, values_of(scope, seen)).scalar_one()


def shape_of(
    scope: Scope,
    filters: Filters,
    columns: Iterable[Column],
    *,
    size: int,
    anchor: Anchor = Anchor.NONE,
) -> Shape:
    """Return the shape of a question: what its statement depends on."""
    return Shape(
        extent=extent_of(scope),
        kind=filters.kind,
        states=(filters.status,) if filters.status else LIVE_STATES,
        size=size,
        search=filters.search.kind if filters.search else None,
        asked=frozenset(_asked(filters)),
        honours=filters.honours,
        no_phone=filters.no_phone,
        order=filters.order,
        columns=frozenset(columns),
        anchor=anchor,
    )


def values_of(scope: Scope, filters: Filters) -> dict[str, Any]:
    """Return the values that a statement of such a shape is executed with."""
    values = {**bounds(scope), "text": looked_for(filters.search), **_asked(filters)}
    below = below_of(scope, filters)
    if below is not None:
        values["below_low"], values["below_high"] = subtree_range(below.path)
    return values


def _asked(filters: Filters) -> Mapping[str, Any]:
    """Return the filters that come with a value."""
    first, last = _births(filters.age)
    found: dict[str, Any] = {
        "joined_from": filters.joined_from,
        "joined_to": filters.joined_to,
        "grade": filters.grade,
        "below": filters.below,
        "born_from": first,
        "born_to": last,
        "sex": Sex(filters.sex) if filters.sex else None,
    }
    return {name: value for name, value in found.items() if value}


def _births(age: AgeBand | None) -> tuple[date | None, date | None]:
    return birth_bounds(age, clock.today()) if age else (None, None)


def member_at(scope: Scope, code: str) -> Membership | None:
    """Return one member inside a scope; youth members exist for their own school only."""
    return db.session.scalars(
        select(Membership)
        .options(
            joinedload(Membership.person, innerjoin=True),
            joinedload(Membership.organization, innerjoin=True),
        )
        .where(Membership.code == code, visible(scope))
    ).one_or_none()


def events_of(membership_id: int) -> Sequence[MembershipEvent]:
    """Return the history of a membership, newest first."""
    statement = select(MembershipEvent).where(MembershipEvent.membership_id == membership_id)
    return db.session.scalars(statement.order_by(MembershipEvent.id.desc())).all()


def entry_of(application_id: int | None) -> Entry | None:
    """Return by whom and on which paper somebody was entered on behalf, or None."""
    if application_id is None:
        return None
    read = joinedload(Entry.application, innerjoin=True).load_only(Application.code)
    statement = select(Entry).options(read).where(Entry.application_id == application_id)
    return db.session.scalars(statement).one_or_none()


def visible(scope: Scope) -> ColumnElement[bool]:
    """Return the condition for memberships that a scope may see by name (decisions.md D10)."""
    adult = and_(within(scope, Membership), Membership.kind == MembershipKind.ADULT)
    if not sees_youth(scope):
        return adult
    own = and_(
        Membership.organization_id == scope.place.id, Membership.kind == MembershipKind.YOUTH
    )
    return or_(adult, own)


def is_present(scope: Scope, person_id: int) -> bool:
    """Return whether a person stands inside a scope as a member or with an open application."""
    belongs = select(Membership.id).where(Membership.person_id == person_id, visible(scope))
    if db.session.scalars(belongs.limit(1)).first() is not None:
        return True
    if scope.post.place.id != scope.place.id:
        return False
    applied = select(Application.id).where(
        Application.person_id == person_id,
        Application.handler_id == scope.place.id,
        Application.status.in_(OPEN_STATES),
    )
    return db.session.scalars(applied.limit(1)).first() is not None


def looked_for(search: Search | None) -> str | bytes:
    """Return what a search looks for, as its column holds it."""
    if search is None:
        return ""
    if search.kind is SearchKind.NUMBER:
        return search.text
    if search.kind is SearchKind.PHONE_TAIL:
        return keyring.index_of(search.text, "phone-tail")
    return escaped(name_match_key(search.text) or search.text)
