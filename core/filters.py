"""How values are shown: days, instants, hours, numbers, labels (ux.md 5)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from flask import Flask
from flask_babel import gettext, ngettext

from core import clock

WEEK = 7
TEN_THOUSAND = 10_000


def install(app: Flask) -> None:
    """Register the filters."""
    for name, function in (
        ("day", day),
        ("moment", moment),
        ("hours", hours),
        ("number", number),
        ("share", share),
        ("waited", waited),
    ):
        app.jinja_env.filters[name] = function


def day(value: date | None) -> str:
    """Return 11月21日, with the year when it is not this year."""
    if value is None:
        return "—"
    if value.year == clock.today().year:
        return str(gettext("%(month)d月%(day)d日", month=value.month, day=value.day))
    parts = {"year": value.year, "month": value.month, "day": value.day}
    return str(gettext("%(year)d年%(month)d月%(day)d日", **parts))


def moment(value: datetime | None) -> str:
    """Return the day and the wall-clock time in Shanghai."""
    if value is None:
        return "—"
    local = clock.local(value)
    return f"{day(local.date())} {local:%H:%M}"


def hours(minutes: int) -> str:
    """Return minutes as hours with at most one decimal (decisions.md D12: minutes stay exact)."""
    value = (Decimal(minutes) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{value:,f}".removesuffix(".0")


def number(value: int) -> str:
    """Return a number with thousands separators."""
    return f"{value:,}"


def share(per_ten_thousand: int | None) -> str:
    """Return 94.93 % for 9493."""
    return "—" if per_ten_thousand is None else f"{per_ten_thousand / 100:.2f}%"


def waited(value: datetime) -> str:
    """Return how long ago, in days up to a week, else the day."""
    days = (clock.today() - clock.local(value).date()).days
    if days <= 0:
        return str(gettext("今天"))
    if days <= WEEK:
        return str(ngettext("%(num)d 天前", "%(num)d 天前", days))
    return day(clock.local(value).date())
