"""Where a person is known: the packages further left tell, people does not ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from core.access.scope import Scope
from people.rules.seeing import SeenAs

if TYPE_CHECKING:
    from people.models import Person

Finder = Callable[[Scope, int], bool]

_FINDERS: list[Finder] = []


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of one's own page: what the person is somewhere, and where to read more."""

    label: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """What a package keeps of a person, for the page on which he reads all of it (PRV-15)."""

    title: str
    lines: Sequence[Standing]
    url: str


Keeper = Callable[[int], Iterable[Section]]

_KEEPERS: list[Keeper] = []

NumberFinder = Callable[[int], str]

_NUMBER_FINDERS: list[NumberFinder] = []

Teller = Callable[[int], Iterable[Standing]]

_TELLERS: list[Teller] = []


class Follower(Protocol):
    """Keeps something of persons beside its own rows, as the text by which a roster finds them."""

    def hold(self, person_id: int) -> None:
        """Lock the rows of a person."""

    def follow(self, person: Person) -> None:
        """Write them anew."""


Finds = Callable[[int], int | None]

_HOMES: list[Finds] = []
_FOLLOWERS: list[Follower] = []


def register(finder: Finder) -> None:
    """Add a finder: scope and person id -> whether the person stands inside the scope."""
    _FINDERS.append(finder)


def is_present(scope: Scope, person_id: int) -> bool:
    """Return whether a person exists for the scope in any part: member, volunteer, applicant."""
    return any(finder(scope, person_id) for finder in _FINDERS)


def register_number(finder: NumberFinder) -> None:
    """Add a finder: person id -> a document number that was named and is not approved yet."""
    _NUMBER_FINDERS.append(finder)


def named_number(person_id: int) -> str:
    """Return the document number that a person named where none is kept yet, or nothing."""
    return next((found for finder in _NUMBER_FINDERS if (found := finder(person_id))), "")


def register_home(finder: Finds) -> None:
    """Add a finder: person id -> the organization where the person stands, or None."""
    _HOMES.append(finder)


def home_of(person_id: int) -> int | None:
    """Return the organization that keeps a person: as member first, else as volunteer."""
    return next((found for finder in _HOMES if (found := finder(person_id)) is not None), None)


def register_follower(follower: Follower) -> None:
    """Add a package that keeps something of persons beside its own rows."""
    _FOLLOWERS.append(follower)


def hold(person_id: int) -> None:
    """Lock what rests on a person, in the order of the packages, before the person changes."""
    for follower in _FOLLOWERS:
        follower.hold(person_id)


def follow(person: Person) -> None:
    """Let what rests on a person follow the new name."""
    for follower in _FOLLOWERS:
        follower.follow(person)


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a person stands, and by which right those in charge there see him."""

    organization_id: int
    seen_as: SeenAs


Placer = Callable[[int], Iterable[Sighting]]

_PLACERS: list[Placer] = []


def register_placer(placer: Placer) -> None:
    """Add a placer: person id -> where a package lets the person be seen, and by which right."""
    _PLACERS.append(placer)


def sightings_of(person_id: int) -> list[Sighting]:
    """Return where a person is seen, and by which right."""
    return [sighting for placer in _PLACERS for sighting in placer(person_id)]


def register_teller(teller: Teller) -> None:
    """Add a teller: person id -> the lines of the person's own page."""
    _TELLERS.append(teller)


def standings_of(person_id: int) -> list[Standing]:
    """Return what the packages tell about a person to that person."""
    return [standing for teller in _TELLERS for standing in teller(person_id)]


def register_keeper(keeper: Keeper) -> None:
    """Add a keeper: person id -> what a package keeps of the person beside the record itself."""
    _KEEPERS.append(keeper)


def kept_of(person_id: int) -> list[Section]:
    """Return what the packages keep of a person, to that person."""
    return [section for keeper in _KEEPERS for section in keeper(person_id)]
