"""What an alert rule is, and which colour a figure has (domain.md 6.2)."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from core.access.permissions import Level
from organizations.rules import Discretion
from supervision.alerts.rules import Colour, Nearness, Threshold
from supervision.indicators.definitions import Definition
from supervision.indicators.rules import WHOLE, Better, Reading, ratio

OFFICES = frozenset({Level.PROVINCE, Level.CITY, Level.COUNTY})


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

    @property
    def only_near(self) -> int:
        """Return how many come near their deadline where no line was crossed, else 0."""
        return self.near if self.threshold is None else 0


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


def without(definition: Definition, whole: Reading, parts: Iterable[Reading]) -> Reading:
    """Return a reading of one organization itself, without those below it."""
    below = list(parts)
    if not below:
        return whole
    top = whole.top - sum(one.top for one in below)
    if whole.bottom is None:
        return Reading(top, top)
    bottom = whole.bottom - sum(one.bottom or 0 for one in below)
    return Reading(ratio(top, bottom, definition.scale), top, bottom)


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
