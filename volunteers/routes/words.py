"""How a record is told in words: its state, who has it, since when, how it was counted (S14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from flask_babel import gettext, ngettext

from core import clock, settings
from volunteers.rules import ServiceAction, ServiceStatus, minutes_by_year

if TYPE_CHECKING:
    from volunteers.queries import ServiceRecord, Step

WAITS = (ServiceStatus.PENDING, ServiceStatus.OBJECTED)
TONES = {
    ServiceStatus.PENDING: "warn",
    ServiceStatus.CONFIRMED: "ok",
    ServiceStatus.REFUSED: "error",
    ServiceStatus.WITHDRAWN: "neutral",
    ServiceStatus.OBJECTED: "warn",
    ServiceStatus.UPHELD: "error",
}


@dataclass(frozen=True, slots=True)
class Story:
    """The sentences about a record; ``since`` is when it came to where it is."""

    tone: str
    holder: str
    waited: str
    is_late: bool
    arithmetic: list[str]


def record_story(record: ServiceRecord, steps: Sequence[Step], now: datetime) -> Story:
    """Return the sentences about a record with its history."""
    waits = record.status in WAITS
    objected = [one.at for one in steps if one.action is ServiceAction.OBJECT]
    since = objected[0] if objected else record.submitted_at
    days = (clock.local(now).date() - clock.local(since).date()).days
    return Story(
        tone=TONES[record.status],
        holder=record.handler.short_name if waits else "",
        waited=ngettext("已等 %(num)d 天", "已等 %(num)d 天", days) if waits and days else "",
        is_late=record.status is ServiceStatus.PENDING and _is_late(record, now),
        arithmetic=arithmetic(record),
    )


def _is_late(record: ServiceRecord, now: datetime) -> bool:
    handed_in = clock.local(record.submitted_at).date()
    days = settings.value("hours.confirm_working_days", handed_in)
    return clock.local(now).date() > clock.add_working_days(handed_in, days)


def arithmetic(record: ServiceRecord) -> list[str]:
    """Return how the minutes of a record come about: exact, nothing is rounded (D12)."""
    start, end = clock.local(record.starts_at), clock.local(record.ends_at)
    length = duration(record.minutes)
    if record.time_stated:
        first = gettext(
            "%(start)s 到 %(end)s，共 %(length)s",
            start=f"{start:%H:%M}",
            end=f"{end:%H:%M}" if start.date() == end.date() else _next_day(end),
            length=length,
        )
    else:
        first = gettext(
            "填写了 %(length)s，没有写开始时间，排在 %(start)s–%(end)s",
            length=length,
            start=f"{start:%H:%M}",
            end=f"{end:%H:%M}",
        )
    lines = [first, gettext("按分钟记，不取整")]
    years = minutes_by_year(record.starts_at, record.ends_at)
    if len(years) > 1:
        lines.extend(
            gettext("其中 %(year)d 年 %(length)s", year=year, length=duration(minutes))
            for year, minutes in years.items()
        )
    return lines


def duration(minutes: int) -> str:
    """Return minutes in words: 2 小时 33 分."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return str(gettext("%(minutes)d 分钟", minutes=rest))
    if not rest:
        return str(gettext("%(hours)d 小时", hours=hours))
    return str(gettext("%(hours)d 小时 %(minutes)d 分", hours=hours, minutes=rest))


def month_words(day: date) -> str:
    """Return the month of a day: 11月, with the year when it is not this year."""
    if day.year == clock.today().year:
        return str(gettext("%(month)d月", month=day.month))
    return str(gettext("%(year)d年%(month)d月", year=day.year, month=day.month))


def _next_day(end: datetime) -> str:
    return str(gettext("次日 %(time)s", time=f"{end:%H:%M}"))
