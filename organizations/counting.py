"""Numbers as statements: counted from rows, added up the tree, compared with what is kept.

One statement counts a measure at every organization and says where the kept number differs. It
sees one moment: facts and numbers change in one transaction, so that a difference is an error,
whatever is written meanwhile, and stays one until the same difference is added to the number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    cast,
    extract,
    func,
    literal,
    select,
    union_all,
)

from core.database import db
from organizations.figures import OWN, STOCK
from organizations.models import Figure, FigurePart, Organization
from organizations.rules import QUEUES, Measure

WHOLE = ""
HUNDRED = 100
#: The first period that is a month; those before it are years, stocks and queues.
FIRST_MONTH = 10_000
FIELDS = ("organization_id", "part", "period", "value")
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Count:
    """Cells of a measure: a statement of organization, part, period and value, not yet above it.

    Of cells by month ``years`` and ``stock`` are sums. One that does not ``climb`` is told of each
    organization by itself, as published numbers are.
    """

    measure: Measure
    cells: Any
    years: bool = False
    stock: bool = False
    climbs: bool = True


Counts = Callable[[], Iterable[Count]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is stored otherwise than it is counted; ``part`` is empty for the whole."""

    organization_id: int
    measure: str
    period: int
    stored: int
    counted: int
    part: str = WHOLE

    @property
    def change(self) -> int:
        """Return what has to be added to the stored number."""
        return self.counted - self.stored


def group(
    measure: Measure,
    by: Any,
    *conditions: ColumnElement[bool],
    period: Any = None,
    value: Any = None,
    part: Any = None,
    years: bool = False,
    stock: bool = False,
) -> Iterator[Count]:
    """Yield the count of rows, or the sum of a value, per organization, period and part."""
    keys = by, *(one for one in (part, period) if one is not None)
    total = func.count() if value is None else func.sum(value)
    cells = select(*cells_of(by, part, period, total)).where(*conditions).group_by(*keys)
    yield Count(measure, cells, years=years, stock=stock)


def dated(
    measure: Measure,
    by: Any,
    day: Any,
    *conditions: ColumnElement[bool],
    value: Any = None,
    part: Any = None,
    stock: bool = False,
) -> Iterator[Count]:
    """Yield the same by the month of a day; its years are their sums, and the stock if wanted."""
    options = {"period": month_key(day), "value": value, "part": part}
    yield from group(measure, by, *conditions, years=True, stock=stock, **options)


def cells_of(by: Any, part: Any, period: Any, value: Any) -> tuple[Any, ...]:
    """Return the columns of a cell, named as ``FIELDS``."""
    whole = literal(WHOLE, String) if part is None else cast(part, String(32))
    when = literal(STOCK, Integer) if period is None else cast(period, Integer)
    shown = by, whole, when, cast(value, BigInteger)
    return tuple(one.label(name) for one, name in zip(shown, FIELDS, strict=True))


def month_key(day: Any) -> Any:
    """Return the month of a column of days as a number: 202611."""
    year, month = extract("year", day), extract("month", day)
    return cast(year, Integer) * HUNDRED + cast(month, Integer)


def by_measure(counts: Iterable[Count]) -> dict[Measure, list[Count]]:
    """Return the counts of each measure."""
    found: dict[Measure, list[Count]] = {}
    for one in counts:
        found.setdefault(one.measure, []).append(one)
    return found


def comparison(measure: Measure, counts: Sequence[Count]) -> Any:
    """Return the statement of all cells of a measure that differ: organization, part, period, both.

    A number is right where it is what its organization has itself and what is kept right below it.
    So nothing that is right is added up the tree: only what is off climbs. Nothing is counted where
    there are no counts: whatever is stored differs then.
    """
    climbs = bool(counts) and all(one.climbs for one in counts)
    off = _off(measure, counts, climbs=climbs)
    changes = (_climbed(off) if climbs else _columns(off)).cte("changes")
    place, part, period, change = (changes.c[name] for name in FIELDS)
    whole, split, name = Figure.__table__, FigurePart.__table__, _name(measure)
    keys = ((place, "organization_id"), (period, "period"))
    stored = cast(func.coalesce(whole.c.value, split.c.value, 0), BigInteger)
    return (
        select(place, part, period, stored + change, stored)
        .select_from(changes)
        .outerjoin(whole, _same(whole, keys, part == WHOLE, whole.c.measure == name))
        .outerjoin(split, _same(split, (*keys, (part, "part")), split.c.measure == name))
        .where(change != 0)
        .order_by(place, part, period)
    )


def _same(table: Any, keys: Iterable[tuple[Any, str]], *more: Any) -> Any:
    return and_(*(one == table.c[column] for one, column in keys), *more)


def look(measure: Measure, statement: Any, values: Values) -> list[Difference]:
    """Return what differs of a measure: one statement, so one moment."""
    return [
        Difference(row[0], measure.value, row[2], int(row[4]), int(row[3]), row[1])
        for row in db.session.execute(statement, values)
    ]


def _off(measure: Measure, counts: Sequence[Count], *, climbs: bool) -> Any:
    """Return by how much the numbers of each organization are off, without those below it.

    What it has itself, less what is stored for it, and what is stored right below it.
    """
    sides = [*_stored(measure, -1)]
    if counts:
        sides += _expanded(measure, counts)
    if climbs:
        sides += _stored(measure, 1, Organization.__table__.alias("child"))
    one = union_all(*sides).subquery("sides")
    keys, value = [one.c[name] for name in FIELDS[:3]], func.sum(one.c.value)
    found = select(*keys, cast(value, BigInteger).label("value")).group_by(*keys)
    return found.having(value != 0).cte("off")


def _stored(measure: Measure, sign: int, above: Any = None) -> Iterator[Any]:
    """Yield the stored numbers of a measure, whole and in parts, as what they add to a place.

    ``above`` is the tree: each number is told of the organization above its own, but those of a
    place alone.
    """
    for model, part in ((Figure, literal(WHOLE)), (FigurePart, FigurePart.part)):
        place = model.organization_id if above is None else above.c.parent_id
        shown = place, part, model.period, model.value * sign
        named = (one.label(name) for one, name in zip(shown, FIELDS, strict=True))
        cells = select(*named).where(model.measure == _name(measure))
        if above is not None:
            cells = cells.join(above, above.c.id == model.organization_id)
            cells = cells.where(above.c.parent_id.is_not(None), model.period != OWN)
        yield cells


def _name(measure: Measure) -> Any:
    return bindparam("measure", measure, Figure.measure.type)


def _own(counts: Sequence[Count]) -> Any:
    """Return the cells of all counts at their organizations."""
    parts = [_columns(one.cells.cte(f"cells_{place}")) for place, one in enumerate(counts)]
    return union_all(*parts).cte("own") if len(parts) > 1 else counts[0].cells.cte("own")


def _expanded(measure: Measure, counts: Sequence[Count]) -> Iterator[Any]:
    """Yield the cells of all counts: as they are, years and stock of months, own queues."""
    own = _own(counts)
    place, part, period, value = (own.c[name] for name in FIELDS)
    months = period >= FIRST_MONTH
    yield _columns(own)
    if any(one.years for one in counts):
        yield select(place, part, period // HUNDRED, value).where(months)
    if any(one.stock for one in counts):
        yield select(place, part, literal(STOCK, Integer), value).where(months)
    if measure in QUEUES:
        queue = select(place, part, literal(OWN, Integer), value)
        yield queue.where(period == STOCK, part == WHOLE)


def _climbed(own: Any) -> Any:
    """Return the cells at their organization and at all above it, added up.

    Those of an organization alone stay where they are.
    """
    place = Organization.__table__.alias("place")
    start = select(place.c.parent_id, *(own.c[name] for name in FIELDS)).join_from(
        own, place, place.c.id == own.c.organization_id
    )
    below = start.cte("below", recursive=True)
    above = Organization.__table__.alias("above")
    climbing = below.union_all(
        select(above.c.parent_id, above.c.id, *(below.c[name] for name in FIELDS[1:]))
        .join_from(below, above, above.c.id == below.c.parent_id)
        .where(below.c.period != OWN)
    )
    keys = [climbing.c[name] for name in FIELDS[:3]]
    total = cast(func.sum(climbing.c.value), BigInteger).label("value")
    return select(*keys, total).group_by(*keys)


def _columns(cells: Any) -> Any:
    return select(*(cells.c[name] for name in FIELDS))
