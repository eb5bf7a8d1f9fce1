"""What packages further left do when two records become one: people does not know their rows.

Each package registers one hand. It tells what it keeps of a person, says what stands against a
merge, moves its own rows and puts them back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from core.rules import RuleViolation
from people.rules.duplicates import Side, Sighting

if TYPE_CHECKING:
    from people.models import Person
    from people.operations.moves import Act, Undoing


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison: what it is, and what a record has of it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with one answer per side; asked only where both sides have something."""

    key: str
    question: str
    first: str
    second: str
    default: Side = Side.FIRST


@dataclass(frozen=True, slots=True)
class Plan:
    """Two records, which of them stays, and which side's answer holds for every question."""

    first: Person
    second: Person
    survivor_side: Side
    today: date
    kept: Mapping[str, Side] = field(default_factory=dict)

    @property
    def survivor(self) -> Person:
        return self.first if self.survivor_side is Side.FIRST else self.second

    @property
    def merged(self) -> Person:
        return self.second if self.survivor_side is Side.FIRST else self.first

    @property
    def ids(self) -> tuple[int, int]:
        return self.first.id, self.second.id

    def person_kept(self, key: str) -> int:
        """Return the id of the record whose answer to a question holds."""
        side = self.kept.get(key, self.survivor_side)
        return self.first.id if side is Side.FIRST else self.second.id


class Hand:
    """What a package does for a merge; the base does nothing."""

    def sightings(self, person_ids: Collection[int]) -> Iterable[Sighting]:
        """Return where people stand, in the rows of this package."""
        del person_ids
        return ()

    def same_number(self, person_ids: Collection[int]) -> Iterable[tuple[int, int]]:
        """Return pairs, one of them among the given, that name one document number."""
        del person_ids
        return ()

    def tell(self, person_id: int) -> Iterable[Line]:
        """Return what a record has, for the comparison side by side."""
        del person_id
        return ()

    def choices(self, first_id: int, second_id: int) -> Iterable[Choice]:
        """Return the questions that the officer answers."""
        del first_id, second_id
        return ()

    def lock(self, person_ids: Collection[int]) -> None:
        """Lock the rows that a merge of these people changes, in the order that all acts keep."""

    def obstacles(self, plan: Plan) -> Iterator[RuleViolation]:
        """Yield what stands against a merge."""
        del plan
        return iter(())

    def foretell(self, plan: Plan) -> Iterable[str]:
        """Return in words what will happen to the rows of this package."""
        del plan
        return ()

    def move(self, act: Act) -> None:
        """Give the rows of the merged-away record to the one that stays."""

    def restore(self, undoing: Undoing) -> None:
        """Put every row back that ``move`` changed. Raises RuleViolation where it changed since."""

    def finish(self, person_id: int) -> None:
        """Forget what was kept of a merged person only for an undo that is too late now."""


_HANDS: list[Hand] = []


def register(hand: Hand) -> None:
    """Add the hand of a package; called when the package is imported."""
    _HANDS.append(hand)


def hands() -> tuple[Hand, ...]:
    """Return the hands of all packages, in the order in which they were registered."""
    return tuple(_HANDS)


def sightings_of(person_ids: Collection[int]) -> dict[int, tuple[Sighting, ...]]:
    """Return ``person id -> where he stands``: a fixed number of statements."""
    found: dict[int, list[Sighting]] = {one: [] for one in person_ids}
    if not found:
        return {}
    for hand in _HANDS:
        for one in hand.sightings(person_ids):
            found[one.person_id].append(one)
    return {person_id: tuple(rows) for person_id, rows in found.items()}
