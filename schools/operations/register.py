"""Keeping the yearly list of schools and the branches founded at them (domain.md SCH-10)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation
from organizations import figures
from organizations.models import Organization
from organizations.operations.closing import (
    ORGANIZATION_CLOSED,
    ORGANIZATION_REOPENED,
    ClosedOrganization,
)
from organizations.queries import organization_of_id
from organizations.rules import OPEN_STATES, Measure, OrganizationKind
from schools.models import School
from schools.rules.register import SchoolStage, check_branch, check_school


@dataclass(frozen=True, slots=True)
class NewSchool:
    """A line of the yearly list: ten-digit code, name, stage, and whether a branch is expected."""

    code: str
    name: str
    stage: SchoolStage
    is_in_scope: bool = True


def register_school(new: NewSchool, county: Organization, *, by: Actor) -> School:
    """Return the school on a county's list; the same code again changes name, stage and scope.

    Raises RuleViolation for a wrong code or name, and for a place that is no county.
    """
    code, name = check_school(new.code, new.name)
    if county.kind is not OrganizationKind.COUNTY:
        raise RuleViolation("county", N_("学校要登记在县（市、区）下面"))
    school = _locked(code)
    if school is None:
        school = School(code=code, county_id=county.id)
        change, action = 0, "school.register"
    else:
        change, action = -1, "school.change"
        _count(school, change)
    school.name, school.stage, school.is_in_scope = name, new.stage, new.is_in_scope
    school.county_id = county.id
    db.session.add(school)
    db.session.flush()
    _count(school, +1)
    record(action, "school", school.id, by=by, in_scope=school.is_in_scope)
    return school


def record_branch(school: School, organization: Organization, *, by: Actor) -> School:
    """Return the school with its branch, founded as an organization of the kind school.

    Raises RuleViolation where the school has one, or the organization is none or is taken.
    """
    locked = _locked(school.code)
    taken = select(School.id).where(School.organization_id == organization.id)
    check_branch(
        is_school=organization.kind is OrganizationKind.SCHOOL,
        is_active=organization.status in OPEN_STATES,
        is_taken=db.session.scalars(taken).first() is not None,
        has_branch=locked is None or locked.organization_id is not None,
    )
    _count(school, -1)
    school.organization_id = organization.id
    db.session.flush()
    _count(school, +1)
    record("school.branch", "school", school.id, by=by, branch=organization.id)
    return school


def follow_closing(closed: ClosedOrganization) -> None:
    """Let a school stand without a branch where its organization was closed (SCH-10)."""
    found = db.session.scalars(
        select(School).where(School.organization_id == closed.organization.id)
    ).one_or_none()
    school = _locked(found.code) if found else None
    if school is None:
        return
    _count(school, -1)
    school.organization_id = None
    db.session.flush()
    _count(school, +1)
    closed.row.keep("school", school.code)
    record("school.branch_closed", "school", school.id, by=closed.by)


def follow_reopening(closed: ClosedOrganization) -> None:
    """Give a school back the branch that was closed by mistake.

    Raises RuleViolation where it has another one by now.
    """
    code = closed.row.recall("school")
    school = _locked(code) if code else None
    if school is not None:
        record_branch(school, closed.organization, by=closed.by)


ORGANIZATION_CLOSED.append(follow_closing)
ORGANIZATION_REOPENED.append(follow_reopening)


def _locked(code: str) -> School | None:
    statement = select(School).where(School.code == code).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def _count(school: School, change: int) -> None:
    """Count a school in or out of the numbers of its county and all above."""
    if not school.is_in_scope:
        return
    path = organization_of_id(school.county_id).path
    figures.add(path, Measure.SCHOOLS, change)
    if school.organization_id is not None:
        figures.add(path, Measure.SCHOOL_BRANCHES, change)
