"""Founding a school's branch: what the school asked, the reply, the meeting, the council."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock, crypto, settings
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from organizations import operations as organizations
from organizations.models import Organization
from organizations.queries import organization_of_id
from organizations.rules import OrganizationKind, branch_name
from schools.models import School, SchoolCouncil, SchoolFounding
from schools.operations.counting import locked, note
from schools.operations.register import record_branch
from schools.rules.foundings import (
    FOUNDING_TRANSITIONS,
    UNDER_WAY,
    Asking,
    Council,
    FoundingAction,
    FoundingStatus,
    Meeting,
    Reply,
    check_asking,
    check_council,
    check_meeting,
    check_reply,
    check_return,
    term_end,
)
from schools.rules.register import SchoolAction, SchoolStatus, check_branch


def apply(code: str, facts: Asking, *, county_id: int, by: Actor, now: datetime) -> SchoolFounding:
    """Return the founding that begins with a school's application. Raises RuleViolation."""
    school = _school(code, county_id)
    check_branch(
        is_school=True,
        is_active=True,
        is_taken=False,
        has_branch=school.organization_id is not None,
        is_open=school.status is SchoolStatus.OPEN,
    )
    known = check_asking(facts, clock.local(now).date())
    waiting = select(SchoolFounding.id).where(
        SchoolFounding.school_id == school.id, SchoolFounding.status.in_(UNDER_WAY)
    )
    if db.session.scalars(waiting.limit(1)).first() is not None:
        raise RuleViolation("", N_("这所学校已有建会申请在办"))
    founding = SchoolFounding(
        code=crypto.opaque_code(8),
        school=school,
        status=FoundingStatus.SUBMITTED,
        applied_on=known.applied_on,
        contact=known.contact,
        words=known.words,
        entered_at=now,
        entered_by_id=by.user_id,
    )
    db.session.add(founding)
    _flush()
    note(school, SchoolAction.APPLY, by=by, now=now, words=known.words)
    record("founding.apply", "founding", founding.id, by=by)
    return founding


def apply_again(
    code: str, facts: Asking, *, county_id: int, by: Actor, now: datetime
) -> SchoolFounding:
    """Return a founding whose application went back and came again. Raises RuleViolation."""
    founding = _founding(code, county_id)
    known = check_asking(facts, clock.local(now).date())
    _step(founding, FoundingAction.RESUBMIT, by, now, known.words)
    founding.applied_on, founding.contact = known.applied_on, known.contact
    founding.words, founding.note = known.words, ""
    db.session.flush()
    return founding


def approve(code: str, facts: Reply, *, county_id: int, by: Actor, now: datetime) -> SchoolFounding:
    """Return a founding with the county's reply (scenario 26). Raises RuleViolation."""
    founding = _founding(code, county_id)
    known = check_reply(facts, founding.applied_on, clock.local(now).date())
    _step(founding, FoundingAction.APPROVE, by, now, known.number)
    founding.reply_number, founding.replied_on = known.number, known.on
    db.session.flush()
    return founding


def give_back(code: str, words: str, *, county_id: int, by: Actor, now: datetime) -> SchoolFounding:
    """Return a founding whose application went back to the school, with the reason."""
    founding = _founding(code, county_id)
    text = check_return(words)
    _step(founding, FoundingAction.RETURN, by, now, text)
    founding.note = text
    db.session.flush()
    return founding


def withdraw(code: str, *, county_id: int, by: Actor, now: datetime) -> SchoolFounding:
    """Return a founding that the school does not want any more."""
    founding = _founding(code, county_id)
    _step(founding, FoundingAction.WITHDRAW, by, now)
    db.session.flush()
    return founding


def hold_meeting(
    code: str, facts: Meeting, branch: str, *, county_id: int, by: Actor, now: datetime
) -> SchoolFounding:
    """Return a founding whose meeting founded the branch: from now on the school counts.

    ``branch`` is the code of an organization that is there already; without one it is founded
    under the county. Raises RuleViolation.
    """
    founding = _founding(code, county_id)
    replied_on = founding.replied_on or founding.applied_on
    known = check_meeting(facts, replied_on, clock.local(now).date())
    school = founding.school
    _step(founding, FoundingAction.FOUND, by, now)
    founding.held_on, founding.due, founding.present = known.held_on, known.due, known.present
    founding.method, founding.result = known.method, known.result
    founding.minutes, founding.flag_on = known.minutes, known.flag_on
    founding.organization = (
        _standing(branch, county_id) if branch else _found(school, known.held_on, by)
    )
    db.session.flush()
    record_branch(school, founding.organization, by=by)
    return founding


def seat_council(
    code: str, facts: Council, *, county_id: int, by: Actor, now: datetime
) -> SchoolCouncil:
    """Return the first council of a branch; its term is the setting of the day (ORG-13, D13)."""
    founding = _founding(code, county_id)
    if founding.organization is None:
        next_state(FOUNDING_TRANSITIONS, founding.status, FoundingAction.SEAT)
        raise UnknownRowError(code)
    known = check_council(facts, clock.local(now).date())
    if founding.held_on is not None and known.starts_on < founding.held_on:
        raise RuleViolation("starts_on", N_("任期不能早于成立大会"))
    _step(founding, FoundingAction.SEAT, by, now)
    years = settings.value("schools.term_years", on=known.starts_on)
    council = SchoolCouncil(
        organization_id=founding.organization.id,
        head=known.head,
        vice_heads=known.vice_heads,
        secretary=known.secretary,
        coordinator=known.coordinator,
        starts_on=known.starts_on,
        ends_on=term_end(known.starts_on, years),
        entered_at=now,
        entered_by_id=by.user_id,
    )
    db.session.add(council)
    db.session.flush()
    return council


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
    return db.session.scalars(
        select(SchoolFounding)
        .where(SchoolFounding.code == code)
        .with_for_update(of=SchoolFounding)
        .execution_options(populate_existing=True)
    ).one()


def _standing(code: str, county_id: int) -> Organization:
    found = db.session.scalars(
        select(Organization).where(Organization.code == code, Organization.county_id == county_id)
    ).one_or_none()
    if found is None:
        raise RuleViolation("branch", N_("请重新选择"))
    return found


def _found(school: School, held_on: date, by: Actor) -> Organization:
    new = organizations.NewOrganization(
        OrganizationKind.SCHOOL, branch_name(school.name), founded_on=held_on
    )
    return organizations.found(new, organization_of_id(school.county_id), by=by)


def _step(
    founding: SchoolFounding, action: FoundingAction, by: Actor, now: datetime, words: str = ""
) -> None:
    founding.status = next_state(FOUNDING_TRANSITIONS, founding.status, action)
    note(founding.school, SchoolAction(action.value), by=by, now=now, words=words)
    record(f"founding.{action}", "founding", founding.id, by=by)


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
