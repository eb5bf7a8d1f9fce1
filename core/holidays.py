"""Days off beside the weekends: those that come with the product, and those of the deployment.

The State Council tells the days of a year in the autumn before it. A deployment keeps later years
in ``holidays.csv`` of its instance folder, in the form of ``data/holidays.csv``.
"""

from __future__ import annotations

import csv
from collections.abc import Set as AbstractSet
from datetime import date
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data" / "holidays.csv"
NAME = "holidays.csv"


class HolidaysError(ValueError):
    """A list of days off that cannot be read."""


def days_off(*files: Path) -> frozenset[date]:
    """Return the days of all lists that are there. Raises HolidaysError, naming file and line."""
    return frozenset(day for path in files if path.exists() for day in _read(path))


def _read(path: Path) -> list[date]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = []
    for number, row in enumerate(rows, start=2):
        try:
            found.append(date.fromisoformat((row.get("day") or "").strip()))
        except ValueError as wrong:
            message = f"{path.name}, line {number}: the first column is a day like 2027-01-01"
            raise HolidaysError(message) from wrong
    return found


def years(days: AbstractSet[date]) -> frozenset[int]:
    """Return the years of which days off are known."""
    return frozenset(day.year for day in days)
