"""The day in Shanghai of an instant, and days between two instants, told by the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, Integer, cast, func

from core.clock import SHANGHAI
from core.database import is_postgresql

#: SQLite knows no zones; Shanghai has kept one offset since 1991, long before the first row.
OFFSET = "+8 hours"


def local_day(instant: Any) -> Any:
    """Return the expression of the day in Shanghai of a column that holds an instant (D20)."""
    if is_postgresql():
        return cast(func.timezone(SHANGHAI.key, instant), Date)
    return func.date(instant, OFFSET)


def days_between(first: Any, last: Any) -> Any:
    """Return the expression of whole days from the day of one instant to that of another."""
    if is_postgresql():
        return local_day(last) - local_day(first)
    days = func.julianday(local_day(last)) - func.julianday(local_day(first))
    return cast(days, Integer)
