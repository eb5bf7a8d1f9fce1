"""Members inside a scope: lists, search, one member. Youth members only at their own school."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import aliased, joinedload

from core import keyring
from core.access.scope import Scope
from core.database import db, escaped
from core.paging import Page, page_of
from members.models import Application, Membership, MembershipEvent
from members.rules import (
    LIVE_STATES,
    OPEN_STATES,
    MemberGrade,
    MembershipKind,
    MembershipStatus,
    Search,
    SearchKind,
)
from organizations.models import Organization
from organizations.queries import Extent, bounds, extent_of, inside, within
from people.models import Person
from people.rules import name_match_key

PAGE = 20

#: Written out, so that both databases take the partial indexes made for it.
_IS_ADULT: ColumnElement[bool] = Membership.kind == literal_column("'adult'")
_IS_LIVE = sql(
    "memberships.status IN ('approved', 'filing_returned', 'active', 'arrears', "
    "'expulsion_proposed', 'pending_transfer')"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says of a member; ``above`` is what the own organization stands under."""

    code: str
    status: MembershipStatus
    number: str
    joined_on: date
    name: str
    grade: MemberGrade
    organization: str
    above: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of members is narrowed to."""

    kind: MembershipKind = MembershipKind.ADULT
    status: MembershipStatus | None = None
    search: Search | None = None


def sees_youth(scope: Scope) -> bool:
    """Return whether the post of a scope may see youth members by name: at its own school only."""
    return scope.post.place.id == scope.place.id and scope.place.level == "unit"


def members_page(scope: Scope, filters: Filters, after: str = "") -> Page[Listed]:
    """Return a page of the members inside a scope, newest first.

    One statement whatever the number of members: every condition is an index.
    """
    search = filters.search
    states = (filters.status,) if filters.status else LIVE_STATES
    kind_of_search = search.kind if search else None
    statement = _page(
        extent_of(scope), filters.kind, states, kind_of_search, has_anchor=bool(after)
    )
    values = {"text": looked_for(search), "after": after}
    rows = db.session.execute(statement, {**bounds(scope), **values})
    return page_of([Listed(*row) for row in rows], PAGE)


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


@cache
def _page(
    extent: Extent,
    kind: MembershipKind,
    states: tuple[MembershipStatus, ...],
    search: SearchKind | None,
    *,
    has_anchor: bool,
) -> Select[*tuple[Any, ...]]:
    """Return the statement of a kind of page, put together once per process."""
    conditions = _inside(extent, kind)
    if has_anchor:
        anchor = select(Membership.id).where(Membership.code == bindparam("after"), *conditions)
        conditions = (*conditions, Membership.id < anchor.scalar_subquery())
    found = (
        _by_search(extent, conditions, states, search) if search else _by_state(conditions, states)
    )
    member = Membership
    above = aliased(Organization)
    return (
        select(member.code, member.status, member.number, member.joined_on, Person.name)
        .add_columns(member.grade, Organization.short_name, func.coalesce(above.short_name, ""))
        .join(member.person)
        .join(member.organization)
        .outerjoin(above, above.id == Organization.parent_id)
        .where(member.id.in_(found))
        .order_by(Membership.id.desc())
        .limit(PAGE + 1)
    )


Conditions = tuple[ColumnElement[bool], ...]


def _inside(extent: Extent, kind: MembershipKind) -> Conditions:
    if kind is MembershipKind.ADULT:
        return inside(extent, Membership), _IS_ADULT
    return inside(Extent.OWN, Membership), Membership.kind == kind


def _by_state(conditions: Conditions, states: Iterable[MembershipStatus]) -> Select[int]:
    """Return the newest keys of all states: each part reads one page of its index."""
    parts = []
    for state in states:
        part = select(Membership.id).where(*conditions, Membership.status == state)
        page = part.order_by(Membership.id.desc()).limit(PAGE + 1).subquery()
        parts.append(select(page.c.id))
    united = union_all(*parts).subquery()
    return select(united.c.id).order_by(united.c.id.desc()).limit(PAGE + 1)


def _by_search(
    extent: Extent,
    conditions: Conditions,
    states: Iterable[MembershipStatus],
    search: SearchKind,
) -> Select[int]:
    """Return the newest keys of those that a text names.

    Among the members of a place all that fit are found first and sorted then: the order is that
    of no index, or a plan made for any text would look through the whole province from the newest
    member on. The province itself is that whole.
    """
    text: ColumnElement[Any] = bindparam("text")
    order: Any = Membership.id
    statement = select(Membership.id).where(*conditions, Membership.status.in_(list(states)))
    if search is SearchKind.NUMBER:
        statement = statement.where(Membership.number == text)
    elif search is SearchKind.PHONE_TAIL:
        statement = statement.join(Membership.person).where(Person.phone_tail_index == text)
        if set(states) <= set(LIVE_STATES):
            statement = statement.where(_IS_LIVE)
    else:
        statement = statement.where(Membership.search_text.contains(text, escape="/"))
        order = order if extent is Extent.ALL else Membership.id + 0
    return statement.order_by(order.desc()).limit(PAGE + 1)
