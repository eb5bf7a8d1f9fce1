"""How many open pairs stand in the lists of an organization and of those below it (domain.md I21).

A pair may stand in several lists at once: of both counties, and of who decides above them. It is
counted once at each of them and at everybody above any of them, so that no level counts it twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, select

from core.database import db
from organizations import figures
from organizations.models import Organization, OrganizationMove
from organizations.operations.moving import MovedSubtree
from organizations.rules import Measure, ids_of_path
from people.models import DuplicatePlace


@contextmanager
def pairs_anew(candidate_ids: Collection[int]) -> Iterator[None]:
    """Count pairs anew around an act that puts them into lists or takes them out."""
    if not candidate_ids:
        yield
        return
    _count(candidate_ids, -1)
    yield
    _count(candidate_ids, 1)


def follow_move(moved: MovedSubtree) -> None:
    """Count pairs anew that stand in lists of a moved part of the tree.

    What moved took its numbers along one by one; a pair that stands elsewhere as well was not to
    be taken from there.
    """
    inside = DuplicatePlace.county_id.in_(moved.organization_ids)
    ids = set(db.session.scalars(select(DuplicatePlace.candidate_id).where(inside)))
    if not ids:
        return
    latest = (
        select(OrganizationMove.from_path, OrganizationMove.to_path)
        .where(OrganizationMove.organization_id.in_(moved.organization_ids))
        .order_by(OrganizationMove.id.desc())
        .limit(1)
    )
    old, new = (set(ids_of_path(path)) for path in db.session.execute(latest).one())
    for places in _covered(ids, ~inside).values():
        figures.shift((old - new) & places, Measure.DUPLICATES, 1)
        figures.shift((new - old) & places, Measure.DUPLICATES, -1)


def _count(candidate_ids: Collection[int], sign: int) -> None:
    for places in _covered(candidate_ids).values():
        figures.shift(places, Measure.DUPLICATES, sign)


def _covered(
    candidate_ids: Collection[int], *conditions: ColumnElement[bool]
) -> dict[int, set[int]]:
    """Return the organizations at which pairs count: those of their lists and all above."""
    db.session.flush()
    statement = (
        select(DuplicatePlace.candidate_id, Organization.path)
        .join(Organization, Organization.id == DuplicatePlace.county_id)
        .where(DuplicatePlace.candidate_id.in_(candidate_ids), *conditions)
    )
    found: dict[int, set[int]] = {}
    for candidate_id, path in db.session.execute(statement):
        found.setdefault(candidate_id, set()).update(ids_of_path(path))
    return found
