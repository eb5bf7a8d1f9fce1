"""From which day on something is old, and which month is over. Pure."""

from __future__ import annotations

from datetime import date, timedelta

MONTHS = 12


def months_before(day: date, months: int) -> date:
    """Return the same day some months earlier, the last of a shorter month."""
    year, month = divmod(day.year * MONTHS + day.month - 1 - months, MONTHS)
    later = date(year + (month + 1) // MONTHS, (month + 1) % MONTHS + 1, 1)
    return date(year, month + 1, min(day.day, (later - timedelta(days=1)).day))


def month_before(day: date) -> int:
    """Return the month that ended before a day: 202611."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.year * 100 + last.month
