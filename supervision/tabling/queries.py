"""Reading one's own files."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, select

from core.access.scope import Place, Scope
from core.database import db
from core.exports import vault
from core.paging import Page, page_of
from organizations.models import Organization
from organizations.rules import OPEN_STATES, subtree_range
from supervision.tabling.models import TableFile
from supervision.tabling.rules import TableStatus

__all__ = ["TableFile", "count_below", "own_file", "own_files", "pieces_of"]

PAGE = 20


def count_below(place: Place, *, children: bool = False) -> int:
    """Return how many open organizations are below a place, or right below it."""
    low, high = subtree_range(place.path)
    inside = (
        Organization.parent_id == place.id
        if children
        else and_(Organization.path > low, Organization.path < high)
    )
    statement = select(func.count()).where(inside, Organization.status.in_(OPEN_STATES))
    return db.session.scalar(statement) or 0


def own_file(user_id: int, code: str) -> TableFile | None:
    """Return a file of an account; nobody else's exists for it."""
    return db.session.scalars(
        select(TableFile).where(TableFile.code == code, TableFile.user_id == user_id)
    ).one_or_none()


def own_files(scope: Scope, after: str = "") -> Page[TableFile]:
    """Return the files that an account asked for at an organization, newest first."""
    mine = (
        TableFile.user_id == scope.principal.user_id,
        TableFile.organization_id == scope.place.id,
        TableFile.status != TableStatus.REMOVED,
    )
    statement = select(TableFile).where(*mine)
    if after:
        anchor = select(TableFile.id).where(TableFile.code == after, *mine).scalar_subquery()
        statement = statement.where(TableFile.id < anchor)
    rows = db.session.scalars(statement.order_by(TableFile.id.desc()).limit(PAGE + 1)).all()
    return page_of(rows, PAGE)


def pieces_of(file: TableFile) -> Iterator[bytes]:
    """Return the file, piece by piece. Raises FileNotFoundError where it is gone."""
    return vault.pieces(file.code)
