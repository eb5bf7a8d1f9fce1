"""How far from a target, and whether in step with the year. Pure (domain.md 6.2)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from supervision.indicators.rules import Better, Reading, Shape

HUNDRED = 100
LAST_MONTH = 12
#: Periods from here on are months: 202611; below it years.
MONTHS_FROM = 10_000


class Standing(StrEnum):
    """Where a value stands against its target; the word says it, a colour only repeats it."""

    REACHED = "reached"
    ON_PACE = "on_pace"
    NEAR = "near"
    BEHIND = "behind"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached in a year, in the unit of the readings, and who asks for it."""

    value: int
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A value against its target: what is missing yet (0 where reached), and the standing."""

    target: Target
    missing: int
    expected: int
    standing: Standing


def is_month(period: int) -> bool:
    """Return whether a period is a month and not a year or the stock of now."""
    return period >= MONTHS_FROM


def is_period(period: int) -> bool:
    """Return whether a number can be a year or a month of a calendar at all."""
    if is_month(period):
        return 1 <= period % 100 <= LAST_MONTH and len(str(period)) == len("202611")
    return len(str(period)) == len("2026")


def before(period: int) -> int:
    """Return the period before: the year or the month."""
    if not is_month(period):
        return period - 1
    year, month = divmod(period, 100)
    return period - 1 if month > 1 else (year - 1) * 100 + LAST_MONTH


def last_day(period: int) -> date:
    """Return the last day of a year or of a month."""
    if not is_month(period):
        return date(period, LAST_MONTH, 31)
    year, month = divmod(period, 100)
    return date(year, month, calendar.monthrange(year, month)[1])


def gap(
    reading: Reading,
    target: Target | None,
    better: Better,
    *,
    near_percent: int,
    passed: int = HUNDRED,
    is_over: bool = False,
) -> Gap | None:
    """Return how a value stands against its target; None without either.

    ``passed`` is how much of the year is gone (per cent, rounded down): a flow is held to that part
    of its target, a stock to the whole. ``near_percent`` of what is expected and more is near. A
    target whose year ``is_over`` without it is missed.
    """
    if reading.value is None or target is None or better is Better.NEITHER:
        return None
    value, wanted = reading.value, target.value
    expected = wanted * passed // HUNDRED
    if better is Better.MORE:
        missing, kept_up = max(wanted - value, 0), value >= expected
        is_near = value * HUNDRED >= expected * near_percent
    else:
        missing, kept_up = max(value - wanted, 0), value <= expected
        is_near = value * near_percent <= expected * HUNDRED
    standing = _standing(
        is_reached=not missing and (better is Better.MORE or passed == HUNDRED),
        kept_up=kept_up,
        is_near=is_near,
        is_over=is_over,
    )
    return Gap(target, missing, expected, standing)


def _standing(*, is_reached: bool, kept_up: bool, is_near: bool, is_over: bool) -> Standing:
    if is_reached:
        return Standing.REACHED
    if is_over:
        return Standing.MISSED
    if kept_up:
        return Standing.ON_PACE
    return Standing.NEAR if is_near else Standing.BEHIND


def passed_of(shape: Shape, period: int, today: date, *, is_flow: bool) -> int:
    """Return how much of the year of a period is gone for a reading, in per cent.

    Only what adds up over the year has a pace; shares, averages and stocks are held to the whole.
    """
    if not is_flow or shape is not Shape.FLOW:
        return HUNDRED
    year = period // 100 if is_month(period) else period or today.year
    if year != today.year:
        return HUNDRED
    days = 366 if calendar.isleap(year) else 365
    return today.timetuple().tm_yday * HUNDRED // days
