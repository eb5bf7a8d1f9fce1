"""The statements behind lists of members, each put together once per shape of its question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
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
from sqlalchemy.orm import aliased

from members.models import Honour, Membership
from members.rules import LIVE_STATES, MembershipKind, MembershipStatus, SearchKind
from members.rules.roster import Column, Order
from organizations.models import Organization
from organizations.queries import Extent, inside
from people.models import Person
from people.rules import Sex

#: Shapes kept per process: those of every day are always among them.
SHAPES = 256

#: Written out, so that both databases take the partial indexes made for it.
_ADULT: ColumnElement[Any] = literal_column("'adult'")
_IS_LIVE = sql(
    "memberships.status IN ('approved', 'filing_returned', 'active', 'arrears', "
    "'expulsion_proposed', 'pending_transfer')"
)

Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says of a member; ``above`` is what the own organization stands under.

    What stands after it is read only where a column asks for it; phone and document are sealed.
    """

    code: str
    status: MembershipStatus | None
    number: str
    joined_on: date
    name: str
    organization: str
    above: str
    grade: str = ""
    sex: Sex | None = None
    born_on: date | None = None
    person_code: str = ""
    phone: str | None = None
    has_honours: bool | None = None
    id_number: str | None = None


class Anchor(StrEnum):
    """How a page finds where it begins: not at all, by a row inside the scope, or by any row."""

    NONE = "none"
    INSIDE = "inside"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes two questions one statement; ``asked`` are the filters that come with a value."""

    extent: Extent
    kind: MembershipKind
    states: tuple[MembershipStatus, ...]
    size: int
    search: SearchKind | None = None
    asked: frozenset[str] = frozenset()
    honours: bool | None = None
    no_phone: bool = False
    order: Order = Order.NEWEST
    columns: frozenset[Column] = frozenset()
    anchor: Anchor = Anchor.NONE


_HONOURED = (
    select(Honour.id)
    .where(Honour.membership_id == Membership.id, Honour.revoked_at.is_(None))
    .correlate(Membership)
    .exists()
)
_BELOW = Membership.organization_id.in_(
    select(Organization.id).where(
        Organization.path >= bindparam("below_low"), Organization.path < bindparam("below_high")
    )
)
_OF_MEMBERSHIP: dict[str, ColumnElement[bool]] = {
    "joined_from": Membership.joined_on >= bindparam("joined_from"),
    "joined_to": Membership.joined_on <= bindparam("joined_to"),
    "grade": Membership.grade == bindparam("grade"),
    "below": _BELOW,
}
_OF_PERSON: dict[str, ColumnElement[bool]] = {
    "born_from": Person.born_on >= bindparam("born_from"),
    "born_to": Person.born_on <= bindparam("born_to"),
    "sex": Person.sex == bindparam("sex"),
}
#: What a column needs beyond what every list reads.
_READ: dict[Column, tuple[ColumnElement[Any], ...]] = {
    Column.SEX: (Person.sex.label("sex"),),
    Column.AGE: (Person.born_on.label("born_on"),),
    Column.PHONE: (Person.phone.label("phone"),),
    Column.HONOURS: (_HONOURED.label("has_honours"),),
    Column.ID_NUMBER: (Person.id_number.label("id_number"),),
}
_SEALED = frozenset({Column.PHONE, Column.ID_NUMBER})


@lru_cache(maxsize=SHAPES)
def page_of_shape(shape: Shape) -> Select[*tuple[Any, ...]]:
    """Return the statement of a page: the keys first, then the columns that are shown."""
    conditions = _inside(shape)
    searched = conditions
    if shape.anchor is not Anchor.NONE:
        searched = (*conditions, _after(shape))
    if shape.search is None and shape.order is Order.NEWEST:
        found = _by_state(shape, searched)
    else:
        found = _sorted(shape, searched)
    return (
        _columns(shape.columns)
        .where(Membership.id.in_(found))
        .order_by(*_order(shape.order))
        .limit(shape.size)
    )


@lru_cache(maxsize=SHAPES)
def count_of_shape(shape: Shape) -> Select[int]:
    """Return the statement that counts what a question finds, whatever its order and size."""
    found = _keys(shape, _inside(shape)).where(*_by_search(shape)).subquery()
    return select(func.count()).select_from(found)


def _columns(columns: frozenset[Column]) -> Select[*tuple[Any, ...]]:
    above = aliased(Organization)
    more = [item for column in columns for item in _READ.get(column, ())]
    if columns & _SEALED:
        more.append(Person.code.label("person_code"))
    return (
        select(
            Membership.code.label("code"),
            Membership.status.label("status"),
            Membership.number.label("number"),
            Membership.joined_on.label("joined_on"),
            Membership.grade.label("grade"),
            Person.name.label("name"),
            Organization.short_name.label("organization"),
            func.coalesce(above.short_name, "").label("above"),
            *more,
        )
        .join(Membership.person)
        .join(Membership.organization)
        .outerjoin(above, above.id == Organization.parent_id)
    )


def _inside(shape: Shape, member: Any = Membership) -> Conditions:
    if shape.kind is MembershipKind.ADULT:
        return inside(shape.extent, member), member.kind == _ADULT
    return inside(Extent.OWN, member), member.kind == shape.kind


def _keys(shape: Shape, conditions: Conditions) -> Select[int]:
    """Return the keys of those that the filters let through."""
    statement = select(Membership.id).where(*conditions)
    asked = sorted(shape.asked)
    statement = statement.where(*(_OF_MEMBERSHIP[name] for name in asked if name in _OF_MEMBERSHIP))
    if shape.honours is not None:
        statement = statement.where(_HONOURED if shape.honours else ~_HONOURED)
    of_person = [_OF_PERSON[name] for name in asked if name in _OF_PERSON]
    if shape.no_phone:
        of_person.append(Person.phone.is_(None))
    is_named = shape.order is Order.NAME or shape.search is SearchKind.PHONE_TAIL
    if of_person or is_named:
        statement = statement.join(Membership.person).where(*of_person)
    return statement


def _by_state(shape: Shape, conditions: Conditions) -> Select[int]:
    """Return the newest keys of all states: each part reads one page of its index."""
    parts = []
    for state in shape.states:
        part = _keys(shape, conditions).where(Membership.status == state)
        page = part.order_by(Membership.id.desc()).limit(shape.size).subquery()
        parts.append(select(page.c.id))
    united = union_all(*parts).subquery()
    return select(united.c.id).order_by(united.c.id.desc()).limit(shape.size)


def _sorted(shape: Shape, conditions: Conditions) -> Select[int]:
    """Return the first keys of those that a text names, or in another order than by key.

    Among the members of a place all that fit are found first and sorted then: the order is that
    of no index, or a plan made for any text would look through the whole province from the newest
    member on. The province itself is that whole.
    """
    statement = _keys(shape, conditions).where(*_by_search(shape))
    order = _order(shape.order)
    if shape.order is Order.NEWEST and shape.search is SearchKind.WORDS:
        order = (_by_key(shape.extent).desc(),)
    return statement.order_by(*order).limit(shape.size)


def _by_key(extent: Extent) -> Any:
    return Membership.id if extent is Extent.ALL else Membership.id + 0


def _by_search(shape: Shape) -> Conditions:
    """Return the conditions of states and of the text."""
    text: ColumnElement[Any] = bindparam("text")
    states = Membership.status.in_(list(shape.states))
    if shape.search is None:
        return (states,)
    if shape.search is SearchKind.NUMBER:
        return states, Membership.number == text
    if shape.search is SearchKind.PHONE_TAIL:
        tail = Person.phone_tail_index == text
        is_live = set(shape.states) <= set(LIVE_STATES)
        return (states, tail, _IS_LIVE) if is_live else (states, tail)  # type: ignore[return-value]
    return states, Membership.search_text.contains(text, escape="/")


def _order(order: Order) -> Sequence[Any]:
    if order is Order.NAME:
        return Person.pinyin, Membership.id
    if order is Order.JOINED:
        return Membership.joined_on, Membership.id
    return (Membership.id.desc(),)


def _after(shape: Shape) -> ColumnElement[bool]:
    """Return the condition for what stands behind the row that ``after`` names."""
    row, its = aliased(Membership), aliased(Person)
    known: Conditions = (row.code == bindparam("after"),)
    if shape.anchor is Anchor.INSIDE:
        known = (*known, *_inside(shape, row))
    key = select(row.id).where(*known).scalar_subquery()
    if shape.order is Order.NEWEST:
        return Membership.id < key
    if shape.order is Order.NAME:
        named = select(its.pinyin).join_from(row, its, its.id == row.person_id)
        return _behind(Person.pinyin, named.where(*known).scalar_subquery(), key)
    return _behind(Membership.joined_on, select(row.joined_on).where(*known).scalar_subquery(), key)


def _behind(column: Any, value: Any, key: Any) -> ColumnElement[bool]:
    return or_(column > value, and_(column == value, Membership.id > key))
