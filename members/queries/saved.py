"""Filters that somebody keeps, for himself or for the organization of the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, false, or_, select

from core.access.scope import Scope
from core.database import db
from core.statements import Kept
from members.models import SavedFilter
from members.rules.exports import ExportSubject


def owners_of(scope: Scope) -> tuple[str, str]:
    """Return whose filters are seen in a scope: one's own, and those of the organization."""
    return f"user:{scope.principal.user_id}", f"organization:{scope.place.id}"


class KeptFilter(NamedTuple):
    """A filter as lists offer it."""

    id: int
    code: str
    name: str
    subject: ExportSubject
    owner: str
    is_shared: bool
    parameters_text: str

    @property
    def parameters(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.parameters_text)
        return found


_SEEN = Kept(
    select(
        SavedFilter.id,
        SavedFilter.code,
        SavedFilter.name,
        SavedFilter.subject,
        SavedFilter.owner,
        SavedFilter.is_shared,
        SavedFilter.parameters_text,
    )
    .where(
        SavedFilter.organization_id == bindparam("organization"),
        or_(SavedFilter.owner == bindparam("own"), SavedFilter.owner == bindparam("shared")),
    )
    .order_by(SavedFilter.name, SavedFilter.id)
)


def saved_filters(scope: Scope, subject: ExportSubject | None = None) -> Sequence[KeptFilter]:
    """Return the filters kept at an organization, of one list or of all, by name: one statement.

    They are parameters and no more: who opens one asks the list in his own scope (AZ-11).
    """
    own, shared = owners_of(scope)
    values = {"organization": scope.place.id, "own": own, "shared": shared}
    found = [KeptFilter(*row) for row in _SEEN.rows(values)]
    return [one for one in found if subject in {None, one.subject}]


def kept_by(scope: Scope) -> ColumnElement[bool]:
    """Return the condition for filters that somebody may rename and delete here."""
    if scope.post.place.id != scope.place.id:
        return false()
    return (SavedFilter.organization_id == scope.place.id) & SavedFilter.owner.in_(owners_of(scope))


def saved_filter(scope: Scope, code: str) -> SavedFilter | None:
    """Return a filter that somebody may rename and delete here."""
    statement = select(SavedFilter).where(SavedFilter.code == code, kept_by(scope))
    return db.session.scalars(statement).one_or_none()
