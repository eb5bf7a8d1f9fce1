"""Words of the screen for indicators: values with their unit, periods, where a value stands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext, pgettext
from flask_babel import lazy_gettext as _

from activities.rules.venues import VenueKind
from core.filters import hours, number, share, yuan
from core.i18n import language
from members.rules.groups import GroupKind
from organizations.rules import Measure, OrganizationKind
from supervision.indicators.counting import At
from supervision.indicators.definitions import Definition, Term
from supervision.indicators.pace import Gap, Standing, is_month
from supervision.indicators.rules import HUNDREDTHS, Shape, Unit
from volunteers.rules import ServiceField

LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    Unit: {
        Unit.ORGANIZATIONS: _("个"),
        Unit.PERSONS: _("人"),
        Unit.TIMES: _("人次"),
        Unit.ITEMS: _("件"),
        Unit.MINUTES: _("小时"),
        Unit.FEN: _("元"),
        Unit.SHARE: _("百分比"),
        Unit.PER_THOUSAND: _("人（每千人）"),
        Unit.DAYS: _("天"),
    },
    Standing: {
        Standing.REACHED: _("达标"),
        Standing.ON_PACE: _("跟上进度"),
        Standing.NEAR: _("需关注"),
        Standing.BEHIND: _("落后"),
        Standing.MISSED: _("超期"),
    },
}
TONES = {
    Standing.REACHED: "ok",
    Standing.ON_PACE: "ok",
    Standing.NEAR: "warn",
    Standing.BEHIND: "error",
    Standing.MISSED: "error",
}
#: What things are counted by; everything else of Unit.ITEMS is a case.
COUNTERS: Mapping[Measure, Any] = {
    Measure.TEAMS: _("支"),
    Measure.VENUES: _("处"),
    Measure.SILENT_VENUES: _("处"),
    Measure.VENUE_ACTIVITIES: _("场"),
    Measure.YOUTH_ACTIVITIES: _("场"),
    Measure.CERTIFICATES: _("份"),
}
#: Units that the value itself says.
_TELLING = frozenset({Unit.SHARE, Unit.FEN})
#: Of which kinds the parts of a measure are the codes.
KINDS: Mapping[Measure, type[StrEnum]] = {
    Measure.ORGANIZATIONS: OrganizationKind,
    Measure.GROUP_MEMBERS: GroupKind,
    Measure.TEAMS: ServiceField,
    Measure.VENUES: VenueKind,
}


def title(definition: Definition) -> str:
    """Return the name of an indicator in the language of the page."""
    if definition.name_en and language() == "en":
        return definition.name_en
    return str(gettext(definition.name))


def few() -> str:
    """Return what stands in place of a number of too few people."""
    return str(gettext("人数过少"))


def value_text(definition: Definition, value: int | None) -> str:
    """Return a value as it is shown; a dash where there is none."""
    if value is None:
        return "—"
    unit = definition.unit
    if unit is Unit.MINUTES:
        minutes = value // HUNDREDTHS if definition.shape is Shape.AVERAGE else value
        return hours(minutes)
    if unit is Unit.SHARE:
        return share(value)
    if unit is Unit.PER_THOUSAND:
        return f"{value / HUNDREDTHS:.2f}"
    return yuan(value) if unit is Unit.FEN else number(value)


def unit_text(definition: Definition) -> str:
    """Return the word after a value, nothing where the value says it."""
    return "" if definition.unit in _TELLING else unit_name(definition)


def unit_name(definition: Definition) -> str:
    """Return what values are counted in: teams, places and activities by their own word."""
    if definition.unit is Unit.ITEMS and definition.of:
        word = COUNTERS.get(definition.of[0].measure)
        if word is not None:
            return str(word)
    return str(LABELS[Unit][definition.unit])


def with_unit(definition: Definition, value: int | None) -> str:
    """Return a value with its unit behind it."""
    text, unit = value_text(definition, value), unit_text(definition)
    return text if not unit or value is None else f"{text} {unit}"


def gap_text(definition: Definition, found: Gap | None) -> str:
    """Return what is missing in words, with where the value stands; nothing without a target."""
    if found is None:
        return ""
    word = str(LABELS[Standing][found.standing])
    if not found.missing:
        return word
    gap = _distance(definition, found.missing)
    return str(gettext("%(word)s，差 %(gap)s", word=word, gap=gap))


def signed(definition: Definition, change: int) -> str:
    """Return a change with its sign, so that it is read without any colour."""
    is_share = definition.unit is Unit.SHARE
    text = _points(abs(change)) if is_share else value_text(definition, abs(change))
    return f"+{text}" if change > 0 else f"-{text}" if change < 0 else text


def _distance(definition: Definition, value: int) -> str:
    return _points(value) if definition.unit is Unit.SHARE else with_unit(definition, value)


def _points(value: int) -> str:
    """Return how far two shares are apart: in points, as per cent would be a part of a share."""
    return str(gettext("%(points)s 个百分点", points=f"{value / HUNDREDTHS:.2f}"))


def period_text(at: At) -> str:
    """Return a period in words."""
    if at.month:
        return month_end_text(at.month)
    if not at.period:
        return str(pgettext("period", "现在"))
    if is_month(at.period):
        return month_text(at.period)
    return str(gettext("%(year)s年", year=at.period))


def month_text(month: int) -> str:
    """Return 2026年11月."""
    return str(gettext("%(year)s年%(month)s月", year=month // 100, month=month % 100))


def month_end_text(month: int) -> str:
    """Return 2026年11月末."""
    return str(gettext("%(year)s年%(month)s月末", year=month // 100, month=month % 100))


def part_text(measure: Measure, part: str, words: Any) -> str:
    """Return what a part of a number is called; ``words`` is the filter of labels."""
    kind = KINDS.get(measure)
    if kind is not None and part in set(kind):
        return str(words(kind(part)))
    if measure is Measure.STARS and part.isdigit():
        return str(gettext("%(stars)s 星", stars=part))
    return str(gettext("其他"))


def term_text(one: Term, words: Any) -> str:
    """Return a term of a formula in words: a measure, or one part of it."""
    name = str(words(one.measure))
    return f"{name}（{part_text(one.measure, one.part, words)}）" if one.part else name
