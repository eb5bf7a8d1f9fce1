"""Keeping the yearly list of schools and the branches founded at them (domain.md SCH-10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core import clock
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation
from organizations.models import Organization
from organizations.operations.closing import (
    ORGANIZATION_CLOSED,
    ORGANIZATION_REOPENED,
    ClosedOrganization,
)
from organizations.rules import OPEN_STATES, OrganizationKind
from schools.models import School
from schools.operations.counting import list_year, locked, note, recounted
from schools.queries.register import code_rule
from schools.rules.register import (
    SchoolAction,
    SchoolStage,
    SchoolStatus,
    check_branch,
    check_fit,
    check_school,
    check_scope,
)


@dataclass(frozen=True, slots=True)
class NewSchool:
    """A line of the yearly list: ten-digit code, name, stage, and whether a branch is expected.

    ``enrolled`` is the number of pupils of this school year; None leaves it as it is.
    """

    code: str
    name: str
    stage: SchoolStage
    is_in_scope: bool = True
    reason: str = ""
    enrolled: int | None = None


def register_school(
    new: NewSchool, county: Organization, *, by: Actor, import_code: str | None = None
) -> School:
    """Return the school on a county's list; the same code again changes what is told of it.

    Raises RuleViolation for a wrong code or name, a new code that does not fit province or stage,
    and for a place that is no county.
    """
    code, name = check_school(new.code, new.name)
    if county.kind is not OrganizationKind.COUNTY:
        raise RuleViolation("county", N_("学校要登记在县（市、区）下面"))
    school, before = locked(code), None
    if school is None or school.stage is not new.stage:
        check_fit(code, new.stage, code_rule(clock.today()))
    if school is None:
        # Out of scope until it is told whole: a new school is counted out of nothing.
        school = School(code=code, county_id=county.id, is_in_scope=False)
        school.scope_reason, school.status = "", SchoolStatus.OPEN
        action = SchoolAction.REGISTER
    else:
        action, before = SchoolAction.CHANGE, facts_of(school)
    with recounted(school):
        school.name, school.stage, school.is_in_scope = name, new.stage, new.is_in_scope
        school.scope_reason = "" if new.is_in_scope else new.reason
        school.county_id = county.id
    if new.enrolled is not None:
        list_year(school).enrolled = new.enrolled
        db.session.flush()
    if before != facts_of(school):
        words = "" if before is None else _told(before, facts_of(school))
        note(school, action, by=by, words=words, import_code=import_code, before=before)
    record(f"school.{action}", "school", school.id, by=by, in_scope=school.is_in_scope)
    return school


def add_school(new: NewSchool, county: Organization, *, by: Actor) -> School:
    """Return a school that was on no list before. Raises RuleViolation where its code is known."""
    code, _ = check_school(new.code, new.name)
    check_own(locked(code), county, must_be_new=True)
    check_scope(new.reason, is_in_scope=new.is_in_scope)
    return register_school(new, county, by=by)


def change_school(new: NewSchool, county: Organization, *, by: Actor) -> School:
    """Return a school of a county's list as it is told now. Raises RuleViolation."""
    check_scope(new.reason, is_in_scope=new.is_in_scope)
    check_own(locked(new.code), county)
    return register_school(new, county, by=by)


def check_own(school: School | None, county: Organization, *, must_be_new: bool = False) -> None:
    """Raise RuleViolation for a code on the list of another county, or on the own one already."""
    if school is None:
        return
    if school.county_id != county.id:
        raise RuleViolation("code", N_("这个标识码已在别的县（市、区）的名录里，请核对"))
    if must_be_new:
        raise RuleViolation("code", N_("这个标识码已在名录里：%(name)s"), name=school.name)


def facts_of(school: School) -> dict[str, Any]:
    """Return what the list tells of a school, as an import remembers it."""
    return {
        "name": school.name,
        "stage": school.stage.value,
        "is_in_scope": school.is_in_scope,
        "reason": school.scope_reason,
        "enrolled": list_year(school).enrolled,
    }


def _told(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return in figures and names what changed: old and new stand both in the history."""
    pairs = [
        f"{before[key]} → {after[key]}"
        for key in ("name", "reason", "enrolled")
        if before[key] != after[key] and (before[key] or after[key])
    ]
    return "；".join(pairs).replace("None", "—")


def record_branch(school: School, organization: Organization, *, by: Actor) -> School:
    """Return the school with its branch, founded as an organization of the kind school.

    Raises RuleViolation where the school has one, or the organization is none or is taken.
    """
    held = locked(school.code)
    taken = select(School.id).where(School.organization_id == organization.id)
    check_branch(
        is_school=organization.kind is OrganizationKind.SCHOOL,
        is_active=organization.status in OPEN_STATES,
        is_taken=db.session.scalars(taken).first() is not None,
        has_branch=held is None or held.organization_id is not None,
        is_open=held is None or held.status is SchoolStatus.OPEN,
    )
    with recounted(school):
        school.organization_id = organization.id
    note(school, SchoolAction.BRANCH, by=by, words=organization.name)
    record("school.branch", "school", school.id, by=by, branch=organization.id)
    return school


def follow_closing(closed: ClosedOrganization) -> None:
    """Let a school stand without a branch where its organization was closed (SCH-10)."""
    found = db.session.scalars(
        select(School).where(School.organization_id == closed.organization.id)
    ).one_or_none()
    school = locked(found.code) if found else None
    if school is None:
        return
    with recounted(school):
        school.organization_id = None
    closed.row.keep("school", school.code)
    note(school, SchoolAction.BRANCH_CLOSED, by=closed.by, words=closed.row.document)
    record("school.branch_closed", "school", school.id, by=closed.by)


def follow_reopening(closed: ClosedOrganization) -> None:
    """Give a school back the branch that was closed by mistake.

    Raises RuleViolation where it has another one by now, or ended.
    """
    code = closed.row.recall("school")
    school = locked(code) if code else None
    if school is not None:
        record_branch(school, closed.organization, by=closed.by)


ORGANIZATION_CLOSED.append(follow_closing)
ORGANIZATION_REOPENED.append(follow_reopening)
