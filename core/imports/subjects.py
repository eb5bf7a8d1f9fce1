"""What the rows of a list become: each package brings its subjects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from flask import Flask, current_app

from core.access.permissions import Permission
from core.access.scope import Place, Scope
from core.audit.operations import Actor
from core.imports.models import Import, Problems
from core.imports.rules import Field, RowChoice, RowOutcome, RowVerdict
from core.rules import RuleViolation


def problem_of(violation: RuleViolation) -> list[Any]:
    """Return a violation as it is kept beside a row: its sentence and its parameters."""
    params = {
        key: value if isinstance(value, int) else str(value)
        for key, value in violation.params.items()
    }
    return [violation.message, params]


@dataclass(slots=True)
class Checked:
    """A row and what the check found: its values in canonical form where it is good.

    ``note`` says whom it may be, ``facts`` is what the subject needs to write the row,
    ``reference`` is what the list remembers.
    """

    number: int
    values: Mapping[str, str]
    choice: RowChoice = RowChoice.NONE
    verdict: RowVerdict = RowVerdict.GOOD
    problems: Problems = field(default_factory=dict)
    key: bytes | None = None
    found_id: int | None = None
    facts: Any = None
    outcome: RowOutcome = RowOutcome.OPEN
    made_id: int | None = None
    reference: str = ""

    def refuse(self, violation: RuleViolation) -> None:
        """Note what is wrong, beside the field it names."""
        self.verdict = RowVerdict.WRONG
        self.problems.setdefault(violation.field, problem_of(violation))

    def ask(self, verdict: RowVerdict, message: str, **params: str) -> None:
        """Note whom the row may be; its owner decides."""
        self.verdict = verdict
        self.problems[""] = [message, params]


#: Before the words by which ``take_up`` is told something that is not there yet.
NEW = "new:"


class Subject(Protocol):
    """One kind of rows."""

    @property
    def code(self) -> str:
        """Return the name in addresses and tables."""

    @property
    def title(self) -> Any:
        """Return what the rows are called on the screen."""

    @property
    def notice(self) -> Any:
        """Return what whoever confirms declares by it."""

    @property
    def example(self) -> Any:
        """Return how a pasted line may look, or nothing where lines are not read."""

    @property
    def permission(self) -> Permission:
        """Return the right that such rows need, beside that of imports."""

    @property
    def next_step(self) -> Any:
        """Return what happens next to what was written, or nothing."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return the fields that a row may have."""

    def fits(self, place: Place) -> bool:
        """Return whether an organization has such rows."""

    def check(self, rows: Sequence[Checked], scope: Scope, now: datetime) -> None:
        """Judge rows: verdict, problems, and who they are within the reach of the scope."""

    def write(self, rows: Sequence[Checked], import_: Import, scope: Scope, now: datetime) -> None:
        """Write rows whole; sets ``outcome`` and ``made_id``, leaves what does not fit ``open``.

        Judged rows only; what the check knew may have changed since, and is asked again.
        """

    def take_up(self, into: str, scope: Scope) -> str:
        """Return what a list remembers of where it was handed in: nothing where that is not so."""

    def offered(self, scope: Scope) -> list[tuple[str, str]]:
        """Return what can be told for all rows of a list: what ``take_up`` takes, and its title."""

    def foretell(self, rows: Iterable[Mapping[str, str]], found: Import, scope: Scope) -> list[str]:
        """Return sentences on what else will be made by writing rows that are in order."""

    def take_back(
        self, import_: Import, after: int, limit: int, *, by: Actor, now: datetime
    ) -> Undone:
        """Take back what an import made, the next few after a key."""

    def result_url(self, org: str) -> str:
        """Return where what was written is seen."""


@dataclass(slots=True)
class Undone:
    """What was taken back: ``kept`` names what stays and why."""

    last: int | None = None
    done: list[int] = field(default_factory=list)
    kept: dict[int, list[Any]] = field(default_factory=dict)


def install(app: Flask, *subjects: Subject) -> None:
    """Name the subjects. Raises ValueError for a name given twice."""
    known = {one.code: one for one in subjects}
    if len(known) != len(subjects):
        message = "two subjects of imports have one name"
        raise ValueError(message)
    app.extensions["import_subjects"] = known


def subject_of(code: str) -> Subject:
    """Return the subject of a name. Raises KeyError for one that no package brings."""
    found: Subject = current_app.extensions["import_subjects"][code]
    return found


def subjects_at(scope: Scope) -> list[Subject]:
    """Return what may be imported at an organization by who acts there."""
    known: dict[str, Subject] = current_app.extensions["import_subjects"]
    return [one for one in known.values() if scope.may(one.permission) and one.fits(scope.place)]


def may_import(code: str, scope: Scope) -> bool:
    """Return whether who acts may have anything to do with rows of a subject."""
    return scope.may(subject_of(code).permission)
