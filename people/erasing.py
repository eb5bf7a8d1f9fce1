"""What is known of a person elsewhere: the packages further left tell, and remove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from people.rules.erasures import Matter


class Waiting(Protocol):
    """Tells what a person has to end before the account can be closed."""

    def __call__(self, person_id: int) -> Sequence[Matter]:
        """Return what is still open, nothing where the person is nothing here any more."""


class Eraser(Protocol):
    """Removes what names a person from the rows of a package; figures and hours stay."""

    def __call__(self, person_id: int) -> int:
        """Return how many rows were changed or removed."""


@dataclass(frozen=True, slots=True)
class Part:
    """One package: what stands against closing an account, and how it forgets a person."""

    waiting: Waiting
    erase: Eraser


_PARTS: list[Part] = []


def register(part: Part) -> None:
    """Add a part; called when the package is imported."""
    _PARTS.append(part)


def waiting_for(person_id: int) -> list[Matter]:
    """Return everything that a person has to end first."""
    return [matter for part in _PARTS for matter in part.waiting(person_id)]


def erase_all(person_id: int) -> int:
    """Return how many rows of all packages lost what names a person."""
    return sum(part.erase(person_id) for part in _PARTS)
