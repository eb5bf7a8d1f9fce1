"""Reading the list of schools; numbers come from the figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from core import clock, settings
from core.access.scope import Place, Scope
from core.database import db
from core.paging import Page, page_of
from organizations.models import Organization
from organizations.queries import numbers
from organizations.rules import Measure
from organizations.rules.foundings import UNDER_WAY
from schools.models import School, SchoolEvent, SchoolFounding, SchoolHonour, SchoolListing
from schools.rules.classes import school_year_of
from schools.rules.register import CodeRule, Coverage, SchoolStage, SchoolStatus

PAGE = 20
MEASURES = (Measure.SCHOOLS, Measure.SCHOOL_BRANCHES)
#: What the list may be narrowed to; the first of each is the usual one.
BRANCHES = ("", "none", "under_way", "founded")
SCOPES = ("in", "out", "")


def code_rule(day: date) -> CodeRule:
    """Return what is asked of a school's code on a day."""
    return CodeRule(
        settings.value("schools.code_province", on=day),
        bool(settings.value("schools.code_stage", on=day)),
    )


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school as the list shows it; ``branch_code`` is empty where there is no branch."""

    code: str
    name: str
    stage: SchoolStage
    branch_code: str
    status: SchoolStatus = SchoolStatus.OPEN
    is_in_scope: bool = True
    reason: str = ""
    is_under_way: bool = False


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the list of schools is narrowed to."""

    text: str = ""
    stage: SchoolStage | None = None
    branch: str = ""
    scope: str = "in"
    status: SchoolStatus = SchoolStatus.OPEN


_UNDER_WAY = exists().where(
    SchoolFounding.school_id == School.id, SchoolFounding.status.in_(UNDER_WAY)
)
_COLUMNS = (
    School.code,
    School.name,
    School.stage,
    Organization.code,
    School.status,
    School.is_in_scope,
    School.scope_reason,
    _UNDER_WAY,
)


def coverage_of(organization_ids: Iterable[int]) -> dict[int, Coverage]:
    """Return the coverage at organizations by id: one statement."""
    return {
        one: Coverage(
            values.get((Measure.SCHOOL_BRANCHES, 0), 0), values.get((Measure.SCHOOLS, 0), 0)
        )
        for one, values in numbers(organization_ids, MEASURES).items()
    }


def schools_of(
    scope: Scope, after: str = "", limit: int = PAGE, narrowed: Narrowed | None = None
) -> Page[SchoolRow]:
    """Return a page of the schools on a county's list, those without a branch first."""
    founded = School.organization_id.is_not(None)
    statement: Any = (
        select(*_COLUMNS)
        .outerjoin(Organization, Organization.id == School.organization_id)
        .where(School.county_id == scope.place.id, *_conditions(narrowed or Narrowed()))
        .order_by(founded, School.name, School.code)
        .limit(limit + 1)
    )
    if after:
        of_after = select(School).where(School.code == after).subquery()
        anchor = select(of_after.c.name).scalar_subquery()
        has_branch = select(of_after.c.organization_id.is_not(None)).scalar_subquery()
        later = or_(School.name > anchor, and_(School.name == anchor, School.code > after))
        statement = statement.where(or_(founded > has_branch, and_(founded == has_branch, later)))
    rows = db.session.execute(statement)
    found = [SchoolRow(row[0], row[1], row[2], row[3] or "", *row[4:]) for row in rows]
    return page_of(found, limit)


def _conditions(narrowed: Narrowed) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [School.status == narrowed.status]
    if narrowed.scope:
        found.append(School.is_in_scope.is_(narrowed.scope == "in"))
    if narrowed.stage is not None:
        found.append(School.stage == narrowed.stage)
    if narrowed.branch == "founded":
        found.append(School.organization_id.is_not(None))
    elif narrowed.branch:
        found.append(School.organization_id.is_(None))
    if narrowed.branch == "under_way":
        found.append(_UNDER_WAY)
    for word in narrowed.text.split()[:5]:
        named = School.name.contains(word, autoescape=True)
        found.append(or_(named, School.code.startswith(word, autoescape=True)))
    return found


def school_of_code(code: str) -> School | None:
    """Return the school with a ten-digit code."""
    return db.session.scalars(select(School).where(School.code == code)).one_or_none()


def school_at(place: Place, code: str) -> School | None:
    """Return a school of the list of a county; None for one of any other."""
    statement = select(School).where(School.code == code, School.county_id == place.id)
    return db.session.scalars(statement).one_or_none()


def school_of_branch(organization_id: int) -> School | None:
    """Return the school that an organization is the branch of, or None where it is none."""
    statement = select(School).where(School.organization_id == organization_id)
    return db.session.scalars(statement).one_or_none()


def branch_of_school(school: School) -> Organization | None:
    """Return the organization of a school's branch."""
    if school.organization_id is None:
        return None
    return db.session.get_one(Organization, school.organization_id)


def listings_of(school_id: int) -> Sequence[SchoolListing]:
    """Return what the lists of the school years tell of a school, the newest year first."""
    statement = select(SchoolListing).where(SchoolListing.school_id == school_id)
    return db.session.scalars(statement.order_by(SchoolListing.year.desc())).all()


def enrolled_of(school_id: int) -> int | None:
    """Return how many pupils a school has this school year, None where nobody told it."""
    row = db.session.get(SchoolListing, (school_id, school_year_of(clock.today())))
    return row.enrolled if row else None


def events_of(school_id: int, limit: int = 50) -> Sequence[SchoolEvent]:
    """Return the history of a school, the newest first."""
    statement = select(SchoolEvent).where(SchoolEvent.school_id == school_id)
    return db.session.scalars(statement.order_by(SchoolEvent.id.desc()).limit(limit)).all()


def honours_of(school_id: int) -> Sequence[SchoolHonour]:
    """Return what a school was honoured with, the newest first."""
    newest = SchoolHonour.granted_on.desc(), SchoolHonour.id.desc()
    statement = select(SchoolHonour).where(SchoolHonour.school_id == school_id)
    return db.session.scalars(statement.order_by(*newest)).all()


def honour_at(place: Place, code: str) -> SchoolHonour | None:
    """Return an honour that counts, of a school of a county's list."""
    return db.session.scalars(
        select(SchoolHonour)
        .join(SchoolHonour.school)
        .where(SchoolHonour.code == code, SchoolHonour.revoked_at.is_(None))
        .where(School.county_id == place.id)
    ).one_or_none()


def others_of(school: School, text: str = "", limit: int = 30) -> list[tuple[str, str]]:
    """Return schools of the same county that a school may go on in: code and name."""
    statement = select(School.code, School.name).where(
        School.county_id == school.county_id,
        School.status == SchoolStatus.OPEN,
        School.id != school.id,
    )
    if text:
        statement = statement.where(School.name.contains(text, autoescape=True))
    rows = db.session.execute(statement.order_by(School.name, School.code).limit(limit))
    return [(code, name) for code, name in rows]
