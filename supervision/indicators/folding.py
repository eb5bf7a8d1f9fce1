"""What follows from numbers that were read of a place and of all right below it.

What the place has itself, and which numbers right below it are small: the same as the statements
of ``book`` and ``covering`` find, without asking the database for the same rows again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from organizations.queries.covering import Asked, room_below
from organizations.rules.cover import MONTHS_FROM

#: Organization id (negative: what it has itself), measure, part, period.
NumberKey = tuple[int, str, str, int]
#: Parent, organization, measure, period (negative: a month's end), value.
CoverRow = tuple[int, int, str, int, int]


def tells_cover(place: int, months: Collection[int], asked: Asked | None) -> str:
    """Return the room of what is hidden right below a place if the numbers read there tell it.

    Of month ends those of ``months`` are read. Of a month its whole year decides, which is not:
    then, and where nothing is hidden, the room is an empty text.
    """
    values = asked.values if asked else {}
    room = room_below(place, values)
    ends = values.get(f"{room}_months", ())
    by_year = all(one < MONTHS_FROM for one in values.get(f"{room}_periods", ()))
    return room if by_year and all(one in months for one in ends) else ""


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
    stocks: Mapping[NumberKey, int],
    room: str,
    values: Mapping[str, Any],
) -> Iterator[CoverRow]:
    """Yield what decides over what is hidden right below a place, as ``covering`` reads it."""
    alone, at = {*values[f"{room}_measures_alone"]}, {*values[f"{room}_periods_alone"]}
    for (one, name, part, period), value in numbers.items():
        if name in alone and period in at and not part:
            yield place, one, name, period, value
    measures, months = {*values[f"{room}_measures"]}, {*values.get(f"{room}_months", ())}
    for (one, name, part, month), value in stocks.items():
        if name in measures and month in months and not part:
            yield place, one, name, -month, value
