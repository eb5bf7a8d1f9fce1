"""What approval leads to: each kind is admitted by the package that keeps its rows."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from core.audit.operations import Actor
from members.models import Application
from members.rules import ApplicationKind


class Admission(Protocol):
    """How one kind of application takes effect."""

    def admit(self, application: Application, *, by: Actor, now: datetime) -> None:
        """Make the applicant what he applied for."""

    def undo(self, application: Application, *, by: Actor, now: datetime) -> None:
        """Take an admission back. Raises RuleViolation where it cannot be undone any more."""

    def holds(self, person_id: int) -> bool:
        """Return whether the person already is what this kind admits to."""

    def end(self, person_id: int, *, by: Actor, now: datetime) -> None:
        """Stop at once because a guardian withdrew the consent (security.md PRV-09)."""


_ADMISSIONS: dict[ApplicationKind, Admission] = {}


def register(kind: ApplicationKind, admission: Admission) -> None:
    """Bind a kind of application to what admits it; called when the package is imported."""
    _ADMISSIONS[kind] = admission


def admission_of(kind: ApplicationKind) -> Admission:
    """Return what admits a kind. Raises KeyError where no package registered for it."""
    return _ADMISSIONS[kind]


def holds_anything(person_id: int) -> bool:
    """Return whether a person was admitted to anything and still is."""
    return any(admission.holds(person_id) for admission in _ADMISSIONS.values())
