"""How much is missing on the lists of organizations: the packages with lists tell their rows.

A row of a list is a live membership or a serving volunteer; it belongs to the organization that
keeps the list, so somebody who is both stands on two lists, and each has to be right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Select, union_all

from core import pending
from core.database import db
from organizations import figures
from organizations.rules import Measure

if TYPE_CHECKING:
    from people.models import Person

#: People whose rows are counted as a whole when an act over them ends.
UNCOUNTED = pending.register("rows_uncounted")


class Row(NamedTuple):
    """What counts of one row of a list.

    A pupil is reached through guardians, and the school keeps who he is: of a row that does not
    ``needs_phone`` no document is asked either.
    """

    person_id: int
    has_id: bool
    has_phone: bool
    needs_phone: bool


class Placed(NamedTuple):
    """A row and the path of the organization that keeps it."""

    path: str
    row: Row


Source = Callable[[Collection[int]], Select[*tuple[Any, ...]]]
"""Ids of people -> what selects path, person, number kept, phone kept, phone needed of rows."""

_SOURCES: list[Source] = []


def register(source: Source) -> None:
    """Add a package with lists."""
    _SOURCES.append(source)


def row_of(person: Person, *, needs_phone: bool) -> Row:
    """Return the row of somebody as the record stands."""
    has_phone = person.phone_index is not None
    return Row(person.id, person.id_index is not None, has_phone, needs_phone)


def count_rows(path: str, rows: Iterable[Row], sign: int) -> None:
    """Add rows to the numbers of a list, or with ``sign`` -1 take them away.

    Rows of people inside ``anew`` are left to it.
    """
    left = db.session.info.get(UNCOUNTED, frozenset())
    found = Counter[Measure]()
    for row in rows:
        if row.person_id not in left:
            found.update(_measures(row))
    for measure, count in found.items():
        figures.add(path, measure, sign * count)


@contextmanager
def anew(person_ids: Collection[int]) -> Iterator[None]:
    """Count all rows of people anew around an act that changes records and rows in one.

    Two statements whatever the number of people.
    """
    info = db.session.info
    outer: frozenset[int] = info.get(UNCOUNTED, frozenset())
    own = frozenset(person_ids) - outer
    if not own:
        yield
        return
    for path, row in _rows_of(own):
        count_rows(path, [row], -1)
    info[UNCOUNTED] = outer | own
    try:
        yield
    finally:
        info[UNCOUNTED] = outer
    for path, row in _rows_of(own):
        count_rows(path, [row], 1)


@contextmanager
def completing(people: Sequence[Person]) -> Iterator[None]:
    """Count rows of people anew around an act that gives numbers and phones, and moves no row.

    One statement whatever the number of people, none where nobody lacks anything.
    """
    lacking = {one.id: one for one in people if one.id_index is None or one.phone_index is None}
    rows = _rows_of(lacking) if lacking else []
    yield
    for path, row in rows:
        count_rows(path, [row], -1)
        count_rows(path, [row_of(lacking[row.person_id], needs_phone=row.needs_phone)], 1)


def _rows_of(person_ids: Collection[int]) -> list[Placed]:
    db.session.flush()
    found = union_all(*(source(person_ids) for source in _SOURCES))
    return [Placed(row[0], Row(*row[1:])) for row in db.session.execute(found)]


def _measures(row: Row) -> Iterator[Measure]:
    yield Measure.PEOPLE
    if not row.needs_phone:
        return
    if not row.has_id:
        yield Measure.MISSING_ID
    if not row.has_phone:
        yield Measure.MISSING_PHONE
