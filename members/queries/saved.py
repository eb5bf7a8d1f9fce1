"""Filters that somebody keeps, for himself or for the organization of the page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, false, or_, select

from core.access.scope import Scope
from core.database import db
from members.models import SavedFilter
from members.rules.exports import ExportSubject


def owners_of(scope: Scope) -> tuple[str, str]:
    """Return whose filters are seen in a scope: one's own, and those of the organization."""
    return f"user:{scope.principal.user_id}", f"organization:{scope.place.id}"


def saved_filters(scope: Scope, subject: ExportSubject | None = None) -> Sequence[SavedFilter]:
    """Return the filters kept at an organization, of one list or of all, by name: one statement.

    They are parameters and no more: who opens one asks the list in his own scope (AZ-11).
    """
    own, shared = owners_of(scope)
    values = {"organization": scope.place.id, "own": own, "shared": shared}
    found = db.session.scalars(_of_list(), values).all()
    return [one for one in found if subject in {None, one.subject}]


@cache
def _of_list() -> Select[SavedFilter]:
    seen = or_(SavedFilter.owner == bindparam("own"), SavedFilter.owner == bindparam("shared"))
    return (
        select(SavedFilter)
        .where(SavedFilter.organization_id == bindparam("organization"), seen)
        .order_by(SavedFilter.name, SavedFilter.id)
    )


def kept_by(scope: Scope) -> ColumnElement[bool]:
    """Return the condition for filters that somebody may rename and delete here."""
    if scope.post.place.id != scope.place.id:
        return false()
    return (SavedFilter.organization_id == scope.place.id) & SavedFilter.owner.in_(owners_of(scope))


def saved_filter(scope: Scope, code: str) -> SavedFilter | None:
    """Return a filter that somebody may rename and delete here."""
    statement = select(SavedFilter).where(SavedFilter.code == code, kept_by(scope))
    return db.session.scalars(statement).one_or_none()
