"""What follows from numbers that were read of a place and of all right below it.

What the place has itself, and which numbers right below it are small: the same as the statements
of ``book`` and ``covering`` find, without asking the database for the same rows again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from organizations.figures import STOCK
from organizations.queries.covering import Asked
from organizations.rules import SERVED_MEASURES, Measure
from organizations.rules.cover import MONTHS_FROM

#: Organization id (negative: what it has itself), measure, part, period.
NumberKey = tuple[int, str, str, int]
#: Parent, organization (0: what the parent has itself), measure, period, people.
CoverRow = tuple[int, int, str, int, int]
_VOLUNTEERS = Measure.VOLUNTEERS.value


def tells_cover(place: int, months: Collection[int], asked: Asked | None) -> bool:
    """Return whether the numbers of a place and those below tell what is hidden below it.

    Of month ends those of ``months`` are read. Of a month its whole year decides, which is not.
    """
    if asked is None or place not in asked.values.get("cover_parents", ()):
        return False
    ends = asked.values.get("cover_months", ())
    by_year = all(one < MONTHS_FROM for one in asked.values["cover_periods"])
    return by_year and all(one in months for one in ends)


def without(place: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is left to be asked about hidden numbers when those below a place are known."""
    parents = [one for one in values["cover_parents"] if one != place]
    if parents:
        return {**values, "cover_parents": parents}
    left = {name: value for name, value in values.items() if not name.startswith("cover_")}
    return {**left, "cover_floor": values["cover_floor"]} if left else {}


def remainders(
    place: int, numbers: Mapping[NumberKey, int], periods: Collection[int]
) -> dict[tuple[str, str, int], int]:
    """Return ``(measure, part, period)`` -> what a place has less all right below it."""
    left: dict[tuple[str, str, int], int] = {}
    for (one, name, part, period), value in numbers.items():
        if period in periods:
            key = name, part, period
            left[key] = left.get(key, 0) + (value if one == place else -value)
    return left


def cover_rows(
    place: int,
    numbers: Mapping[NumberKey, int],
    left: Mapping[tuple[str, str, int], int],
    values: Mapping[str, Any],
) -> Iterator[CoverRow]:
    """Yield what may have to be hidden right below a place, of now and of years."""
    measures, periods = {*values["cover_measures"]}, {*values["cover_periods"]}
    serving = {
        one: value
        for (one, name, part, period), value in numbers.items()
        if name == _VOLUNTEERS and period == STOCK and not part
    }
    for (one, name, part, period), value in numbers.items():
        if one != place and value > 0 and name in measures and period in periods and not part:
            is_served = name in SERVED_MEASURES
            yield place, one, name, period, max(1, serving.get(one, 0)) if is_served else value
    alone, at = {*values["cover_measures_alone"]}, {*values["cover_periods_alone"]}
    for (name, part, period), value in left.items():
        if value > 0 and name in alone and period in at and not part:
            yield place, 0, name, period, value


def ends_rows(
    place: int,
    stocks: Mapping[NumberKey, int],
    left: Mapping[tuple[str, str, int], int],
    values: Mapping[str, Any],
) -> Iterator[CoverRow]:
    """Yield the same of month ends."""
    measures, months = {*values["cover_measures"]}, {*values.get("cover_months", ())}
    for (one, name, part, month), value in stocks.items():
        if one != place and value > 0 and name in measures and month in months and not part:
            yield place, one, name, -month, value
    for (name, part, month), value in left.items():
        if value > 0 and name in measures and month in months and not part:
            yield place, 0, name, -month, value
