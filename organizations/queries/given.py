"""Places in statements that are kept: any place of a level, its values given when it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam

from core.access.permissions import Level
from core.access.scope import Place
from organizations.rules import subtree_range


@dataclass(frozen=True, slots=True)
class AnyPlace:
    """Stands where a place would stand; what is asked depends on its level alone."""

    level: Level

    @property
    def id(self) -> Any:
        return bindparam("place")


def given_of(place: Place) -> dict[str, Any]:
    """Return by name what a statement about any place asks for."""
    low, high = subtree_range(place.path)
    return {"place": place.id, "low": low, "high": high}


def range_of(place: Place | AnyPlace) -> tuple[Any, Any]:
    """Return the half-open range of paths at and under a place, as a statement takes it."""
    if isinstance(place, AnyPlace):
        return bindparam("low"), bindparam("high")
    return subtree_range(place.path)
