"""What is late, what a post has to act on, and which numbers a level shows first. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

LATE_AFTER = timedelta(days=3)
MONTHS_SHOWN = 12


def is_late(since: datetime | None, now: datetime) -> bool:
    """Return whether what waits since an instant is late (ux.md S22: over three days)."""
    return since is not None and now - since > LATE_AFTER


def late_days(since: datetime, now: datetime) -> int:
    """Return for how many whole days something has been waiting."""
    return (now - since).days


def months_before(year: int, month: int, count: int = MONTHS_SHOWN) -> list[int]:
    """Return the last months as periods (202611), the oldest first, the given one last."""
    last = year * 12 + month - 1
    return [(one // 12) * 100 + one % 12 + 1 for one in range(last - count + 1, last + 1)]


def month_of(day: date) -> int:
    """Return the period of a day's month: 202611."""
    return day.year * 100 + day.month
