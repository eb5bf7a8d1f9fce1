"""What a death ends: the packages further left register, people does not ask them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from core.audit.operations import Actor


class Ender(Protocol):
    """Ends what somebody was; returns the state before, for taking a mistake back."""

    def __call__(self, person_id: int, *, by: Actor, now: datetime) -> str:
        """Return the state before, nothing where there was none to end."""


class Restorer(Protocol):
    """Gives back what a death recorded by mistake had ended."""

    def __call__(self, person_id: int, before: str, *, by: Actor, now: datetime) -> None:
        """Give back the state named."""


class Charge(Protocol):
    """Tells whether an organization acts for the one where a person belongs."""

    def __call__(self, person_id: int, place_id: int, day: date) -> bool:
        """Return whether it does on a day."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a person's life in the society, by its name in the record of a death."""

    end: Ender
    restore: Restorer
    is_in_charge: Charge


_PARTS: dict[str, Part] = {}


def register(name: str, part: Part) -> None:
    """Add a part; called when the package is imported."""
    _PARTS[name] = part


def is_in_charge(person_id: int, place_id: int, day: date) -> bool:
    """Return whether an organization may record the death of a person (domain.md MEM-45)."""
    return any(part.is_in_charge(person_id, place_id, day) for part in _PARTS.values())


def end_all(person_id: int, *, by: Actor, now: datetime) -> dict[str, str]:
    """Return ``part -> state before`` of everything that ends with a life."""
    return {name: part.end(person_id, by=by, now=now) for name, part in _PARTS.items()}


def restore_all(person_id: int, before: dict[str, str], *, by: Actor, now: datetime) -> None:
    """Give back what each part was before."""
    for name, state in before.items():
        _PARTS[name].restore(person_id, state, by=by, now=now)
