"""Weights, points and the life of an evaluation. Pure (domain.md 8, row 41).

Only organizations are evaluated, by what came of their work; ux.md 0.3 forbids more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.access.permissions import Level
from core.rules import N_, RuleViolation, typed
from supervision.indicators.rules import HUNDREDTHS, Better, Unit, ratio

FULL = 100
LEVELS = (Level.CITY, Level.COUNTY)
HIGHEST = 10**12
_FACTORS: Mapping[Unit, int] = {
    Unit.SHARE: 100,
    Unit.PER_THOUSAND: 100,
    Unit.MINUTES: 60,
    Unit.FEN: 100,
}


class Method(StrEnum):
    """How points come from a value: in proportion to the target, or all where it is reached."""

    PROPORTION = "proportion"
    REACHED = "reached"


class EvaluationStatus(StrEnum):
    """Where an evaluation is; its points stand from ``FINAL`` on."""

    DRAFT = "draft"
    REPLYING = "replying"
    FINAL = "final"
    WITHHELD = "withheld"


class EvaluationAction(StrEnum):
    """What the province does with an evaluation."""

    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    FINISH = "finish"
    WITHHOLD = "withhold"
    RELEASE = "release"


_S, _A = EvaluationStatus, EvaluationAction
EVALUATION_TRANSITIONS: Mapping[tuple[EvaluationStatus, EvaluationAction], EvaluationStatus] = {
    (_S.DRAFT, _A.HAND_OVER): _S.REPLYING,
    (_S.REPLYING, _A.TAKE_BACK): _S.DRAFT,
    (_S.REPLYING, _A.FINISH): _S.FINAL,
    (_S.FINAL, _A.WITHHOLD): _S.WITHHELD,
    (_S.WITHHELD, _A.RELEASE): _S.FINAL,
}
#: From here on points are frozen.
FROZEN = (_S.FINAL, _S.WITHHELD)


@dataclass(frozen=True, slots=True)
class Weight:
    """One indicator of an evaluation: weight, target in its own unit, and the way to points."""

    indicator: str
    weight: int
    target: int
    method: Method


def check_weights(weights: Sequence[Weight]) -> Sequence[Weight]:
    """Return the weights. Raises RuleViolation where they are not 100 together."""
    total = sum(one.weight for one in weights)
    if total != FULL:
        raise RuleViolation("", N_("权重合计要是 100，现在是 %(total)d"), total=total)
    return weights


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
