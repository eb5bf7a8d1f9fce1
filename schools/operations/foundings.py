"""Founding a school's branch: what is special about a row of the register; the rest is common."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import select

from core.audit.operations import Actor
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from organizations.models import Organization, OrganizationCouncil
from organizations.operations import foundings
from organizations.rules import OrganizationKind, branch_name
from organizations.rules.foundings import UNDER_WAY, Asking, FoundingAction, Meeting, Reply
from organizations.rules.life import Council
from schools.models import School, SchoolFounding
from schools.operations.counting import locked, note
from schools.operations.register import record_branch
from schools.rules.register import SchoolAction, SchoolStatus, check_branch


def apply(
    code: str,
    facts: Asking,
    *,
    county_id: int,
    by: Actor,
    now: datetime,
    is_draft: bool = False,
) -> SchoolFounding:
    """Return the founding that begins with a school's application. Raises RuleViolation."""
    school = _school(code, county_id)
    check_branch(
        is_school=True,
        is_active=True,
        is_taken=False,
        has_branch=school.organization_id is not None,
        is_open=school.status is SchoolStatus.OPEN,
    )
    waiting = select(SchoolFounding.id).where(
        SchoolFounding.school_id == school.id, SchoolFounding.status.in_(UNDER_WAY)
    )
    if db.session.scalars(waiting.limit(1)).first() is not None:
        raise RuleViolation("", N_("这所学校已有建会申请在办"))
    row = SchoolFounding(
        school_id=school.id,
        kind=OrganizationKind.SCHOOL,
        name=branch_name(school.name),
        parent_id=county_id,
        decider_id=county_id,
        maker_id=county_id,
    )
    foundings.begin(row, facts, is_draft=is_draft, by=by, now=now)
    return row


def apply_again(
    code: str,
    facts: Asking,
    *,
    county_id: int,
    by: Actor,
    now: datetime,
    is_draft: bool = False,
) -> SchoolFounding:
    """Return a draft, or an application that went back, as it comes now. Raises RuleViolation."""
    row = _founding(code, county_id)
    foundings.change(row, facts, is_draft=is_draft, by=by, now=now)
    return row


def approve(code: str, facts: Reply, *, county_id: int, by: Actor, now: datetime) -> SchoolFounding:
    """Return a founding with the county's reply (scenario 26). Raises RuleViolation."""
    row = _founding(code, county_id)
    foundings.approve(row, facts, by=by, now=now)
    return row


def give_back(code: str, words: str, *, county_id: int, by: Actor, now: datetime) -> SchoolFounding:
    """Return a founding whose application went back to the school, with the reason."""
    row = _founding(code, county_id)
    foundings.give_back(row, words, by=by, now=now)
    return row


def withdraw(code: str, *, county_id: int, by: Actor, now: datetime) -> SchoolFounding:
    """Return a founding that the school does not want any more."""
    row = _founding(code, county_id)
    foundings.withdraw(row, by=by, now=now)
    return row


def hold_meeting(
    code: str, facts: Meeting, branch: str, *, county_id: int, by: Actor, now: datetime
) -> SchoolFounding:
    """Return a founding whose meeting founded the branch: from now on the school counts.

    ``branch`` is the code of an organization that is there already; without one it is founded
    under the county. Raises RuleViolation.
    """
    row = _founding(code, county_id)
    row.name = branch_name(row.school.name)
    standing = _standing(branch, county_id) if branch else None
    foundings.hold_meeting(row, facts, standing, by=by, now=now)
    return row


def seat_council(
    code: str, facts: Council, *, county_id: int, by: Actor, now: datetime
) -> OrganizationCouncil:
    """Return the first council of a branch; its term is the setting of the day (ORG-13, D13)."""
    return foundings.seat_council(_founding(code, county_id), facts, by=by, now=now)


def _follow(step: foundings.FoundingStep) -> None:
    """Keep a step in the history of the school; the founded branch stands at it."""
    row = step.founding
    if not isinstance(row, SchoolFounding):
        return
    note(row.school, SchoolAction(step.action.value), by=step.by, now=step.now, words=step.words)
    if step.action is FoundingAction.FOUND and row.organization is not None:
        record_branch(row.school, row.organization, by=step.by)


foundings.FOUNDING_STEPPED.append(_follow)


def _school(code: str, county_id: int) -> School:
    school = locked(code)
    if school is None or school.county_id != county_id:
        raise UnknownRowError(code)
    return school


def _founding(code: str, county_id: int) -> SchoolFounding:
    """Return a founding of a county's list; the school is locked before it, as everywhere."""
    owner = select(School.code).join(SchoolFounding, SchoolFounding.school_id == School.id)
    school = db.session.scalars(owner.where(SchoolFounding.code == code)).one_or_none()
    if school is None:
        raise UnknownRowError(code)
    _school(school, county_id)
    return cast("SchoolFounding", foundings.founding_for(code))


def _standing(code: str, county_id: int) -> Organization:
    found = db.session.scalars(
        select(Organization).where(Organization.code == code, Organization.county_id == county_id)
    ).one_or_none()
    if found is None:
        raise RuleViolation("branch", N_("请重新选择"))
    return found
