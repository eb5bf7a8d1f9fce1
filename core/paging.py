"""Pages of a list: lists are read by key, one row more than a page holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows, and the code after which the next one begins, None on the last."""

    rows: Sequence[Row]
    next_after: str | None = None


def page_of(rows: Sequence[Row], limit: int) -> Page[Row]:
    """Return the page that begins what was read: up to ``limit`` rows and one more.

    Each row has the opaque ``code`` that addresses name it by.
    """
    if len(rows) <= limit:
        return Page(rows)
    last: Any = rows[limit - 1]
    return Page(rows[:limit], last.code)
