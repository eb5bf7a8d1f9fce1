"""From values to points, and who is evaluated. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from core.access.permissions import Level
from core.rules import N_, RuleViolation, typed
from supervision.evaluations.rules import FULL, Method, Weight
from supervision.indicators.rules import HUNDREDTHS, Better, Unit, ratio

LEVELS = (Level.CITY, Level.COUNTY)
HIGHEST = 10**12
_FACTORS: Mapping[Unit, int] = {
    Unit.SHARE: 100,
    Unit.PER_THOUSAND: 100,
    Unit.MINUTES: 60,
    Unit.FEN: 100,
}


def read_target(text: str, unit: Unit, field: str) -> int:
    """Return a target typed as it is shown (95.5 for 95.50%) in the unit of the indicator.

    Raises RuleViolation for what is no number from 0 on.
    """
    plain = typed(text, field)
    whole, _, part = plain.partition(".")
    fits = whole.isascii() and whole.isdecimal() and (not part or part.isdecimal())
    if not fits or not part.isascii() or plain.endswith("."):
        raise RuleViolation(field, N_("请填写数字"))
    value = Decimal(plain) * _FACTORS.get(unit, 1)
    if value != value.to_integral_value() or value > HIGHEST:
        raise RuleViolation(field, N_("请填写数字"))
    return int(value)


def points_of(weight: Weight, value: int | None, better: Better) -> int | None:
    """Return hundredths of points, at most the weight; None where there is no value."""
    if value is None:
        return None
    most = weight.weight * HUNDREDTHS
    less = better is Better.LESS
    reached = value <= weight.target if less else value >= weight.target
    if reached:
        return most
    if weight.method is Method.REACHED:
        return 0
    top, bottom = (weight.target, value) if less else (value, weight.target)
    return min(ratio(max(top, 0), bottom, most) or 0, most)


def total_of(points: Iterable[tuple[Weight, int | None]]) -> int | None:
    """Return hundredths of 100 points; indicators without a value are left out of the whole."""
    told = [(weight.weight, found) for weight, found in points if found is not None]
    return ratio(sum(found for _weight, found in told), sum(weight for weight, _ in told), FULL)
