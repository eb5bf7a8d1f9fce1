"""Words of reports, and values of indicators as a viewer may see them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from core import clock
from core.access.scope import Place
from core.i18n import gettext, lazy_pgettext
from core.i18n import lazy_gettext as _
from organizations.figures import STOCK
from organizations.queries.covering import Asked, asked_of
from organizations.rules import Discretion
from organizations.rules.cover import Cover
from supervision.indicators import labels as indicator_labels
from supervision.indicators.definitions import Definition
from supervision.indicators.rules import Reading, Shape, Unit
from supervision.reports.rules import ReportAction, ReportStatus, is_month, last_day

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
        ReportAction.SUBMIT: lazy_pgettext("history", "报送"),
        ReportAction.RETURN: lazy_pgettext("history", "退回"),
        ReportAction.CHECK: _("核对通过"),
        ReportAction.ACCEPT: lazy_pgettext("history", "接收"),
        ReportAction.FREEZE: lazy_pgettext("history", "定稿"),
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


def unit_text(definition: Definition, shown: str = "") -> str:
    """Return the word after a value as it is shown, nothing where the value says it."""
    return "" if _says_itself(definition) else indicator_labels.unit_text(definition, shown)


def with_unit(definition: Definition, value: int | None) -> str:
    """Return a value with its unit behind it, a dash where there is none."""
    text = value_text(definition, value)
    unit = unit_text(definition, text)
    return f"{text} {unit}" if unit and value is not None else text


def _says_itself(definition: Definition) -> bool:
    return definition.unit is Unit.PER_THOUSAND


def asked_for(
    paths: Iterable[str], known: Iterable[Definition], periods: Iterable[int], of: Discretion
) -> Asked:
    """Return what to read to know which values of periods a viewer does not get."""
    wanted = set(periods)
    measures = {term.measure for one in known for term in one.terms}
    return asked_of(paths, measures, of, {STOCK, *wanted}, {_end(one) for one in wanted})


def is_hidden(
    definition: Definition, reading: Reading, cover: Cover, place: Place, period: int
) -> bool:
    """Return whether a value is of too few people, or would tell that of a neighbour (AZ-07).

    ``cover`` is by the numbers of now, which a frozen value may differ from: both are looked at.
    """
    numbers = [(one.measure, reading.top) for one in definition.of]
    numbers += [(one.measure, reading.bottom or 0) for one in definition.out_of]
    if any(cover.discretion.hides(place.id, one, value) for one, value in numbers):
        return True
    if definition.shape is Shape.MEDIAN:
        return False
    is_end = not definition.is_flow and last_day(period) < clock.today()
    at, month = (period if definition.is_flow else STOCK), (_end(period) if is_end else 0)
    return any(cover.hides(place.path, one, value, at, month=month) for one, value in numbers)


def reading_text(
    definition: Definition, reading: Reading, cover: Cover, place: Place, period: int
) -> str:
    """Return a value as this viewer may see it."""
    if is_hidden(definition, reading, cover, place, period):
        return str(gettext("人数过少"))
    return value_text(definition, reading.value)


def _end(period: int) -> int:
    """Return the month at whose end the stocks of a period stand."""
    end = last_day(period)
    return end.year * 100 + end.month
