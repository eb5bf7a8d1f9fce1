"""The registered grade: applied for by the volunteer, decided by the county or whom it lets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from accounts.rules.letters import LetterKind
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.crypto import opaque_code
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from core.transactions import TryAgainError
from organizations.models import Organization
from organizations.operations.closing import ClosedOrganization
from volunteers import letters
from volunteers.models import Registration, RegistrationAuthority, Volunteer
from volunteers.operations.admission import lock_volunteer
from volunteers.operations.counting import count_steps, facts_of
from volunteers.operations.records import wards_among
from volunteers.operations.standing import move, note_step, take_step
from volunteers.queries.registering import (
    BRANCH_LEVELS,
    authority_of,
    needs_of,
    qualifying_minutes,
    registrar_for,
)
from volunteers.rules import VolunteerAction, day_of
from volunteers.rules.registering import (
    REGISTRATION_OPEN,
    RegistrationAction,
    RegistrationReturn,
    RegistrationStatus,
    check_ready,
    check_registrar,
    check_return,
)


def apply_for_registration(person_id: int, *, by: Actor, now: datetime) -> Registration:
    """Return a volunteer's application, new or handed in again after it came back (VOL-01).

    Raises RuleViolation where something that the grade asks for is missing, IllegalTransition
    where it waits already.
    """
    volunteer = _locked_volunteer(person_id)
    check_ready(needs_of(volunteer, now))
    minutes = qualifying_minutes(volunteer, now)
    handler = registrar_for(volunteer, by.user_id or 0, day_of(now))
    registration = _open_of(volunteer.id)
    if registration is None:
        registration = Registration(
            code=opaque_code(8), volunteer=volunteer, status=RegistrationStatus.SUBMITTED
        )
    else:
        take_step(registration, RegistrationAction.RESUBMIT, by=by, now=now)
    registration.submitted_at, registration.submitted_by_id = now, by.user_id
    registration.minutes, registration.handler = minutes, handler
    db.session.add(registration)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    if registration.decided_at is None:
        note_step(registration, None, by=by, now=now)
    audit("registrations.submit", "registration", registration.id, by=by)
    db.session.flush()
    return registration


def withdraw_registration(person_id: int, *, by: Actor, now: datetime) -> Registration:
    """Return the volunteer's own application, taken back before it was decided."""
    volunteer = _locked_volunteer(person_id)
    registration = _open_of(volunteer.id)
    if registration is None:
        raise UnknownRowError
    take_step(registration, RegistrationAction.WITHDRAW, by=by, now=now)
    db.session.flush()
    return registration


def approve_registration(code: str, *, handler_id: int, by: Actor, now: datetime) -> Registration:
    """Make a volunteer a registered one; what the grade asks for is looked at once more."""
    registration, volunteer = _to_decide(code, handler_id, by)
    if registration.status is RegistrationStatus.SUBMITTED:
        check_ready(needs_of(volunteer, now))
    _decide(registration, RegistrationAction.APPROVE, by, now)
    registration.minutes = qualifying_minutes(volunteer, now)
    move(volunteer, VolunteerAction.REGISTER, by=by, now=now, note=registration.code)
    registered = facts_of(volunteer)
    volunteer.registered_on = day_of(now)
    place = db.session.get_one(Organization, volunteer.organization_id)
    count_steps(place.path, registered, facts_of(volunteer))
    db.session.flush()
    letters.tell_of_registration(registration, LetterKind.REGISTRATION_APPROVED, now)
    return registration


def return_registration(
    code: str,
    reason: RegistrationReturn,
    note: str,
    *,
    handler_id: int,
    by: Actor,
    now: datetime,
) -> Registration:
    """Give an application back with a reason that the volunteer reads."""
    note = check_return(reason, note)
    registration, _ = _to_decide(code, handler_id, by)
    _decide(registration, RegistrationAction.RETURN, by, now, note)
    registration.reason, registration.note = reason, note
    db.session.flush()
    letters.tell_of_registration(registration, LetterKind.REGISTRATION_RETURNED, now)
    return registration


def authorize_registrar(organization: Organization, *, by: Actor, now: datetime) -> None:
    """Let a grassroots organization decide from today on; what waits goes there (VOL-01)."""
    if authority_of(organization.id) is not None:
        raise RuleViolation("", N_("已经授权过了"))
    if organization.level in BRANCH_LEVELS:
        raise RuleViolation("", N_("不用授权，本来就由这里审核"))
    row = RegistrationAuthority(
        organization_id=organization.id, starts_on=day_of(now), granted_by_id=by.user_id
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    audit("registrations.authorize", "organization", organization.id, by=by)
    follow_registrations(organization.id, now=now)


def end_authority(organization: Organization, *, by: Actor, now: datetime) -> None:
    """Let a grassroots organization decide no longer; what waits goes to the county."""
    row = authority_of(organization.id, lock=True)
    if row is None:
        raise RuleViolation("", N_("现在没有授权"))
    row.ended_on, row.ended_by_id = day_of(now), by.user_id
    db.session.flush()
    audit("registrations.end_authority", "organization", organization.id, by=by)
    follow_registrations(organization.id, now=now)


def end_authority_of(closed: ClosedOrganization) -> None:
    """End the authority of a closed organization; the closing remembers that it had one."""
    if authority_of(closed.organization.id) is not None:
        end_authority(closed.organization, by=closed.by, now=closed.now)
        closed.row.keep("authority", 1)


def restore_authority_of(closed: ClosedOrganization) -> None:
    """Give the authority back that a closing ended which was a mistake."""
    if closed.row.recall("authority") and authority_of(closed.organization.id) is None:
        authorize_registrar(closed.organization, by=closed.by, now=closed.now)


def follow_registrations(organization_id: int, *, now: datetime) -> None:
    """Give open applications of an organization to who decides them from now on."""
    found = db.session.scalars(
        select(Registration)
        .join(Registration.volunteer)
        .options(joinedload(Registration.handler, innerjoin=True))
        .where(
            or_(
                Registration.handler_id == organization_id,
                Volunteer.organization_id == organization_id,
            ),
            Registration.status.in_(REGISTRATION_OPEN),
        )
        .order_by(Registration.id)
        .with_for_update(of=Registration)
        .execution_options(populate_existing=True)
    ).all()
    for registration in found:
        sender = registration.submitted_by_id or 0
        handler = registrar_for(registration.volunteer, sender, day_of(now))
        if handler.id != registration.handler_id:
            registration.handler = handler
            note_step(registration, None, by=SYSTEM, now=now, note="handler")
    db.session.flush()


def _locked_volunteer(person_id: int) -> Volunteer:
    volunteer = lock_volunteer(person_id)
    if volunteer is None:
        raise RuleViolation("", N_("还不是志愿者"))
    return volunteer


def _open_of(volunteer_id: int) -> Registration | None:
    return db.session.scalars(
        select(Registration)
        .where(
            Registration.volunteer_id == volunteer_id, Registration.status.in_(REGISTRATION_OPEN)
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _to_decide(code: str, handler_id: int, by: Actor) -> tuple[Registration, Volunteer]:
    """Return an application and its volunteer, the volunteer's row locked first as elsewhere."""
    person_id = db.session.scalar(
        select(Volunteer.person_id)
        .join(Registration, Registration.volunteer_id == Volunteer.id)
        .where(Registration.code == code, Registration.handler_id == handler_id)
    )
    if person_id is None:
        raise UnknownRowError(code)
    is_ward = by.user_id is not None and bool(wards_among({person_id}, by.user_id))
    check_registrar(person_id, by.person_id, is_ward=is_ward)
    volunteer = _locked_volunteer(person_id)
    registration = db.session.scalars(
        select(Registration)
        .where(Registration.code == code, Registration.handler_id == handler_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if registration is None:
        raise UnknownRowError(code)
    return registration, volunteer


def _decide(
    registration: Registration,
    action: RegistrationAction,
    by: Actor,
    now: datetime,
    note: str = "",
) -> None:
    take_step(registration, action, by=by, now=now, note=note)
    registration.decided_at, registration.decided_by_id = now, by.user_id
