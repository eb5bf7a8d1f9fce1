"""Reading how a school's branch is founded, and who leads it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.access.scope import Place
from core.database import db
from organizations.models import Organization
from organizations.rules import OPEN_STATES, OrganizationKind
from organizations.rules.foundings import UNDER_WAY
from schools.models import School, SchoolFounding


def founding_at(place: Place, code: str) -> SchoolFounding | None:
    """Return a founding at a school of a county's list; None for one of any other."""
    return db.session.scalars(
        select(SchoolFounding)
        .join(SchoolFounding.school)
        .where(SchoolFounding.code == code, School.county_id == place.id)
    ).one_or_none()


def foundings_of(school_id: int) -> Sequence[SchoolFounding]:
    """Return the foundings at a school, the newest first."""
    statement = select(SchoolFounding).where(SchoolFounding.school_id == school_id)
    return db.session.scalars(statement.order_by(SchoolFounding.id.desc())).all()


def is_under_way(foundings: Sequence[SchoolFounding]) -> bool:
    """Return whether one of the foundings is not finished."""
    return any(one.status in UNDER_WAY for one in foundings)


def unlisted_branches(county_id: int, limit: int = 50) -> list[tuple[str, str]]:
    """Return school organizations of a county that stand at no school yet: code and name."""
    statement = (
        select(Organization.code, Organization.name)
        .outerjoin(School, School.organization_id == Organization.id)
        .where(
            Organization.county_id == county_id,
            Organization.kind == OrganizationKind.SCHOOL,
            Organization.status.in_(OPEN_STATES),
            School.id.is_(None),
        )
        .order_by(Organization.search_text, Organization.code)
        .limit(limit)
    )
    return [(code, name) for code, name in db.session.execute(statement)]
