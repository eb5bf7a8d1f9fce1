"""Organizations in lists: those directly below a place, and those that a text names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, true

from core.access.permissions import Level
from core.access.scope import Place
from core.database import escaped
from core.paging import Page, page_of
from core.statements import Kept
from organizations.models import Organization
from organizations.rules import (
    OPEN_STATES,
    OrganizationKind,
    OrganizationStatus,
    level_of,
    search_words,
    subtree_range,
)
from organizations.rules.life import LifeState

PAGE = 20
GRASSROOTS = tuple(
    kind for kind in OrganizationKind if level_of(kind) in {Level.TOWNSHIP, Level.UNIT}
)


class Listed(NamedTuple):
    """What a list says of an organization, and what finds what it shows beside."""

    id: int
    code: str
    name: str
    short_name: str
    kind: OrganizationKind
    level: Level
    path: str
    status: OrganizationStatus
    term_ends_on: date | None


@dataclass(frozen=True, slots=True)
class Shape:
    """What a page of organizations is asked by: where, how many words of a name, from where on.

    ``state`` is the place in their life that it is narrowed to, of ``STATES``.
    """

    inside: str
    words: int = 0
    has_anchor: bool = False
    state: str = ""


CHILDREN, BELOW, PROVINCE, BRANCHES = "children", "below", "province", "branches"


def children(place: Place, after: str = "", limit: int = PAGE) -> Page[Listed]:
    """Return a page of the active organizations directly under a place: one statement."""
    return _page(CHILDREN, {"place": place.id}, [], after, limit)


def search(place: Place, text: str, after: str = "", limit: int = PAGE) -> Page[Listed]:
    """Return a page of the active organizations under a place that a text names: one statement.

    The province contains everything: there a range of paths would only be a detour.
    """
    low, high = subtree_range(place.path)
    inside = PROVINCE if place.level is Level.PROVINCE else BELOW
    asked = {"place": place.id, "low": low, "high": high}
    return _page(inside, asked, words_of(text), after, limit)


def in_state(
    place: Place, state: LifeState, bounds: Mapping[str, date], after: str = "", limit: int = PAGE
) -> Page[Listed]:
    """Return a page of the organizations at and under a place that are due, overdue or suspended.

    ``bounds`` are the day, and the last day of a term that is due on it: one statement.
    """
    low, high = subtree_range(place.path)
    asked = {"place": place.id, "low": low, "high": high, **bounds}
    inside = PROVINCE if place.level is Level.PROVINCE else BELOW
    return _page(inside, asked, [], after, limit, state)


def find_public(text: str, limit: int = PAGE) -> Sequence[Listed]:
    """Return active grassroots organizations that a text names, for somebody who wants to join."""
    words = words_of(text)
    return _page(BRANCHES, {}, words, "", limit).rows if words else []


def words_of(text: str) -> list[str]:
    """Return the words of a text, each to be found in the search text of an organization."""
    return [word for word in search_words(text) if word]


def _page(
    inside: str,
    asked: Mapping[str, Any],
    words: Sequence[str],
    after: str,
    limit: int,
    state: str = "",
) -> Page[Listed]:
    named = {f"word{place}": escaped(word) for place, word in enumerate(words)}
    statement = _listing(Shape(inside, len(words), bool(after), state))
    rows = statement.rows({**asked, **named, "after": after, "limit": limit + 1})
    return page_of([Listed(*row) for row in rows], limit)


_INSIDE: Mapping[str, ColumnElement[bool]] = {
    CHILDREN: Organization.parent_id == bindparam("place"),
    BELOW: and_(Organization.path > bindparam("low"), Organization.path < bindparam("high")),
    PROVINCE: Organization.id != bindparam("place"),
    BRANCHES: Organization.kind.in_(GRASSROOTS),
}


#: What is due or overdue is counted with the place itself, and listed so.
_AT_OR_INSIDE: Mapping[str, ColumnElement[bool]] = {
    BELOW: and_(Organization.path >= bindparam("low"), Organization.path < bindparam("high")),
    PROVINCE: true(),
}

_OPEN = Organization.status.in_(OPEN_STATES)
_ENDS = Organization.term_ends_on
_STATES: Mapping[str, tuple[ColumnElement[bool], ...]] = {
    "": (_OPEN,),
    LifeState.OVERDUE: (_OPEN, bindparam("day") > _ENDS),
    LifeState.DUE: (_OPEN, bindparam("day") <= _ENDS, bindparam("due_until") >= _ENDS),
    LifeState.SUSPENDED: (Organization.status == OrganizationStatus.SUSPENDED,),
}


@lru_cache(maxsize=64)
def _listing(shape: Shape) -> Kept:
    """Return the statement of a page, in the order of names."""
    name, code = Organization.search_text, Organization.code
    statement = select(*(getattr(Organization, field) for field in Listed._fields)).where(
        (_AT_OR_INSIDE if shape.state else _INSIDE)[shape.inside],
        *_STATES[shape.state],
        *(name.contains(bindparam(f"word{place}"), escape="/") for place in range(shape.words)),
    )
    if shape.has_anchor:
        after: ColumnElement[str] = bindparam("after")
        anchor = select(name).where(code == after).scalar_subquery()
        statement = statement.where(or_(name > anchor, and_(name == anchor, code > after)))
    return Kept(statement.order_by(name, code).limit(bindparam("limit")))
