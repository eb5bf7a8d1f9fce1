"""How many divisions and residents there are where a Red Cross stands: what others count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from organizations.counting import Count, cells_of
from organizations.models import Division, Organization, Residents
from organizations.rules import (
    OPEN_STATES,
    PLACEHOLDER,
    STATISTICAL,
    DivisionLevel,
    Measure,
    OrganizationKind,
)

#: From a village up to the province.
LEVELS = 5
#: Red Crosses that stand for a division; a village's own organization counts no divisions.
_STANDING = (
    OrganizationKind.PROVINCIAL,
    OrganizationKind.CITY,
    OrganizationKind.COUNTY,
    OrganizationKind.TOWNSHIP,
)


def reference_counts() -> Iterator[Count]:
    """Yield how townships, villages and residents are counted.

    A division counts at the nearest Red Cross above it and at all above that. Statistical townships
    and the placeholder of a county without any are none (domain.md DAT-07, I02). Residents are
    those published for the division of each Red Cross: a county without a figure has none.
    """
    real = and_(
        Division.kind != STATISTICAL, Division.name.not_like(f"%{PLACEHOLDER}%", escape="/")
    )
    yield _divisions(Measure.TOWNSHIP_DIVISIONS, DivisionLevel.TOWNSHIP, real)
    yield _divisions(Measure.VILLAGE_DIVISIONS, DivisionLevel.VILLAGE)
    yield Count(Measure.RESIDENTS, _residents(), climbs=False)


def _divisions(measure: Measure, level: DivisionLevel, *conditions: Any) -> Count:
    """Return the count of divisions in force, each at the nearest Red Cross above it."""
    standing = _organizations()
    divisions: list[Any] = [Division, *(aliased(Division) for _ in range(LEVELS - 1))]
    organizations = [standing.alias(f"at_{place}") for place in range(LEVELS)]
    nearest = func.coalesce(*(one.c.organization_id for one in organizations))
    cells = select(*cells_of(nearest, None, None, func.count())).select_from(Division)
    for place, (division, one) in enumerate(zip(divisions, organizations, strict=True)):
        if place:
            cells = cells.outerjoin(division, division.code == divisions[place - 1].parent_code)
        cells = cells.outerjoin(one, one.c.division_code == division.code)
    in_force = Division.level == level, Division.valid_to.is_(None)
    return Count(measure, cells.where(*in_force, *conditions).group_by(nearest))


def _residents() -> Any:
    one, standing = Residents, _organizations()
    latest = (
        select(one.division_code, func.max(one.year).label("year"))
        .group_by(one.division_code)
        .subquery("latest")
    )
    return (
        select(*cells_of(standing.c.organization_id, None, None, one.people))
        .join(standing, standing.c.division_code == one.division_code)
        .join(latest, and_(latest.c.division_code == one.division_code, latest.c.year == one.year))
    )


def _organizations() -> Any:
    """Return the first open Red Cross of each division."""
    at = Organization
    return (
        select(at.division_code, func.min(at.id).label("organization_id"))
        .where(at.division_code.is_not(None), at.kind.in_(_STANDING), at.status.in_(OPEN_STATES))
        .group_by(at.division_code)
        .subquery("standing")
    )
