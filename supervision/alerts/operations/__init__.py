"""Evaluating the rules over all organizations, and drawing their lines."""

from supervision.alerts.operations.evaluating import (
    EVALUATED,
    Evaluation,
    Night,
    begin_night,
    end_alerts_of,
    evaluate,
)
from supervision.alerts.operations.thresholds import set_threshold

__all__ = [
    "EVALUATED",
    "Evaluation",
    "Night",
    "begin_night",
    "end_alerts_of",
    "evaluate",
    "set_threshold",
]
