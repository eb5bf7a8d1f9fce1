"""Numbers that are hidden because, with those shown beside them, they would tell others (AZ-07).

Where a number of few people is hidden below a place, others are hidden to cover it. They stay
hidden on their own pages, in lists that go deeper, and so does what is below them. The months of a
year are hidden together: a month counts as many people as the smallest month of its year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, case, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from core.statements import Kept
from organizations.figures import STOCK
from organizations.models import Figure, FigureStock, Organization
from organizations.rules import SERVED_MEASURES, SUMS, Discretion, Measure
from organizations.rules.cover import MONTHS_FROM, Cover, Key, line_of, together

#: So many of the smallest numbers are read: more can never be needed to hide a group of five.
SMALLEST = 12
#: What is asked for: of all organizations of a page, and more periods of the line of one of them.
ROOMS = ("cover", "line")
#: The names of all values that a statement may ask for.
VALUES = (
    "cover_floor",
    *(
        f"{room}_{name}"
        for room in ROOMS
        for name in (
            "parents",
            "measures",
            "measures_alone",
            "periods",
            "periods_alone",
            "months",
        )
    ),
)


def _numbers(room: str) -> list[Select[Any]]:
    """Return what reads of now, years and months: right below places, and of the places alone."""
    one, serving = Figure, aliased(Figure)
    parents, measures, periods = (_given(room, name) for name in ("parents", "measures", "periods"))
    group = case((one.period >= MONTHS_FROM, one.period - one.period % 100), else_=one.period)
    serve = case((serving.value > 1, serving.value), else_=1)
    weight = case((one.measure.in_(sorted(SERVED_MEASURES)), serve), else_=one.value)
    asked = and_(one.measure.in_(measures), one.period.in_(periods))
    weights = (
        select(Organization.parent_id.label("parent"), one.organization_id.label("one"))
        .add_columns(one.measure.label("measure"), group.label("at"), weight.label("weight"))
        .join(Organization, Organization.id == one.organization_id)
        .outerjoin(
            serving,
            and_(
                serving.organization_id == one.organization_id,
                serving.measure == Measure.VOLUNTEERS,
                serving.period == STOCK,
            ),
        )
        .where(Organization.parent_id.in_(parents), asked, one.value > 0)
    )
    with_serving = and_(
        one.measure.in_(_given(room, "measures_alone")),
        one.period.in_(_given(room, "periods_alone")),
    )
    return [_smallest(weights), _alone(one, one.period, parents, with_serving)]


def _ends(room: str) -> list[Select[Any]]:
    """Return what reads the same of month ends."""
    one = FigureStock
    parents, measures, months = (_given(room, name) for name in ("parents", "measures", "months"))
    asked = and_(one.measure.in_(measures), one.month.in_(months), one.part == "")
    weights = (
        select(Organization.parent_id.label("parent"), one.organization_id.label("one"))
        .add_columns(one.measure.label("measure"), (-one.month).label("at"))
        .add_columns(one.value.label("weight"))
        .join(Organization, Organization.id == one.organization_id)
        .where(Organization.parent_id.in_(parents), asked, one.value > 0)
    )
    return [_smallest(weights), _alone(one, -one.month, parents, asked)]


def _smallest(weights: Select[Any]) -> Select[Any]:
    """Return the smallest of each group, and whatever else is small."""
    each = weights.subquery()
    least = func.min(each.c.weight)
    grouped = (
        select(each.c.parent, each.c.one, each.c.measure, each.c.at, least.label("weight"))
        .group_by(each.c.parent, each.c.one, each.c.measure, each.c.at)
        .subquery()
    )
    found = grouped.c
    rank = func.row_number().over(
        partition_by=(found.parent, found.measure, found.at), order_by=(found.weight, found.one)
    )
    ranked = select(
        found.parent, found.one, found.measure, found.at, found.weight, rank.label("rank")
    ).subquery()
    row = ranked.c
    return select(row.parent, row.one, row.measure, row.at, row.weight).where(
        or_(row.rank <= SMALLEST, row.weight < bindparam("cover_floor"))
    )


def _alone(one: Any, at: Any, parents: Any, asked: Any) -> Select[Any]:
    """Return what places have themselves, period by period, where they have anything."""
    whole = (
        select(one.organization_id.label("parent"), one.measure.label("measure"), at.label("at"))
        .add_columns(one.value.label("value"))
        .where(one.organization_id.in_(parents), asked)
    )
    below = (
        select(Organization.parent_id, one.measure, at, -one.value)
        .join(Organization, Organization.id == one.organization_id)
        .where(Organization.parent_id.in_(parents), asked)
    )
    each = union_all(whole, below).subquery()
    value = func.sum(each.c.value)
    return (
        select(each.c.parent, literal(0, Integer), each.c.measure, each.c.at, value)
        .group_by(each.c.parent, each.c.measure, each.c.at)
        .having(value > 0)
    )


def branches(asked: Collection[str]) -> list[Select[Any]]:
    """Return the parts of a union that reads what may have to be hidden, by the values asked for.

    Their columns: parent, organization (0: what the parent has itself), measure, period, people.
    """
    found: list[Select[Any]] = []
    for room in ROOMS:
        if f"{room}_parents" in asked:
            found += _numbers(room)
        if f"{room}_months" in asked:
            found += _ends(room)
    return found


def _given(room: str, name: str) -> Any:
    return bindparam(f"{room}_{name}", expanding=True)


@cache
def _statement(asked: frozenset[str]) -> Kept:
    return Kept(union_all(*branches(asked)))


@dataclass(frozen=True, slots=True)
class Asked:
    """What has to be read to know what is hidden; no values where nothing can be."""

    discretion: Discretion
    values: Mapping[str, Any]


def asked_of(
    paths: Iterable[str],
    measures: Iterable[Measure],
    discretion: Discretion,
    periods: Iterable[int] = (STOCK,),
    months: Iterable[int] = (),
) -> Asked:
    """Return what to read for organizations, to be asked alone or within another statement.

    ``periods`` are years, months or the stock of now; ``months`` ask for the stocks at their ends.
    """
    values = _values("cover", paths, measures, discretion, periods, months)
    return Asked(discretion, {"cover_floor": discretion.floor, **values} if values else values)


def with_line(
    asked: Asked,
    path: str,
    measures: Iterable[Measure],
    periods: Iterable[int],
    months: Iterable[int] = (),
) -> Asked:
    """Return the same with what decides over the periods of a line at one of the organizations.

    At the viewer's own that is nothing: all of it is told there.
    """
    values = _values("line", [path], measures, asked.discretion, periods, months)
    return Asked(asked.discretion, {**asked.values, **values}) if asked.values else asked


def _values(
    room: str,
    paths: Iterable[str],
    measures: Iterable[Measure],
    discretion: Discretion,
    periods: Iterable[int],
    months: Iterable[int],
) -> dict[str, Any]:
    wanted = {part for one in measures for part in (one, *SUMS.get(one, ()))}
    shown = {one.value for one in wanted if discretion.may_hide(one)}
    parents = sorted({one for path in paths for one in line_of(path, discretion)[:-1]})
    if not shown or not parents:
        return {}
    asked, ends = {one for period in periods for one in _whole_year(period)}, sorted({*months})
    values: dict[str, Any] = {
        f"{room}_measures": sorted(shown),
        f"{room}_measures_alone": sorted({*shown, Measure.VOLUNTEERS.value}),
        f"{room}_parents": parents,
        f"{room}_periods": sorted(asked),
        f"{room}_periods_alone": sorted({*asked, STOCK}),
    }
    return {**values, f"{room}_months": ends} if ends else values


def cover_from(asked: Asked, rows: Iterable[Sequence[Any]]) -> Cover:
    """Return what is hidden by the rows that were read for it."""
    measures = {one for room in ROOMS for one in asked.values.get(f"{room}_measures", ())}
    return Cover(asked.discretion, _read(rows, measures))


def cover_of(paths: Iterable[str], measures: Iterable[Measure], discretion: Discretion) -> Cover:
    """Return what is hidden of the stocks of now: one statement, none where nothing can be."""
    return cover_by(asked_of(paths, measures, discretion))


def cover_by(asked: Asked) -> Cover:
    """Return what is hidden of what was asked for: one statement, none where nothing can be."""
    if not asked.values:
        return Cover(asked.discretion, {})
    return cover_from(asked, _statement(frozenset(asked.values)).rows(asked.values))


def _read(rows: Iterable[Sequence[Any]], asked: Collection[str]) -> Mapping[Key, Mapping[int, int]]:
    found: dict[Key, dict[int, int]] = {}
    alone: dict[Key, int] = {}
    for parent, one, name, at, weight in rows:
        measure = str(name)
        if one:
            found.setdefault((parent, measure, at), {})[one] = int(weight)
        else:
            alone[parent, measure, at] = int(weight)
    for (parent, measure, at), value in alone.items():
        if measure in asked:
            is_served = Measure(measure) in SERVED_MEASURES
            serving = max(1, alone.get((parent, Measure.VOLUNTEERS.value, STOCK), 0))
            weight = serving if is_served else value
            rows_of = found.setdefault((parent, measure, together(at)), {})
            rows_of[-parent] = min(rows_of.get(-parent, weight), weight)
    return found


def _whole_year(period: int) -> Iterable[int]:
    """Return the periods that decide over one: of a month its year, and all months of it."""
    if period < MONTHS_FROM:
        return (period,)
    year = period // 100
    return (year, *range(year * 100 + 1, year * 100 + 13))
