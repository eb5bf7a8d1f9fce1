"""Words of the screen for indicators: values with their unit, periods, where a value stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from flask_babel.speaklater import LazyString

from activities.rules.venues import VenueKind
from core.filters import hours, number, share, yuan
from core.i18n import gettext, language, npgettext, pgettext
from core.i18n import lazy_gettext as _
from core.rules import number_of
from members.rules.groups import GroupKind
from organizations.rules import Measure, OrganizationKind
from supervision.indicators.counting import At
from supervision.indicators.definitions import Definition, Term
from supervision.indicators.pace import Gap, Standing, is_month
from supervision.indicators.rules import HUNDREDTHS, Shape, Unit
from volunteers.rules import ServiceField

Word = Callable[[int], str]
#: What values are counted in, said by a number: 1 for one, 2 for many.
UNITS: Mapping[Unit, Word] = {
    Unit.ORGANIZATIONS: lambda num: npgettext("unit", "个", "个", num),
    Unit.PERSONS: lambda num: npgettext("unit", "人", "人", num),
    Unit.TIMES: lambda num: npgettext("unit", "人次", "人次", num),
    Unit.ITEMS: lambda num: npgettext("unit", "件", "件", num),
    Unit.MINUTES: lambda num: npgettext("unit", "小时", "小时", num),
    Unit.FEN: lambda _num: gettext("元"),
    Unit.SHARE: lambda _num: gettext("百分比"),
    Unit.PER_THOUSAND: lambda _num: gettext("人（每千人）"),
    Unit.DAYS: lambda num: npgettext("unit", "天", "天", num),
}
MANY = 2
LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    Unit: {unit: LazyString(word, MANY) for unit, word in UNITS.items()},
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
COUNTERS: Mapping[Measure, Word] = {
    Measure.TEAMS: lambda num: npgettext("unit", "支", "支", num),
    Measure.VENUES: lambda num: npgettext("unit", "处", "处", num),
    Measure.SILENT_VENUES: lambda num: npgettext("unit", "处", "处", num),
    Measure.VENUE_ACTIVITIES: lambda num: npgettext("unit", "场", "场", num),
    Measure.YOUTH_ACTIVITIES: lambda num: npgettext("unit", "场", "场", num),
    Measure.CERTIFICATES: lambda num: npgettext("unit", "份", "份", num),
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
    return gettext(definition.name)


def few() -> str:
    """Return what stands in place of a number of too few people."""
    return gettext("人数过少")


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


def unit_text(definition: Definition, shown: str = "") -> str:
    """Return the word after a value as it is shown, nothing where the value says it."""
    return "" if definition.unit in _TELLING else unit_name(definition, shown)


def unit_name(definition: Definition, shown: str = "") -> str:
    """Return what values are counted in: teams, places and activities by their own word."""
    own = COUNTERS.get(definition.of[0].measure) if definition.of else None
    word = own if own is not None and definition.unit is Unit.ITEMS else UNITS[definition.unit]
    return str(word(number_of(shown)))


def with_unit(definition: Definition, value: int | None) -> str:
    """Return a value with its unit behind it."""
    text = value_text(definition, value)
    unit = unit_text(definition, text)
    return text if not unit or value is None else f"{text} {unit}"


def gap_text(definition: Definition, found: Gap | None) -> str:
    """Return what is missing in words, with where the value stands; nothing without a target."""
    if found is None:
        return ""
    word = str(LABELS[Standing][found.standing])
    if not found.missing:
        return word
    gap = _distance(definition, found.missing)
    return gettext("%(word)s，差 %(gap)s", word=word, gap=gap)


def signed(definition: Definition, change: int) -> str:
    """Return a change with its sign, so that it is read without any colour."""
    is_share = definition.unit is Unit.SHARE
    text = _points(abs(change)) if is_share else value_text(definition, abs(change))
    return f"+{text}" if change > 0 else f"-{text}" if change < 0 else text


def _distance(definition: Definition, value: int) -> str:
    return _points(value) if definition.unit is Unit.SHARE else with_unit(definition, value)


def _points(value: int) -> str:
    """Return how far two shares are apart: in points, as per cent would be a part of a share."""
    return gettext("%(points)s 个百分点", points=f"{value / HUNDREDTHS:.2f}")


def period_text(at: At) -> str:
    """Return a period in words."""
    if at.month:
        return month_end_text(at.month)
    if not at.period:
        return str(pgettext("period", "现在"))
    if is_month(at.period):
        return month_text(at.period)
    return gettext("%(year)s年", year=at.period)


def month_text(month: int) -> str:
    """Return 2026年11月."""
    return gettext("%(year)s年%(month)s月", year=month // 100, month=month % 100)


def month_end_text(month: int) -> str:
    """Return 2026年11月末."""
    return gettext("%(year)s年%(month)s月末", year=month // 100, month=month % 100)


def part_text(measure: Measure, part: str, words: Any) -> str:
    """Return what a part of a number is called; ``words`` is the filter of labels."""
    kind = KINDS.get(measure)
    if kind is not None and part in set(kind):
        return str(words(kind(part)))
    if measure is Measure.STARS and part.isdigit():
        return gettext("%(stars)s 星", stars=part)
    return gettext("其他")


def term_text(one: Term, words: Any) -> str:
    """Return a term of a formula in words: a measure, or one part of it."""
    name = str(words(one.measure))
    return f"{name}（{part_text(one.measure, one.part, words)}）" if one.part else name
