"""What is read of numbers that may have to be hidden: the branches of a statement (AZ-07).

Below a county stand hundreds of places, of which the statement finds the smallest. Below a
province or a city stands a dozen: their numbers are read as they are.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, case, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from organizations.figures import STOCK
from organizations.models import Figure, FigureStock, Organization
from organizations.rules import SERVED_MEASURES, Measure
from organizations.rules.cover import MONTHS_FROM

#: So many of the smallest numbers are read: more can never be needed to hide a group of five.
SMALLEST = 12
#: What is asked for: of all organizations of a page, more periods of the line of one of them, and
#: what stands right below one of them, where a page tells less of that.
ROOMS = ("cover", "line", "lower")
#: Places right below which all numbers are looked through by the statement, or here.
PLACES = ("parents", "few")
#: The names of all values that a statement may ask for.
VALUES = (
    "cover_floor",
    *(
        f"{room}_{name}"
        for room in ROOMS
        for name in (
            "parents",
            "few",
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


def _all(room: str, one: Any, at: Any, asked: Any) -> list[Select[Any]]:
    """Return what reads every number right below places of few, and of the places themselves."""
    places = _given(room, "few")
    below = (
        select(Organization.parent_id, one.organization_id, one.measure, at, one.value)
        .join(Organization, Organization.id == one.organization_id)
        .where(Organization.parent_id.in_(places), asked)
    )
    whole = select(
        one.organization_id.label("parent"), one.organization_id, one.measure, at, one.value
    ).where(one.organization_id.in_(places), asked)
    return [below, whole]


def _numbers_of_few(room: str) -> list[Select[Any]]:
    measures, periods = _given(room, "measures_alone"), _given(room, "periods_alone")
    asked = and_(Figure.measure.in_(measures), Figure.period.in_(periods))
    return _all(room, Figure, Figure.period, asked)


def _ends_of_few(room: str) -> list[Select[Any]]:
    one = FigureStock
    measures, months = _given(room, "measures"), _given(room, "months")
    asked = and_(one.measure.in_(measures), one.month.in_(months), one.part == "")
    return _all(room, one, -one.month, asked)


def branches(asked: Collection[str]) -> list[Select[Any]]:
    """Return the parts of a union that reads what may have to be hidden, by the values asked for.

    Their columns: parent, organization (0: what the parent has itself), measure, period, people.
    Of places of few every number is read, the organization being also the place itself.
    """
    found: list[Select[Any]] = []
    for room in ROOMS:
        for places, numbers, ends in (
            ("parents", _numbers, _ends),
            ("few", _numbers_of_few, _ends_of_few),
        ):
            if f"{room}_{places}" in asked:
                found += numbers(room)
                found += ends(room) if f"{room}_months" in asked else ()
    return found


def _given(room: str, name: str) -> Any:
    return bindparam(f"{room}_{name}", expanding=True)
