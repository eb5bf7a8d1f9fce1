"""Words of evaluations."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.i18n import lazy_gettext as _
from supervision.evaluations.rules import EvaluationAction, EvaluationStatus, Method
from supervision.indicators.rules import HUNDREDTHS

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    Method: {
        Method.PROPORTION: _("按完成比例得分"),
        Method.REACHED: _("达到目标得满分"),
    },
    EvaluationStatus: {
        EvaluationStatus.DRAFT: _("试算"),
        EvaluationStatus.REPLYING: _("征求意见"),
        EvaluationStatus.FINAL: _("已定稿"),
        EvaluationStatus.WITHHELD: _("暂不公开"),
    },
    EvaluationAction: {
        EvaluationAction.HAND_OVER: _("发给各地征求意见"),
        EvaluationAction.TAKE_BACK: _("收回重算"),
        EvaluationAction.FINISH: _("定稿"),
        EvaluationAction.WITHHOLD: _("暂不公开"),
        EvaluationAction.RELEASE: _("公开"),
    },
}
TONES = {
    EvaluationStatus.DRAFT: "neutral",
    EvaluationStatus.REPLYING: "info",
    EvaluationStatus.FINAL: "ok",
    EvaluationStatus.WITHHELD: "warn",
}


def points_text(hundredths: int | None) -> str:
    """Return points with two decimals, a dash where there is no value."""
    return "—" if hundredths is None else f"{hundredths / HUNDREDTHS:.2f}"
