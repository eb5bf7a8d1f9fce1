"""The numbers that a home shows first, each with target, gap, trend and what is behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.filters import number
from core.i18n import gettext as _
from core.links import url_for
from organizations.figures import STOCK
from organizations.rules import Measure
from schools.rules.register import Coverage
from supervision.entries import OFFICES
from supervision.home_numbers import (
    BRANCH_CODES,
    OFFICE_CODES,
    QUALITY_CODES,
    HomeNumbers,
    Values,
)
from supervision.indicators import counting, labels
from supervision.indicators.counting import At
from supervision.indicators.definitions import Definition
from supervision.indicators.pace import Gap
from supervision.indicators.queries import gap_of
from supervision.indicators.trends import trend_of
from supervision.rules import month_of

__all__ = ["Headline", "Values", "headlines", "quality"]


@dataclass(frozen=True, slots=True)
class Headline:
    """One tile: words and figures as they are shown."""

    label: str
    value: str
    unit: str = ""
    gap: str = ""
    target: str = ""
    tone: str | None = None
    url: str | None = None
    trend: Sequence[Mapping[str, object]] = field(default_factory=tuple)
    sentence: str = ""


def headlines(numbers: HomeNumbers, *, office: bool) -> list[Headline]:
    """Return the five numbers of an office, or of a grassroots organization (ux.md S22, S42)."""
    tiles = []
    for code in OFFICE_CODES if office else BRANCH_CODES:
        if code == "I12":
            tiles.append(_month_hours(numbers))
        elif code == "I15":
            tiles.append(_schools(numbers))
        else:
            tiles.append(_tile(numbers, code))
    return tiles


def quality(numbers: HomeNumbers) -> list[Headline]:
    """Return the shares that tell how far the numbers can be trusted (ux.md 3.0)."""
    return [_tile(numbers, code, has_trend=False) for code in QUALITY_CODES]


def _tile(numbers: HomeNumbers, code: str, *, has_trend: bool = True) -> Headline:
    definition = numbers.known[code]
    at = At(numbers.today.year) if definition.is_flow else At(STOCK)
    text, stands = _read(numbers, definition, at)
    unit = "" if text == labels.few() else labels.unit_text(definition, text)
    joined = _joined(numbers) if code == "I05" and numbers.place.level in OFFICES else ""
    trend = _trend(numbers, definition, at) if has_trend else ()
    return Headline(
        labels.title(definition),
        text,
        unit,
        gap=_("，").join(filter(None, (labels.gap_text(definition, stands), joined))),
        target=labels.with_unit(definition, stands.target.value) if stands else "",
        tone=labels.TONES[stands.standing] if stands else None,
        url=_url(numbers, code),
        trend=trend,
        sentence=_("%(name)s最近 12 个月", name=labels.title(definition)),
    )


def _read(numbers: HomeNumbers, definition: Definition, at: At) -> tuple[str, Gap | None]:
    place, book = numbers.place, numbers.book
    if counting.is_hidden(definition, book, place.id, place.path, at):
        return labels.few(), None
    found = counting.reading(definition, book, place.id, at)
    whose, today = (place.id, place.level), numbers.today
    stands = gap_of(definition, book, found, whose, today.year, today)
    return labels.value_text(definition, found.value), stands


def _trend(numbers: HomeNumbers, definition: Definition, at: At) -> Sequence[Mapping[str, object]]:
    """Return the line of a number; of people from above none: it stands on the number's page.

    To know which months would tell a small group takes more than all else that a home asks.
    """
    place, discretion = numbers.place, numbers.book.cover.discretion
    if any(discretion.hides(place.id, term.measure, 1) for term in definition.terms):
        return ()
    return trend_of(definition, at, numbers.book, place, numbers.today, has_words=False)


def _url(numbers: HomeNumbers, code: str, period: int | None = None) -> str:
    return url_for("supervision.drill", org=numbers.place.code, metric=code, period=period)


def _joined(numbers: HomeNumbers) -> str:
    values, year = numbers.values(numbers.place.id), numbers.today.year
    joined = values.get((Measure.NEW_MEMBERS, year), 0)
    path, measure = numbers.place.path, Measure.NEW_MEMBERS
    text = labels.few() if numbers.book.cover.hides(path, measure, joined, year) else number(joined)
    return str(_("今年新增 %(count)s（含青少年）", count=text))


def _schools(numbers: HomeNumbers) -> Headline:
    """Return the coverage of schools: its gap is told in schools, not in per cent."""
    values, tile = numbers.values(numbers.place.id), _tile(numbers, "I15")
    found = Coverage(
        values.get((Measure.SCHOOL_BRANCHES, 0), 0), values.get((Measure.SCHOOLS, 0), 0)
    )
    missing = _("还差 %(count)s 所", count=number(found.missing)) if found.missing else ""
    target = _(
        "%(all)s 所全部建会，已有 %(covered)s 所",
        all=number(found.schools),
        covered=number(found.covered),
    )
    return Headline(
        tile.label,
        tile.value,
        gap=missing if found.schools else _("名录里还没有学校"),
        target=target if found.schools else "",
        tone="warn" if missing else None,
        url=tile.url,
        trend=tile.trend,
        sentence=tile.sentence,
    )


def _month_hours(numbers: HomeNumbers) -> Headline:
    """Return the confirmed hours of this month with the year's, its target and its line."""
    definition, today = numbers.known["I12"], numbers.today
    month, year = At(month_of(today)), At(today.year)
    minutes, _gap = _read(numbers, definition, month)
    in_year, stands = _read(numbers, definition, year)
    is_told = minutes != labels.few()
    told = f"{in_year} {labels.unit_text(definition, in_year)}"
    words = _("今年 %(hours)s", hours=told) if in_year != labels.few() else ""
    return Headline(
        _("本月已确认时长"),
        minutes,
        labels.unit_text(definition, minutes) if is_told else "",
        gap=_("，").join(filter(None, (words, labels.gap_text(definition, stands)))),
        target=labels.with_unit(definition, stands.target.value) if stands else "",
        tone=labels.TONES[stands.standing] if stands else None,
        url=_url(numbers, "I12", month.period),
        trend=_trend(numbers, definition, year),
        sentence=_("最近 12 个月已确认时长，本月 %(hours)s 小时", hours=minutes) if is_told else "",
    )
