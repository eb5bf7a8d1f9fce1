"""Which work counts as hours of service, by the settings of the day (domain.md VOL-27, LED-08)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from activities.rules import ActivityWork
from core import settings


def counts_as_service(work: StrEnum, day: date) -> bool:
    """Return whether time of a kind of work, on a day, counts as hours of service."""
    if work.value == ActivityWork.SERVICE.value:
        return True
    return settings.value(f"hours.count_{work.value}", day) == 1
