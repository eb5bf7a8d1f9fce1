"""From which day on something is late, old or counts no more. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from core.clock import add_working_days

MONTHS = 12


def first_in_time(today: date, working_days: int) -> date:
    """Return the first day on which what came in is still in time; before it all is overdue."""
    day = today
    while add_working_days(day - timedelta(days=1), working_days) >= today:
        day -= timedelta(days=1)
    return day


def months_before(day: date, months: int) -> date:
    """Return the same day some months earlier, the last of a shorter month."""
    year, month = divmod(day.year * MONTHS + day.month - 1 - months, MONTHS)
    later = date(year + (month + 1) // MONTHS, (month + 1) % MONTHS + 1, 1)
    return date(year, month + 1, min(day.day, (later - timedelta(days=1)).day))


def month_before(day: date) -> int:
    """Return the month that ended before a day: 202611."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.year * 100 + last.month
