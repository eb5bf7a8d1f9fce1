"""What a person is as a volunteer: the package further left tells, activities does not ask it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """A serving volunteer; a minor is one only with the guardian's consent (domain.md VOL-04)."""

    organization_id: int
    county_id: int | None
    city_id: int | None
    is_registered: bool


Finder = Callable[[int], Standing | None]

_FINDERS: list[Finder] = []


def register(finder: Finder) -> None:
    """Add a finder: person id -> what the person is as a serving volunteer, or None."""
    _FINDERS.append(finder)


Homes = Callable[[Collection[int]], Mapping[int, int]]

_HOMES: list[Homes] = []


def register_homes(homes: Homes) -> None:
    """Add what tells of many people at once: person id -> organization where each serves."""
    _HOMES.append(homes)


def homes_of(person_ids: Collection[int]) -> dict[int, int]:
    """Return where people serve as volunteers, by person."""
    return {person: place for one in _HOMES for person, place in one(person_ids).items()}


def standing_of(person_id: int) -> Standing | None:
    """Return what a person is as a serving volunteer, None for anybody else."""
    return next((found for one in _FINDERS if (found := one(person_id)) is not None), None)
