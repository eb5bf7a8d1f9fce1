"""What becomes a case: the packages further left name their objects, people keeps the cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.access.permissions import Permission
from people.rules.matters import MatterKind, MatterState


@dataclass(frozen=True, slots=True)
class Facts:
    """What an object tells about its case.

    ``since`` is when the clock began to run for who has it now; ``due_on`` is given where the
    object has a deadline of its own. ``answer`` is what the person may read, in words.
    """

    kind: MatterKind
    person_id: int | None
    organization_id: int
    holder_id: int
    state: MatterState
    since: datetime
    due_on: date | None = None
    ended_at: datetime | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a case is handled: pages of the person and of who has it, each asked for by code.

    Without ``by_code`` the page is asked for without one.
    """

    own: str
    desk: str = ""
    permission: Permission | None = None
    own_by_code: bool = True
    desk_by_code: bool = True


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind of object: its model, what it tells, which of its columns matter.

    ``read`` returns None for an object that is no case (yet). ``only`` narrows those that an older
    deployment is looked through for.
    """

    model: type[Any]
    read: Callable[[Any], Facts | None]
    watch: frozenset[str]
    ways: Mapping[MatterKind, Way]
    only: Sequence[Any] = ()


_SUBJECTS: dict[type[Any], Subject] = {}
_WAYS: dict[MatterKind, Way] = {}

WATCHED = frozenset({"status", "person_id", "organization", "organization_id"})
HANDLED = WATCHED | {"handler", "handler_id"}


def register(subject: Subject) -> None:
    """Add a kind of object; called when the package is imported."""
    _SUBJECTS[subject.model] = subject
    _WAYS.update(subject.ways)


def subject_of(row: object) -> Subject | None:
    """Return what is known of the kind of a row, None where it is no case."""
    return _SUBJECTS.get(type(row))


def subjects() -> Iterable[Subject]:
    """Return every kind of object that is a case."""
    return _SUBJECTS.values()


def way_of(kind: MatterKind) -> Way | None:
    """Return where cases of a kind are handled."""
    return _WAYS.get(kind)


def days_setting(kind: MatterKind) -> str:
    """Return the name of the dated setting that says in how many working days it is answered."""
    return f"matters.{kind}"
