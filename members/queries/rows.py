"""Rows of lists inside a scope, whatever is listed: a page, so many, how many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from core import clock, keyring
from core.access.scope import Place, Scope
from core.database import db, escaped
from core.paging import Page, page_of
from core.rules import UnknownRowError
from members.queries import listing
from members.queries.listing import Anchor, Listed, Shape, table_of
from members.rules import Search, SearchKind
from members.rules.exports import ExportSubject
from members.rules.roster import AgeBand, Column, Filters, birth_bounds
from organizations.queries import bounds, extent_of, organization_of_code
from organizations.rules import short_name_of, subtree_range
from people.rules import Sex, name_match_key

PAGE = 20


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


def seen_by(subject: ExportSubject, scope: Scope, filters: Filters) -> Filters:
    """Return filters with what the post may see by name of a list (decisions.md D10)."""
    return table_of(subject).seen(scope, filters)


def rows_page(
    subject: ExportSubject,
    scope: Scope,
    filters: Filters,
    after: str = "",
    columns: Iterable[Column] = (),
) -> Page[Listed]:
    """Return a page of the rows inside a scope, newest first unless another order is asked.

    One statement whatever the number of rows: every condition is an index. A second one where
    an organization below is named.
    """
    anchor = Anchor.INSIDE if after else Anchor.NONE
    rows = read_rows(subject, scope, filters, columns, after, size=PAGE + 1, anchor=anchor)
    return page_of(rows, PAGE)


def read_rows(
    subject: ExportSubject,
    scope: Scope,
    filters: Filters,
    columns: Iterable[Column],
    after: str = "",
    *,
    size: int,
    anchor: Anchor = Anchor.NONE,
) -> list[Listed]:
    """Return so many rows inside a scope, behind the one that ``after`` names."""
    table = table_of(subject)
    seen = table.seen(scope, filters)
    if seen.on is not None:
        found = table.past(scope, seen, seen.on, after, size)
    else:
        shape = shape_of(subject, scope, seen, columns, size=size, anchor=anchor)
        statement = listing.page_of_shape(shape)
        values = {**values_of(subject, scope, seen), "after": after}
        return _listed(statement.names, statement.rows(values), scope)
    return _listed(tuple(found.keys()), found, scope)


def _listed(names: Sequence[str], found: Iterable[Sequence[Any]], scope: Scope) -> list[Listed]:
    """Return the lines of a list; where the level above is the place itself it is not told."""
    own = short_name_of(scope.place.name)
    lines = [dict(zip(names, row, strict=True)) for row in found]
    return [Listed(**{**line, "above": ""} if line["above"] == own else line) for line in lines]


def count_rows(
    subject: ExportSubject, scope: Scope, filters: Filters, *, minors: bool = False
) -> int:
    """Return how many rows filters find, or how many of them are minors: one statement."""
    table = table_of(subject)
    seen = table.seen(scope, filters)
    if seen.on is not None:
        return len(table.past(scope, seen, seen.on, "", None).all())
    shape = shape_of(subject, scope, seen, (), size=0)
    statement = listing.count_of_shape(replace(shape, minors=minors))
    return db.session.execute(statement, values_of(subject, scope, seen)).scalar_one()


def shape_of(
    subject: ExportSubject,
    scope: Scope,
    filters: Filters,
    columns: Iterable[Column],
    *,
    size: int,
    anchor: Anchor = Anchor.NONE,
) -> Shape:
    """Return the shape of a question: what its statement depends on."""
    table = table_of(subject)
    return Shape(
        subject=subject,
        extent=extent_of(scope),
        kind=filters.kind,
        states=(filters.status,) if filters.status else table.live,
        size=size,
        search=filters.search.kind if filters.search else None,
        asked=frozenset(_asked(filters)),
        honours=filters.honours,
        no_phone=filters.no_phone,
        order=filters.order,
        columns=frozenset(columns),
        anchor=anchor,
        hides_minors=table.hides_minors(scope),
    )


def values_of(subject: ExportSubject, scope: Scope, filters: Filters) -> dict[str, Any]:
    """Return the values that a statement of such a shape is executed with."""
    values = {**bounds(scope), "text": looked_for(filters.search), **_asked(filters)}
    values.update(table_of(subject).values(scope))
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


def looked_for(search: Search | None) -> str | bytes:
    """Return what a search looks for, as its column holds it."""
    if search is None:
        return ""
    if search.kind is SearchKind.NUMBER:
        return search.text
    if search.kind is SearchKind.PHONE_TAIL:
        return keyring.index_of(search.text, "phone-tail")
    return escaped(name_match_key(search.text) or search.text)
