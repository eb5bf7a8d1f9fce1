"""Who left a part of the society, and when: the packages further left tell (decisions.md D6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol


class Departures(Protocol):
    """Tells of people who left one package, in the order of their ids."""

    def __call__(self, after: int, size: int, before: date) -> Mapping[int, date]:
        """Return the next people behind an id whose last leaving lies before a day, with it."""


class LastOf(Protocol):
    """Tells when one person left a package for the last time."""

    def __call__(self, person_id: int) -> date | None:
        """Return the day, None for who never left it."""


_PARTS: list[tuple[Departures, LastOf]] = []


def register(departures: Departures, last_of: LastOf) -> None:
    """Add a package; called when it is imported."""
    _PARTS.append((departures, last_of))


def next_departed(after: int, size: int, before: date) -> list[int]:
    """Return the next people behind an id who left something before a day, at most ``size``."""
    found = {one for ask, _ in _PARTS for one in ask(after, size, before)}
    return sorted(found)[:size]


def left_on(person_id: int) -> date | None:
    """Return the day on which somebody left the last thing that he left."""
    days = [day for _, last_of in _PARTS if (day := last_of(person_id)) is not None]
    return max(days, default=None)
