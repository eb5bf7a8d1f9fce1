"""One kind of work that waits on a home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work that waits; ``since`` is the oldest of it."""

    label: str
    count: int
    url: str
    since: datetime | None = None
    note: str = ""
    mark: str = ""
