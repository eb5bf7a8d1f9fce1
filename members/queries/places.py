"""Where somebody may join, and where else when a place is closed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, select

from core.access.permissions import Level
from core.database import db
from organizations.models import Organization
from organizations.queries import standing_closing
from organizations.rules import OPEN_STATES, OrganizationStatus

JOINABLE = (Level.UNIT, Level.TOWNSHIP, Level.COUNTY)
NEAREST = 3
#: How many mergers one after the other a poster is led through.
MOST_MERGERS = 5


def place_to_join(code: str) -> Organization | None:
    """Return the organization behind a poster, open or closed; none above the county."""
    return db.session.scalars(
        select(Organization).where(Organization.code == code, Organization.level.in_(JOINABLE))
    ).one_or_none()


def successor_of(closed: Organization) -> Organization | None:
    """Return the open organization that one merged into; that may have merged as well."""
    found: Organization | None = closed
    for _ in range(MOST_MERGERS):
        if found is None or found.status is not OrganizationStatus.MERGED:
            break
        closing = standing_closing(found.id)
        found = closing.target if closing else None
    return found if found is not None and found.status in OPEN_STATES else None


def nearest_places(closed: Organization) -> Sequence[Organization]:
    """Return three open organizations near a closed one: first beside it, then in its county."""
    beside = case((Organization.parent_id == closed.parent_id, 0), else_=1)
    statement = (
        select(Organization)
        .where(
            Organization.county_id == closed.county_id,
            Organization.level.in_((Level.UNIT, Level.TOWNSHIP)),
            Organization.status.in_(OPEN_STATES),
            Organization.id != closed.id,
        )
        .order_by(beside, Organization.search_text, Organization.id)
        .limit(NEAREST)
    )
    return db.session.scalars(statement).all()
