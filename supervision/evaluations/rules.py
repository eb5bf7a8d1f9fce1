"""Weights and the life of an evaluation. Pure (domain.md 8, row 41).

Only organizations are evaluated, by what came of their work; ux.md 0.3 forbids more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.rules import N_, RuleViolation

FULL = 100


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
