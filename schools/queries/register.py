"""Reading the list of schools and its coverage; numbers come from the figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from organizations.models import Organization
from organizations.queries import numbers
from organizations.rules import Measure
from schools.models import School
from schools.rules.register import Coverage, SchoolStage

PAGE = 20
MEASURES = (Measure.SCHOOLS, Measure.SCHOOL_BRANCHES)


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school as the list shows it; ``branch_code`` is empty where there is no branch."""

    code: str
    name: str
    stage: SchoolStage
    branch_code: str


def coverage_of(organization_ids: Iterable[int]) -> dict[int, Coverage]:
    """Return the coverage at organizations by id: one statement."""
    return {
        one: Coverage(
            values.get((Measure.SCHOOL_BRANCHES, 0), 0), values.get((Measure.SCHOOLS, 0), 0)
        )
        for one, values in numbers(organization_ids, MEASURES).items()
    }


def schools_of(scope: Scope, after: str = "", limit: int = PAGE) -> Page[SchoolRow]:
    """Return a page of the schools on a county's list, those without a branch first."""
    founded = School.organization_id.is_not(None)
    statement = (
        select(School.code, School.name, School.stage, Organization.code)
        .outerjoin(Organization, Organization.id == School.organization_id)
        .where(School.county_id == scope.place.id, School.is_in_scope.is_(True))
        .order_by(founded, School.name, School.code)
        .limit(limit + 1)
    )
    if after:
        of_after = select(School).where(School.code == after).subquery()
        anchor = select(of_after.c.name).scalar_subquery()
        has_branch = select(of_after.c.organization_id.is_not(None)).scalar_subquery()
        later = or_(School.name > anchor, and_(School.name == anchor, School.code > after))
        statement = statement.where(or_(founded > has_branch, and_(founded == has_branch, later)))
    found = [
        SchoolRow(row[0], row[1], row[2], row[3] or "") for row in db.session.execute(statement)
    ]
    return page_of(found, limit)


def school_of_code(code: str) -> School | None:
    """Return the school with a ten-digit code."""
    return db.session.scalars(select(School).where(School.code == code)).one_or_none()


def school_of_branch(organization_id: int) -> School | None:
    """Return the school that an organization is the branch of, or None where it is none."""
    statement = select(School).where(School.organization_id == organization_id)
    return db.session.scalars(statement).one_or_none()
