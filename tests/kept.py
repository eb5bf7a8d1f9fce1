"""What tests of retention share: how long it takes until something of today is due."""

from __future__ import annotations

from datetime import timedelta

from core import clock, retention


def days_until_gone(years: int) -> int:
    """Return after how many days what happens today is kept no longer."""
    today, days = clock.today(), years * 365
    while retention.years_before(today + timedelta(days=days), years) <= today:
        days += 1
    return days
