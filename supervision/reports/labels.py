"""Words of reports, and values of indicators as a viewer may see them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from organizations.rules import Discretion
from supervision.indicators import labels as indicator_labels
from supervision.indicators.definitions import Definition
from supervision.indicators.rules import Reading, Unit
from supervision.reports.rules import ReportAction, ReportStatus, is_month

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    ReportStatus: {
        ReportStatus.OPEN: _("待报送"),
        ReportStatus.SUBMITTED: _("已报送"),
        ReportStatus.RETURNED: _("已退回，要重报"),
        ReportStatus.CHECKED: _("市级已核"),
        ReportStatus.ACCEPTED: _("省级已接收"),
        ReportStatus.FROZEN: _("已定稿"),
    },
    ReportAction: {
        ReportAction.SUBMIT: _("报送"),
        ReportAction.RETURN: _("退回"),
        ReportAction.CHECK: _("核对通过"),
        ReportAction.ACCEPT: _("接收"),
        ReportAction.FREEZE: _("定稿"),
    },
}
TONES = {
    ReportStatus.OPEN: "warn",
    ReportStatus.SUBMITTED: "info",
    ReportStatus.RETURNED: "error",
    ReportStatus.CHECKED: "info",
    ReportStatus.ACCEPTED: "info",
    ReportStatus.FROZEN: "ok",
}


def period_text(period: int) -> str:
    """Return 2026年11月 or 2026年."""
    if is_month(period):
        return str(gettext("%(year)d年%(month)d月", year=period // 100, month=period % 100))
    return str(gettext("%(year)d年", year=period))


def value_text(definition: Definition, value: int | None) -> str:
    """Return a value as it is shown everywhere, a dash where there is none.

    A share of a thousand says so itself: a report has no room for the words of the unit.
    """
    text = indicator_labels.value_text(definition, value)
    return f"{text}‰" if value is not None and _says_itself(definition) else text


def unit_text(definition: Definition) -> str:
    """Return the word after a value, nothing where the value says it."""
    return "" if _says_itself(definition) else indicator_labels.unit_text(definition)


def with_unit(definition: Definition, value: int | None) -> str:
    """Return a value with its unit behind it, a dash where there is none."""
    text, unit = value_text(definition, value), unit_text(definition)
    return f"{text} {unit}" if unit and value is not None else text


def _says_itself(definition: Definition) -> bool:
    return definition.unit is Unit.PER_THOUSAND


def is_hidden(
    definition: Definition, reading: Reading, discretion: Discretion, place_id: int
) -> bool:
    """Return whether a value is of too few people for this viewer (AZ-07)."""
    above = any(discretion.hides(place_id, one.measure, reading.top) for one in definition.of)
    bottom = reading.bottom or 0
    return above or any(
        discretion.hides(place_id, one.measure, bottom) for one in definition.out_of
    )


def reading_text(
    definition: Definition, reading: Reading, discretion: Discretion, place_id: int
) -> str:
    """Return a value as this viewer may see it."""
    if is_hidden(definition, reading, discretion, place_id):
        return str(gettext("人数过少"))
    return value_text(definition, reading.value)
