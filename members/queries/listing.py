"""The statements behind lists of people, each put together once per shape of its question.

Members and volunteers are listed by the same statements; a ``Table`` tells what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Result,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from core.access.scope import Scope
from core.statements import Kept
from members.rules import MembershipKind, SearchKind
from members.rules.exports import ExportSubject
from members.rules.roster import Column, Filters, Order, Readers
from organizations.models import Organization
from organizations.queries import Extent
from people.models import Person
from people.rules import Sex

#: Shapes kept per process: those of every day are always among them.
SHAPES = 256

Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says of somebody; ``above`` is what the own organization stands under.

    What stands after it is read only where a column asks for it; phone and document are sealed,
    ``minutes`` are the confirmed ones of all years, ``witnessed`` those of them that were seen.
    """

    code: str
    status: StrEnum | None
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
    minutes: int = 0
    witnessed: int = 0
    star: int = 0


class Anchor(StrEnum):
    """How a page finds where it begins: not at all, by a row inside the scope, or by any row."""

    NONE = "none"
    INSIDE = "inside"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes two questions one statement; ``asked`` are the filters that come with a value.

    ``hides_minors`` leaves out those under 18 of every organization but the reader's own,
    ``minors`` leaves nobody else.
    """

    subject: ExportSubject
    extent: Extent
    kind: MembershipKind
    states: tuple[StrEnum, ...]
    size: int
    search: SearchKind | None = None
    asked: frozenset[str] = frozenset()
    honours: bool | None = None
    no_phone: bool = False
    order: Order = Order.NEWEST
    columns: frozenset[Column] = frozenset()
    anchor: Anchor = Anchor.NONE
    hides_minors: bool = False
    minors: bool = False


Past = Callable[[Scope, Filters, date, str, int | None], Result[Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of rows that lists show: what the shared statements cannot know of it.

    ``reads`` holds what every list reads beside names, ``more`` what a column adds; ``past`` reads
    the list of a past day; ``values`` gives further values of a scope; ``is_live`` repeats the
    live states as the partial index has them.
    """

    model: Any
    joined_on: Any
    live: tuple[StrEnum, ...]
    readers: Readers
    reads: tuple[ColumnElement[Any], ...]
    more: Mapping[Column, tuple[ColumnElement[Any], ...]]
    inside: Callable[[Shape, Any], Conditions]
    seen: Callable[[Scope, Filters], Filters]
    past: Past
    hides_minors: Callable[[Scope], bool]
    values: Callable[[Scope], Mapping[str, Any]]
    adult: ColumnElement[bool] | None = None
    grade: Any = None
    honoured: ColumnElement[bool] | None = None
    is_live: Any = None

    def narrowed(self, name: str) -> ColumnElement[bool] | None:
        """Return the condition of a filter that the row itself answers, or None."""
        if name == "joined_from":
            return self.joined_on >= bindparam("joined_from")  # type: ignore[no-any-return]
        if name == "joined_to":
            return self.joined_on <= bindparam("joined_to")  # type: ignore[no-any-return]
        if name == "grade" and self.grade is not None:
            return self.grade == bindparam("grade")  # type: ignore[no-any-return]
        if name == "below":
            return self.model.organization_id.in_(_BELOW)  # type: ignore[no-any-return]
        return None


_TABLES: dict[ExportSubject, Table] = {}


def add_table(subject: ExportSubject, table: Table) -> None:
    """Add a kind of rows that lists show."""
    _TABLES[subject] = table


def table_of(subject: ExportSubject) -> Table:
    """Return what lists need to know of a kind of rows. Raises KeyError where nobody brought it."""
    return _TABLES[subject]


_BELOW = select(Organization.id).where(
    Organization.path >= bindparam("below_low"), Organization.path < bindparam("below_high")
)
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
    Column.ID_NUMBER: (Person.id_number.label("id_number"),),
}
_SEALED = frozenset({Column.PHONE, Column.ID_NUMBER})


@lru_cache(maxsize=SHAPES)
def page_of_shape(shape: Shape) -> Kept:
    """Return the statement of a page: the keys first, then the columns that are shown."""
    table = table_of(shape.subject)
    conditions = table.inside(shape, table.model)
    searched = conditions
    if shape.anchor is not Anchor.NONE:
        searched = (*conditions, _after(shape))
    if shape.search is None and shape.order is Order.NEWEST:
        found = _by_state(shape, searched)
    else:
        found = _sorted(shape, searched)
    return Kept(
        _columns(shape)
        .where(table_of(shape.subject).model.id.in_(found))
        .order_by(*_order(shape))
        .limit(shape.size)
    )


@lru_cache(maxsize=SHAPES)
def count_of_shape(shape: Shape) -> Select[int]:
    """Return the statement that counts what a question finds, whatever its order and size."""
    table = table_of(shape.subject)
    inside = table.inside(shape, table.model)
    found = _keys(shape, inside).where(*_by_search(shape)).subquery()
    return select(func.count()).select_from(found)


def _columns(shape: Shape) -> Select[*tuple[Any, ...]]:
    table, above, columns = table_of(shape.subject), aliased(Organization), shape.columns
    model = table.model
    more = [item for column in columns for item in _READ.get(column, ())]
    more += [item for column in columns for item in table.more.get(column, ())]
    if columns & _SEALED:
        more.append(Person.code.label("person_code"))
    return (
        select(
            model.code.label("code"),
            model.status.label("status"),
            model.number.label("number"),
            table.joined_on.label("joined_on"),
            Person.name.label("name"),
            Organization.short_name.label("organization"),
            func.coalesce(above.short_name, "").label("above"),
            *table.reads,
            *more,
        )
        .join(model.person)
        .join(model.organization)
        .outerjoin(above, above.id == Organization.parent_id)
    )


def _keys(shape: Shape, conditions: Conditions) -> Select[int]:
    """Return the keys of those that the filters let through."""
    table = table_of(shape.subject)
    narrowed = (table.narrowed(name) for name in sorted(shape.asked))
    statement = select(table.model.id).where(
        *conditions, *(condition for condition in narrowed if condition is not None)
    )
    if shape.honours is not None and table.honoured is not None:
        statement = statement.where(table.honoured if shape.honours else ~table.honoured)
    of_person = [_OF_PERSON[name] for name in sorted(shape.asked) if name in _OF_PERSON]
    if shape.no_phone:
        of_person.append(Person.phone.is_(None))
    if shape.hides_minors and table.adult is not None:
        of_person.append(table.adult)
    if shape.minors:
        of_person.append(Person.born_on > bindparam("latest_birth"))
    is_named = shape.order is Order.NAME or shape.search is SearchKind.PHONE_TAIL
    if of_person or is_named:
        statement = statement.join(table.model.person).where(*of_person)
    return statement


def _by_state(shape: Shape, conditions: Conditions) -> Select[int]:
    """Return the newest keys of all states: each part reads one page of its index."""
    model, parts = table_of(shape.subject).model, []
    for state in shape.states:
        part = _keys(shape, conditions).where(model.status == state)
        page = part.order_by(model.id.desc()).limit(shape.size).subquery()
        parts.append(select(page.c.id))
    united = union_all(*parts).subquery()
    return select(united.c.id).order_by(united.c.id.desc()).limit(shape.size)


def _sorted(shape: Shape, conditions: Conditions) -> Select[int]:
    """Return the first keys of those that a text names, or in another order than by key.

    Among the rows of a place all that fit are found first and sorted then: the order is that
    of no index, or a plan made for any text would look through the whole province from the newest
    row on. The province itself is that whole.
    """
    statement = _keys(shape, conditions).where(*_by_search(shape))
    order = _order(shape)
    if shape.order is Order.NEWEST and shape.search is SearchKind.WORDS:
        order = (_by_key(shape).desc(),)
    return statement.order_by(*order).limit(shape.size)


def _by_key(shape: Shape) -> Any:
    key = table_of(shape.subject).model.id
    return key if shape.extent is Extent.ALL else key + 0


def _by_search(shape: Shape) -> Conditions:
    """Return the conditions of states and of the text."""
    table = table_of(shape.subject)
    text: ColumnElement[Any] = bindparam("text")
    model = table.model
    states = model.status.in_(list(shape.states))
    if shape.search is None:
        return (states,)
    if shape.search is SearchKind.NUMBER:
        return states, model.number == text
    if shape.search is SearchKind.PHONE_TAIL:
        tail = Person.phone_tail_index == text
        is_live = table.is_live is not None and set(shape.states) <= set(table.live)
        return (states, tail, table.is_live) if is_live else (states, tail)
    return states, model.search_text.contains(text, escape="/")


def _order(shape: Shape) -> Sequence[Any]:
    table = table_of(shape.subject)
    if shape.order is Order.NAME:
        return Person.pinyin, table.model.id
    if shape.order is Order.JOINED:
        return table.joined_on, table.model.id
    return (table.model.id.desc(),)


def _after(shape: Shape) -> ColumnElement[bool]:
    """Return the condition for what stands behind the row that ``after`` names."""
    table, its = table_of(shape.subject), aliased(Person)
    row = aliased(table.model)
    known: Conditions = (row.code == bindparam("after"),)
    if shape.anchor is Anchor.INSIDE:
        known = (*known, *table.inside(shape, row))
    key = select(row.id).where(*known).scalar_subquery()
    if shape.order is Order.NEWEST:
        return table.model.id < key  # type: ignore[no-any-return]
    if shape.order is Order.NAME:
        named = select(its.pinyin).join_from(row, its, its.id == row.person_id)
        return _behind(table, Person.pinyin, named.where(*known).scalar_subquery(), key)
    day = getattr(row, table.joined_on.key)
    return _behind(table, table.joined_on, select(day).where(*known).scalar_subquery(), key)


def _behind(table: Table, column: Any, value: Any, key: Any) -> ColumnElement[bool]:
    return or_(column > value, and_(column == value, table.model.id > key))
