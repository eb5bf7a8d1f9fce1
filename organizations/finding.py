"""What everybody may read of organizations: where they stand, what they are, never a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from core.access.permissions import Level
from core.access.scope import Place
from core.statements import Kept
from organizations.models import Organization
from organizations.rules import OPEN_STATES, OrganizationKind, ids_of_path


class Seen(NamedTuple):
    """An active organization as everybody sees it; ``phone`` is that of its office."""

    id: int
    code: str
    name: str
    short_name: str
    kind: OrganizationKind
    level: Level
    path: str
    phone: str
    division_code: str | None
    county_id: int | None
    city_id: int | None

    @property
    def place(self) -> Place:
        return Place(self.id, self.code, self.name, self.path, self.level)


class Step(NamedTuple):
    """An organization above another."""

    id: int
    code: str
    short_name: str
    path: str


_SEEN = select(*(getattr(Organization, name) for name in Seen._fields)).where(
    Organization.status.in_(OPEN_STATES)
)
_OF_CODE = Kept(_SEEN.where(Organization.code == bindparam("code")))
_TOP = Kept(_SEEN.where(Organization.parent_id.is_(None)).order_by(Organization.id).limit(1))
_STEPS = Kept(
    select(*(getattr(Organization, name) for name in Step._fields))
    .where(Organization.id.in_(bindparam("ids", expanding=True)))
    .order_by(func.length(Organization.path))
)


class Area(NamedTuple):
    """An organization that others stand under, as a place to choose."""

    code: str
    short_name: str


_TOP_ID = select(func.min(Organization.id)).where(Organization.parent_id.is_(None))
_AREAS = Kept(
    select(Organization.code, Organization.short_name)
    .where(
        Organization.parent_id == func.coalesce(bindparam("parent"), _TOP_ID.scalar_subquery()),
        Organization.level.in_((Level.CITY, Level.COUNTY, Level.TOWNSHIP)),
        Organization.status.in_(OPEN_STATES),
    )
    .order_by(Organization.division_code, Organization.id)
)


def seen_of_code(code: str) -> Seen | None:
    """Return the active organization with a code; without a code the province."""
    row = _OF_CODE.row({"code": code}) if code else _TOP.row({})
    return Seen(*row) if row is not None else None


def steps_above(path: str) -> Sequence[Step]:
    """Return the organizations above a path, the province first."""
    above = ids_of_path(path)[:-1]
    return [Step(*row) for row in _STEPS.rows({"ids": above})] if above else []


def areas_below(parent_id: int | None) -> Sequence[Area]:
    """Return cities, counties or townships right under an organization, or the province."""
    return [Area(*row) for row in _AREAS.rows({"parent": parent_id})]


def is_to_join(seen: Seen) -> bool:
    """Return whether somebody can join here: a grassroots organization, a county takes units."""
    return seen.level in {Level.UNIT, Level.TOWNSHIP, Level.COUNTY}
