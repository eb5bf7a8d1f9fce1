"""Patterns that hours are looked at for before they count (security.md LED-15). Pure.

Each family is given the whole window that it speaks about: what is true of all, as that nobody
checked in, is not concluded from a part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from volunteers.rules.patterns.facts import Hit, Pattern, Service, Thresholds
from volunteers.rules.patterns.groups import find_in_evidence, find_in_groups
from volunteers.rules.patterns.hands import find_in_entries, find_in_hands
from volunteers.rules.patterns.people import find_in_people

__all__ = [
    "Hit",
    "Pattern",
    "Service",
    "Thresholds",
    "find",
    "find_in_entries",
    "find_in_evidence",
    "find_in_groups",
    "find_in_hands",
    "find_in_people",
]


def find(services: Iterable[Service], limits: Thresholds) -> Iterator[Hit]:
    """Yield what every family finds in services that are all there is."""
    rows = list(services)
    yield from find_in_people(rows, limits)
    yield from find_in_groups(rows, limits)
    yield from find_in_evidence(rows)
    yield from find_in_hands(rows, limits)
    yield from find_in_entries(rows, limits)
