"""Time of service by day, month and year of Shanghai: whole minutes, none lost (LED-14). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)


def day_of(instant: datetime) -> date:
    """Return the day in Shanghai of an instant."""
    return instant.astimezone(SHANGHAI).date()


def minutes_between(starts_at: datetime, ends_at: datetime) -> int:
    """Return the whole minutes of an interval."""
    return (ends_at - starts_at) // MINUTE


def minutes_by_day(starts_at: datetime, ends_at: datetime) -> dict[date, int]:
    """Return the minutes of an interval by the days of Shanghai it lies in."""
    return {day: minutes for day, minutes in _parts(starts_at, ends_at) if minutes}


def minutes_by_month(starts_at: datetime, ends_at: datetime) -> dict[tuple[int, int], int]:
    """Return the minutes of an interval by ``(year, month)``."""
    found: dict[tuple[int, int], int] = {}
    for day, minutes in minutes_by_day(starts_at, ends_at).items():
        key = day.year, day.month
        found[key] = found.get(key, 0) + minutes
    return found


def minutes_by_year(starts_at: datetime, ends_at: datetime) -> dict[int, int]:
    """Return the minutes of an interval by year."""
    found: dict[int, int] = {}
    for (year, _), minutes in minutes_by_month(starts_at, ends_at).items():
        found[year] = found.get(year, 0) + minutes
    return found


def total_on(days: Mapping[date, int], first: date, last: date) -> int:
    """Return the minutes of the days from first to last, both included."""
    return sum(minutes for day, minutes in days.items() if first <= day <= last)


def _parts(starts_at: datetime, ends_at: datetime) -> Iterator[tuple[date, int]]:
    """Yield day and minutes; the parts add up to the whole, whatever the seconds are."""
    start = starts_at.astimezone(SHANGHAI).replace(microsecond=0)
    end = ends_at.astimezone(SHANGHAI).replace(microsecond=0)
    told, day = 0, start.date()
    if day == end.date():
        yield day, (end - start) // MINUTE
        return
    while told < (end - start) // MINUTE:
        midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=SHANGHAI)
        reached = (min(midnight, end) - start) // MINUTE
        yield day, reached - told
        told, day = reached, day + timedelta(days=1)
