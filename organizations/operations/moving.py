"""Moving an organization and everything under it to another parent, with its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation
from organizations import figures
from organizations.models import Figure, FigurePart, Organization, OrganizationMove
from organizations.operations.founding import has_child_named
from organizations.rules import (
    Measure,
    OrganizationKind,
    check_move,
    check_open_parent,
    check_parent,
    check_reason,
    ids_of_path,
    name_taken,
    subtree_range,
)


@dataclass(frozen=True, slots=True)
class MovedSubtree:
    """What packages that keep rows of organizations are told after a move.

    ``columns`` holds the new ``county_id`` and ``city_id`` of every row that belongs to one of
    the organizations; a column that did not change is left out.
    """

    organization_ids: tuple[int, ...]
    columns: Mapping[str, int | None]
    by: Actor
    now: datetime


#: Called one after the other in the transaction of a move. members, volunteers register here.
SUBTREE_MOVED: list[Callable[[MovedSubtree], None]] = []


def move(
    organization: Organization,
    new_parent: Organization,
    *,
    by: Actor,
    now: datetime,
    reason: str,
) -> OrganizationMove:
    """Return the history row of a move of an organization and its subtree to another parent.

    Paths, county and city of the subtree, the numbers of the old and the new ancestors and the
    rows of the packages registered in SUBTREE_MOVED change in the same transaction.
    """
    reason = check_reason(reason)
    _lock(organization, new_parent)
    _check(organization, new_parent)
    old_path, new_path = organization.path, f"{new_parent.path}{organization.id}/"
    row = OrganizationMove(
        organization_id=organization.id,
        from_parent_id=organization.parent_id,
        to_parent_id=new_parent.id,
        from_path=old_path,
        to_path=new_path,
        reason=reason,
        moved_by_id=by.user_id,
        moved_at=now,
    )
    columns = _columns(organization, new_parent)
    ids = _move_rows(organization, new_parent, new_path, columns)
    _move_figures(organization.id, old_path, new_path)
    db.session.add(row)
    moved = MovedSubtree(ids, columns, by, now)
    for told in SUBTREE_MOVED:
        told(moved)
    record("organization.move", "organization", organization.id, by=by, to=new_parent.id)
    db.session.flush()
    return row


def _lock(*organizations: Organization) -> None:
    ids = sorted(organization.id for organization in organizations)
    db.session.execute(
        select(Organization.id)
        .where(Organization.id.in_(ids))
        .order_by(Organization.id)
        .with_for_update()
    )


def _check(organization: Organization, new_parent: Organization) -> None:
    check_parent(organization.kind, new_parent.level)
    check_open_parent(new_parent.status)
    check_move(organization.path, new_parent.path)
    if organization.parent_id == new_parent.id:
        raise RuleViolation("parent", N_("它已经在这个上级下面"))
    if has_child_named(new_parent, organization.name):
        raise name_taken()


def _columns(organization: Organization, new_parent: Organization) -> dict[str, int | None]:
    """Return the new county and city of the subtree; a county keeps being its own county."""
    columns: dict[str, int | None] = {"city_id": new_parent.city_id}
    if organization.kind is not OrganizationKind.COUNTY:
        columns["county_id"] = new_parent.county_id
    return columns


def _move_rows(
    organization: Organization,
    new_parent: Organization,
    new_path: str,
    columns: Mapping[str, int | None],
) -> tuple[int, ...]:
    old_path = organization.path
    low, high = subtree_range(old_path)
    inside = (Organization.path >= low, Organization.path < high)
    ids = tuple(db.session.scalars(select(Organization.id).where(*inside).order_by("id")))
    rest = func.substr(Organization.path, len(old_path) + 1)
    db.session.execute(
        update(Organization)
        .where(*inside)
        .values(path=new_path + rest, **columns)
        .execution_options(synchronize_session=False)
    )
    for row in db.session.identity_map.values():
        if isinstance(row, Organization):
            db.session.expire(row)
    organization.parent_id = new_parent.id
    db.session.flush()
    return ids


def _move_figures(organization_id: int, old_path: str, new_path: str) -> None:
    """Take the numbers of the subtree from the old ancestors and give them to the new ones."""
    figures.write(db.session())
    old, new = set(ids_of_path(old_path)), set(ids_of_path(new_path))
    rows = db.session.scalars(
        select(Figure).where(
            Figure.organization_id == organization_id,
            Figure.period != figures.OWN,
            Figure.measure != Measure.RESIDENTS,  # published of each, no sum of those below
        )
    ).all()
    for row in rows:
        figures.shift(old - new, row.measure, -row.value, row.period)
        figures.shift(new - old, row.measure, row.value, row.period)
    split = select(FigurePart).where(FigurePart.organization_id == organization_id)
    for part in db.session.scalars(split).all():
        figures.shift_part(old - new, part.measure, part.part, -part.value, part.period)
        figures.shift_part(new - old, part.measure, part.part, part.value, part.period)
    figures.write(db.session())
