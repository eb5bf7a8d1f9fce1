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

    Nothing is counted where there are no counts: whatever is stored differs then.
    """
    both = [*_stored(measure)]
    if counts:
        counted = _counted(measure, counts).cte("counted")
        both.append(select(*(counted.c[name] for name in FIELDS), literal(0, BigInteger)))
    one = union_all(*both).subquery("both_sides")
    place, part, period, counted_sum, stored_sum = one.c
    sums = func.sum(counted_sum), func.sum(stored_sum)
    return (
        select(place, part, period, *(cast(each, BigInteger) for each in sums))
        .group_by(place, part, period)
        .having(sums[0] != sums[1])
        .order_by(place, part, period)
    )


def totals(measure: Measure, counts: Sequence[Count]) -> Any:
    """Return the statement of a measure as it is counted, at every organization and all above."""
    return _counted(measure, counts)


def look(measure: Measure, statement: Any, values: Values) -> list[Difference]:
    """Return what differs of a measure: one statement, so one moment."""
    return [
        Difference(row[0], measure.value, row[2], int(row[4]), int(row[3]), row[1])
        for row in db.session.execute(statement, values)
    ]


def _stored(measure: Measure) -> Iterator[Any]:
    nothing, name = literal(0, BigInteger), bindparam("measure", measure, Figure.measure.type)
    whole = literal(WHOLE, String).label("part")
    yield select(
        Figure.organization_id, whole, Figure.period, nothing.label("counted"), Figure.value
    ).where(Figure.measure == name)
    yield select(
        FigurePart.organization_id, FigurePart.part, FigurePart.period, nothing, FigurePart.value
    ).where(FigurePart.measure == name)


def _counted(measure: Measure, counts: Sequence[Count]) -> Any:
    """Return all cells of a measure: own ones, those above, years and stock of months, queues."""
    parts = [_columns(one.cells.cte(f"cells_{place}")) for place, one in enumerate(counts)]
    own = union_all(*parts).cte("own") if len(parts) > 1 else counts[0].cells.cte("own")
    climbed = _climbed(own) if all(one.climbs for one in counts) else _columns(own)
    summed = climbed.cte("summed")
    place, part, period, value = (summed.c[name] for name in FIELDS)
    found = [_columns(summed)]
    months = period >= FIRST_MONTH
    if any(one.years for one in counts):
        found.append(select(place, part, period // HUNDRED, value).where(months))
    if any(one.stock for one in counts):
        found.append(select(place, part, literal(STOCK, Integer), value).where(months))
    if measure in QUEUES:
        queue = select(own.c.organization_id, own.c.part, literal(OWN, Integer), own.c.value)
        found.append(queue.where(own.c.period == STOCK, own.c.part == WHOLE))
    return union_all(*found) if len(found) > 1 else found[0]


def _climbed(own: Any) -> Any:
    """Return the cells at their organization and at all above it, added up."""
    place = Organization.__table__.alias("place")
    start = select(place.c.parent_id, *(own.c[name] for name in FIELDS)).join_from(
        own, place, place.c.id == own.c.organization_id
    )
    below = start.cte("below", recursive=True)
    above = Organization.__table__.alias("above")
    climbing = below.union_all(
        select(above.c.parent_id, above.c.id, *(below.c[name] for name in FIELDS[1:])).join_from(
            below, above, above.c.id == below.c.parent_id
        )
    )
    keys = [climbing.c[name] for name in FIELDS[:3]]
    total = cast(func.sum(climbing.c.value), BigInteger).label("value")
    return select(*keys, total).group_by(*keys)


def _columns(cells: Any) -> Any:
    return select(*(cells.c[name] for name in FIELDS))
