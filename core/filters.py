"""How values are shown: days, instants, hours, numbers, labels (ux.md 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from flask import Flask

from core import clock
from core.i18n import gettext, language, ngettext
from core.rules import number_of

WEEK = 7
TEN_THOUSAND = 10_000


def install(app: Flask) -> None:
    """Register the filters."""
    for name, function in (
        ("day", day),
        ("full_day", full_day),
        ("moment", moment),
        ("clock_time", clock_time),
        ("hours", hours),
        ("in_hours", in_hours),
        ("number", number),
        ("share", share),
        ("yuan", yuan),
        ("waited", waited),
        ("polyline", polyline),
    ):
        app.jinja_env.filters[name] = function


def day(value: date | None) -> str:
    """Return 11月21日, with the year when it is not this year."""
    if value is None:
        return "—"
    return _day(language(), value, clock.today().year)


@lru_cache(maxsize=4096)
def _day(_language: str, value: date, this_year: int) -> str:
    parts = {"month": value.month, "day": value.day}
    if value.year == this_year:
        return str(gettext("%(month)d月%(day)d日", **parts))
    return str(gettext("%(year)d年%(month)d月%(day)d日", year=value.year, **parts))


def full_day(value: date | None) -> str:
    """Return 2026年11月21日: the year stands on what is kept or printed."""
    return "—" if value is None else _day(language(), value, 0)


def moment(value: datetime | None) -> str:
    """Return the day and the wall-clock time in Shanghai."""
    if value is None:
        return "—"
    local = clock.local(value)
    return f"{day(local.date())} {local:%H:%M}"


def clock_time(value: datetime) -> str:
    """Return the time on the wall clock: 14:02."""
    return f"{clock.local(value):%H:%M}"


@lru_cache(maxsize=4096)
def hours(minutes: int) -> str:
    """Return minutes as hours with at most one decimal (decisions.md D12: minutes stay exact)."""
    value = (Decimal(minutes) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{value:,f}".removesuffix(".0")


def in_hours(minutes: int) -> str:
    """Return minutes as hours with the word for them: 2.5 小时."""
    return _in_hours(language(), minutes)


@lru_cache(maxsize=4096)
def _in_hours(_language: str, minutes: int) -> str:
    text = hours(minutes)
    return str(ngettext("%(hours)s 小时", "%(hours)s 小时", number_of(text), hours=text))


def number(value: int) -> str:
    """Return a number with thousands separators."""
    return f"{value:,}"


def share(per_ten_thousand: int | None) -> str:
    """Return 94.93 % for 9493."""
    return "—" if per_ten_thousand is None else f"{per_ten_thousand / 100:.2f}%"


def yuan(fen: int) -> str:
    """Return fen as yuan with the word for them: 10 元, 4.20 元; exact to the fen."""
    return _yuan(language(), fen)


@lru_cache(maxsize=4096)
def _yuan(_language: str, fen: int) -> str:
    text = f"{Decimal(fen) / 100:,.2f}".removesuffix(".00")
    return str(gettext("%(yuan)s 元", yuan=text))


def waited(value: datetime) -> str:
    """Return how long ago, in days up to a week, else the day."""
    then = clock.local(value).date()
    days = (clock.today() - then).days
    return _days_ago(language(), max(days, 0)) if days <= WEEK else day(then)


@lru_cache(maxsize=2 * (WEEK + 1))
def _days_ago(_language: str, days: int) -> str:
    return str(ngettext("%(num)d 天前", "%(num)d 天前", days)) if days else str(gettext("今天"))


def polyline(points: Sequence[Mapping[str, Any]], most: float) -> str:
    """Return the corners of a line chart in a field of 100 by 100: ten above, five below."""
    step = 100 / max(len(points) - 1, 1)
    return " ".join(
        f"{place * step:.2f},{95 - point['value'] / most * 85:.2f}"
        for place, point in enumerate(points)
    )
