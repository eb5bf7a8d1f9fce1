"""What an alert rule is, and which colour a figure has (domain.md 6.2). Pure.

Yellow is what comes near: four fifths of a deadline or of the pace to a target. Red is past it.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.access.permissions import Level
from core.rules import N_, RuleViolation, check_line
from organizations.rules import Discretion
from supervision.indicators.definitions import Definition
from supervision.indicators.rules import WHOLE, Better, Reading, ratio

#: "yellow when 80-100 % of deadline" (domain.md 6.2).
NEAR_PERCENT = 80
MOST = 1_000_000
SOURCE_MAX = 200
OFFICES = frozenset({Level.PROVINCE, Level.CITY, Level.COUNTY})


class Colour(StrEnum):
    """How late a figure is. In the order of the alphabet red comes first."""

    RED = "red"
    YELLOW = "yellow"


class Nearness(StrEnum):
    """What comes near its deadline and is counted row by row, not kept as a figure."""

    APPLICATIONS = "applications"
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


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One rule: what it reads, where it is watched, what comes near, and what may be done.

    ``at_least`` is how big the whole of a share must be before it says anything. ``indicator``
    names the indicator that shows the figure level by level. With ``is_pace`` the figure is the
    share of what the target asks for by now.
    """

    code: str
    definition: Definition
    thresholds: Mapping[Level, Threshold]
    indicator: str = ""
    near: Nearness | None = None
    at_least: int = 1
    is_pace: bool = False

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def levels(self) -> frozenset[Level]:
        return frozenset(self.thresholds)

    @property
    def is_share(self) -> bool:
        return self.is_pace or bool(self.definition.out_of)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of one organization: its colour, the figure, the line that it crossed."""

    colour: Colour
    figure: int
    top: int
    bottom: int | None
    near: int
    threshold: int | None


def judge(rule: AlertRule, threshold: Threshold, reading: Reading, near: int = 0) -> Finding | None:
    """Return what a rule says of a reading, None where it is in order or says nothing yet."""
    value = reading.value
    if not threshold.is_on or value is None:
        return None
    if reading.bottom is not None and reading.bottom < rule.at_least:
        return None

    def passes(line: int | None) -> bool:
        if line is None:
            return False
        return value < line if rule.definition.better is Better.MORE else value >= line

    if passes(threshold.red):
        return Finding(Colour.RED, value, reading.top, reading.bottom, near, threshold.red)
    if passes(threshold.yellow):
        return Finding(Colour.YELLOW, value, reading.top, reading.bottom, near, threshold.yellow)
    if near > 0:
        return Finding(Colour.YELLOW, value, reading.top, reading.bottom, near, None)
    return None


def pace(value: int, target: int, day: date) -> Reading:
    """Return how much of what a target asks for by a day of its year is reached.

    The value is in hundredths of a per cent, the parts in the unit of the target.
    """
    days = 366 if isleap(day.year) else 365
    due = target * day.timetuple().tm_yday // days
    return Reading(ratio(value, due, WHOLE), value, due)


def is_small(definition: Definition, reading: Reading, floor: int) -> bool:
    """Return whether a reading could tell who is meant, whoever reads it (security.md AZ-07)."""
    strict = Discretion(floor, own_id=0, sees_names=False)
    return hides(strict, 1, definition, reading)


def hides(
    discretion: Discretion, organization_id: int, definition: Definition, reading: Reading
) -> bool:
    """Return whether a viewer must not see a reading: its parts, what lacks to the whole."""
    measure = definition.of[0].measure
    if discretion.hides(organization_id, measure, reading.top):
        return True
    if reading.bottom is None or not definition.out_of:
        return False
    whole = definition.out_of[0].measure
    return any(
        discretion.hides(organization_id, whole, one)
        for one in (reading.bottom, reading.bottom - reading.top)
    )


def near_days(days: int) -> int:
    """Return how many days of a deadline are left when four fifths of it are over."""
    return days - -(-days * NEAR_PERCENT // 100)


def check_threshold(rule: AlertRule, threshold: Threshold, today: date) -> Threshold:
    """Return a threshold that the province sets. Raises RuleViolation.

    It begins today or later, so that what was told before stays right.
    """
    if threshold.valid_from is None or threshold.valid_from < today:
        raise RuleViolation("valid_from", N_("从今天或者以后的日期起执行"))
    source = check_line(threshold.source, "source", SOURCE_MAX, N_("请写明依据"))
    if threshold.is_on and threshold.yellow is None and threshold.red is None:
        raise RuleViolation("red", N_("黄色线和红色线至少填一个"))
    for field, line in (("yellow", threshold.yellow), ("red", threshold.red)):
        if line is not None and not 0 <= line <= MOST:
            raise RuleViolation(field, N_("最多 %(most)d"), most=MOST)
    yellow, red = threshold.yellow, threshold.red
    if yellow is not None and red is not None:
        more = rule.definition.better is Better.MORE
        if (red > yellow) if more else (yellow > red):
            raise RuleViolation("red", N_("红色线要比黄色线更严重"))
    return Threshold(yellow, red, source, threshold.is_on, threshold.valid_from)
