"""Colours and lines of alerts (domain.md 6.2). Pure.

Yellow is what comes near: four fifths of a deadline or of the pace to a target. Red is past it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_line

#: "yellow when 80-100 % of deadline" (domain.md 6.2).
NEAR_PERCENT = 80
MOST = 1_000_000
SOURCE_MAX = 200


class Colour(StrEnum):
    """How late a figure is. In the order of the alphabet red comes first."""

    RED = "red"
    YELLOW = "yellow"


class Ending(StrEnum):
    """How an alert came to its end."""

    RECOVERED = "recovered"
    CLOSED = "closed"


class Nearness(StrEnum):
    """What comes near its deadline and is counted row by row, not kept as a figure."""

    APPLICATIONS = "applications"
    FILINGS = "filings"
    ELECTIONS = "elections"
    VENUES = "venues"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From where on a figure is yellow and red; None where the colour is not used.

    In units of the figure: a number, or hundredths of a per cent. One that is not ``is_on`` makes
    no alert. ``source`` tells why, ``valid_from`` is None for what the product brings.
    """

    yellow: int | None
    red: int | None
    source: str
    is_on: bool = True
    valid_from: date | None = None


def near_days(days: int) -> int:
    """Return how many days of a deadline are left when four fifths of it are over."""
    return days - -(-days * NEAR_PERCENT // 100)


def check_threshold(threshold: Threshold, today: date, *, more_is_better: bool) -> Threshold:
    """Return a threshold that the province sets. Raises RuleViolation.

    It begins today or later, so that what was told before stays right.
    """
    if threshold.valid_from is None or threshold.valid_from < today:
        raise RuleViolation("valid_from", N_("从今天或者以后的日期起执行"))
    source = check_line(threshold.source, "source", SOURCE_MAX, N_("请写明依据"))
    yellow, red = threshold.yellow, threshold.red
    if threshold.is_on and yellow is None and red is None:
        raise RuleViolation("red", N_("黄色线和红色线至少填一个"))
    for field, line in (("yellow", yellow), ("red", red)):
        if line is not None and not 0 <= line <= MOST:
            raise RuleViolation(field, N_("最多 %(most)d"), most=MOST)
    if yellow is not None and red is not None:
        is_milder = red > yellow if more_is_better else yellow > red
        if is_milder:
            raise RuleViolation("red", N_("红色线要比黄色线更严重"))
    return Threshold(yellow, red, source, threshold.is_on, threshold.valid_from)
