"""Units and shapes of indicators, and their arithmetic. Pure (domain.md 6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

#: A share is told in hundredths of a per cent, an average in hundredths.
WHOLE = 10_000
HUNDREDTHS = 100
#: A number per thousand is told in hundredths too.
PER_THOUSAND = 100_000


class Unit(StrEnum):
    """What a value counts; persons and person-times are never one indicator (domain.md STA-04)."""

    ORGANIZATIONS = "organizations"
    PERSONS = "persons"
    TIMES = "times"
    ITEMS = "items"
    MINUTES = "minutes"
    FEN = "fen"
    SHARE = "share"
    PER_THOUSAND = "per_thousand"
    DAYS = "days"


class Shape(StrEnum):
    """How a value is read: a stock at a day, a flow of a period, or one number by another."""

    STOCK = "stock"
    FLOW = "flow"
    SHARE = "share"
    AVERAGE = "average"
    MEDIAN = "median"


class Better(StrEnum):
    """Which way is good, for targets and alerts; no way where a number only describes."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Reading:
    """A value with what it came from; None where there is nothing to divide by."""

    value: int | None
    top: int
    bottom: int | None = None


def ratio(top: int, bottom: int, scale: int) -> int | None:
    """Return ``top / bottom`` in units of ``1 / scale``, half up; None for an empty whole."""
    return (2 * top * scale + bottom) // (2 * bottom) if bottom > 0 else None


def median(cases: Iterable[tuple[int, int]]) -> int | None:
    """Return the lower median of (days, number of cases), None where there is no case."""
    ordered = sorted((days, count) for days, count in cases if count > 0)
    total = sum(count for _days, count in ordered)
    passed = 0
    for days, count in ordered:
        passed += count
        if 2 * passed >= total:
            return days
    return None
