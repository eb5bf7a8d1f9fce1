"""Words of alerts: colours, figures in their unit, the line that was crossed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from core import clock
from core.access.permissions import Level
from core.access.scope import Place
from core.filters import in_hours, number, share
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from organizations.figures import STOCK
from organizations.rules.cover import Cover
from supervision.alerts.definitions import AlertRule, hides
from supervision.alerts.queries.trends import Point
from supervision.alerts.rules import Colour, Ending, Nearness
from supervision.indicators.labels import with_unit
from supervision.indicators.rules import Better, Reading, Unit
from supervision.rules import month_of

#: A figure, and how many come near their deadline where it crossed no line.
Found = tuple[Reading, int]

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    Colour: {Colour.RED: _("红色"), Colour.YELLOW: _("黄色")},
    Ending: {Ending.RECOVERED: _("指标已恢复"), Ending.CLOSED: _("组织已停止")},
}
#: What a figure is a share of where the name of the rule says what is missing.
SHARES = {
    "A05": _("有同意书的占比"),
    "A06": _("学校建会率"),
    "A11": _("年度进度"),
    "A12": _("年度进度"),
}
TONES = {Colour.RED: "error", Colour.YELLOW: "warn"}


def name_of(rule: AlertRule) -> str:
    """Return the name of a rule in the language of the screen."""
    return str(gettext(rule.name))


def line_text(rule: AlertRule, line: int | None) -> str:
    """Return a line of a rule in its unit, a dash where there is none."""
    if line is None:
        return "—"
    if rule.is_share:
        return share(line)
    return _counted(rule, line)


def figure_words(
    rule: AlertRule, place: Place, reading: Reading, cover: Cover, day: date | None = None
) -> str:
    """Return a figure as a viewer may read it: in its unit, or that there are too few people.

    ``day`` is the one that the figure is of, today without one: of a flow its year decides.
    """
    if reading.value is None:
        return str(gettext("还没有数"))
    at = (day or clock.today()).year if rule.definition.is_flow else STOCK
    if _is_hidden(rule, place, reading, cover, at):
        return str(gettext("人数过少"))
    if rule.is_share:
        return share(reading.value)
    return _counted(rule, reading.value)


def near_words(rule: AlertRule, near: int, place: Place, cover: Cover) -> str:
    """Return how many come near their deadline, in the unit of the rule; nothing for none.

    Of people only that there are some, where few would be hidden: those of a city would else tell
    those of its counties.
    """
    if not near:
        return ""
    measure = rule.definition.of[0].measure
    if rule.near is Nearness.APPLICATIONS and cover.discretion.hides(place.id, measure, 1):
        return str(gettext("有快到期的"))
    return str(gettext("快到期 %(counted)s", counted=_counted(rule, near)))


def number_words(
    rule: AlertRule, place: Place, found: Found, cover: Cover, day: date | None = None
) -> str:
    """Return the number that matters: how many come near where no line was crossed, or the figure.

    ``day`` is the one that the figure is of.
    """
    reading, near = found
    words = near_words(rule, near, place, cover)
    return words or figure_words(rule, place, reading, cover, day)


def rule_words(rule: AlertRule, colour: Colour, threshold: int | None) -> str:
    """Return when a rule has a colour, in words: below or from its line on, or coming near.

    What is to be more is named: the rule of missing branches tells the share that is there.
    """
    if threshold is None:
        return str(gettext("快到期"))
    values = {"colour": LABELS[Colour][colour], "line": line_text(rule, threshold)}
    if rule.definition.better is Better.MORE:
        return str(gettext("%(colour)s：%(share)s低于 %(line)s", share=SHARES[rule.code], **values))
    return str(gettext("%(colour)s：达到 %(line)s", **values))


def trend_points(
    rule: AlertRule, place: Place, points: Iterable[Point], cover: Cover
) -> list[dict[str, object]]:
    """Return months for the macro of line charts; a month with too few people is left out.

    Of a pace these are the months themselves, in the unit of the target.
    """
    found = []
    for point in points:
        reading = point.reading
        is_end = not rule.definition.is_flow and point.month != month_of(clock.today())
        month = point.month if is_end else 0
        at = point.month if rule.definition.is_flow else STOCK
        if reading.value is None or _is_hidden(rule, place, reading, cover, at, month):
            continue
        words = share(reading.value) if rule.definition.out_of else _counted(rule, reading.value)
        label = gettext("%(month)d月", month=point.month % 100)
        found.append({"label": label, "value": reading.value, "text": words})
    return found


def _is_hidden(
    rule: AlertRule, place: Place, reading: Reading, cover: Cover, period: int, month: int = 0
) -> bool:
    """Return whether a figure is of too few people, or would tell that of a neighbour."""
    definition = rule.definition
    if hides(cover.discretion, place.id, definition, reading):
        return True
    # what a township answers for is its own, without its villages
    is_own = place.level is Level.TOWNSHIP
    return any(
        cover.hides(place.path, one.measure, value, period, month=month, is_own=is_own)
        for terms, value in (
            (definition.of, reading.top),
            (definition.out_of, reading.bottom or 0),
        )
        for one in terms
    )


def _counted(rule: AlertRule, value: int) -> str:
    unit = rule.definition.unit
    if unit is Unit.MINUTES:
        return in_hours(value)
    if unit is Unit.ORGANIZATIONS:
        return str(gettext("%(count)s 个", count=number(value)))
    return with_unit(rule.definition, value)
