"""Applications for the registered grade: what is missing, who decides, what waits (VOL-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from accounts.queries import handler_without, office_without
from core import clock, settings
from core.access.permissions import Level
from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from core.rules import AGE_OF_MAJORITY
from organizations.models import Organization
from organizations.rules import ids_of_path
from people.models import Person
from people.queries import guardian_accounts, has_consent
from people.queries.minors import hides_child
from people.rules import is_minor_on, mask_name
from people.rules.consents import ConsentPurpose
from volunteers.models import (
    Registration,
    RegistrationAuthority,
    RegistrationEvent,
    ServiceRecord,
    Volunteer,
    VolunteerEvent,
    VolunteerTotal,
)
from volunteers.queries.roster import latest_birth
from volunteers.rules import ServiceStatus, day_of
from volunteers.rules.registering import Need, RegistrationStatus, needs

PAGE = 20
#: Where people are known by name; above, names are masked (decisions.md D10).
BY_NAME = (Level.UNIT, Level.TOWNSHIP, Level.COUNTY)
BRANCH_LEVELS = (Level.COUNTY, Level.CITY, Level.PROVINCE)


def is_rolling(on: date) -> bool:
    """Return whether the last twelve months count and not the calendar year (VOL-02)."""
    return settings.value("hours.registered_rolling", on) == 1


def qualifying_minutes(volunteer: Volunteer, now: datetime) -> int:
    """Return the confirmed minutes that count towards the registered grade."""
    return _minutes(volunteer, now)[0]


def minutes_of_twelve_months(person_id: int, now: datetime) -> int:
    """Return the confirmed minutes of the twelve months up to now, by the day of the service."""
    first = latest_birth(day_of(now), 1)
    counted = func.coalesce(func.sum(ServiceRecord.minutes), 0)
    statement = select(counted).where(
        ServiceRecord.person_id == person_id,
        ServiceRecord.status == ServiceStatus.CONFIRMED,
        ServiceRecord.counts,
        ServiceRecord.starts_at >= clock.day_bounds(first)[1],
    )
    return int(db.session.scalar(statement) or 0)


def _minutes(volunteer: Volunteer, now: datetime) -> tuple[int, int]:
    """Return the minutes that count, and those of this year that wait for confirmation."""
    total = VolunteerTotal
    row = db.session.execute(
        select(total.confirmed_minutes, total.pending_minutes).where(
            total.volunteer_id == volunteer.id, total.year == day_of(now).year
        )
    ).one_or_none()
    confirmed, pending = (row[0], row[1]) if row else (0, 0)
    if is_rolling(day_of(now)):
        confirmed = minutes_of_twelve_months(volunteer.person_id, now)
    return confirmed, pending


def needs_of(volunteer: Volunteer, now: datetime) -> list[Need]:
    """Return all that the registered grade asks of a volunteer, met or missing."""
    day = day_of(now)
    minutes, pending = _minutes(volunteer, now)
    needed = settings.value("hours.registered_minutes", day)
    born_on = volunteer.person.born_on
    consent = None
    if born_on is not None and is_minor_on(born_on, day):
        consent = has_consent(volunteer.person_id, ConsentPurpose.VOLUNTEERING)
    return needs(volunteer.status, (minutes, needed, pending), consent=consent)


def registrar_for(volunteer: Volunteer, user_id: int, day: date) -> Organization:
    """Return who decides: the organization where it is authorised and kept, else the county.

    Never the applicant himself nor, for somebody under 18, a guardian (LED-04).
    """
    barred = {user_id}
    born_on = volunteer.person.born_on
    if born_on is None or born_on > latest_birth(day, AGE_OF_MAJORITY):
        barred |= guardian_accounts(volunteer.person_id)
    organization = db.session.get_one(Organization, volunteer.organization_id)
    if organization.level not in BRANCH_LEVELS and authority_of(organization.id) is not None:
        handler_id = handler_without(organization, barred, day)
        if handler_id == organization.id:
            return organization
    above = organization.county_id or organization.city_id or ids_of_path(organization.path)[0]
    office = db.session.get_one(Organization, above)
    return db.session.get_one(Organization, office_without(office, barred, day))


def authority_of(organization_id: int, *, lock: bool = False) -> RegistrationAuthority | None:
    """Return by what an organization decides about the registered grade, or None."""
    statement = select(RegistrationAuthority).where(
        RegistrationAuthority.organization_id == organization_id,
        RegistrationAuthority.ended_on.is_(None),
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(statement).one_or_none()


def registration_of(volunteer_id: int) -> Registration | None:
    """Return a volunteer's latest application, with who decides it."""
    return db.session.scalars(
        select(Registration)
        .options(joinedload(Registration.handler, innerjoin=True))
        .where(Registration.volunteer_id == volunteer_id)
        .order_by(Registration.id.desc())
        .limit(1)
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue; the name is masked where the viewer does not know people by name."""

    code: str
    name: str
    organization: str
    minutes: int
    submitted_at: datetime


def registrations_at(scope: Scope, after: str = "") -> Page[Waiting]:
    """Return a page of the applications that wait here, the oldest first: one statement."""
    one = Registration
    statement = (
        select(one.code, Person.name, Person.born_on, Volunteer.organization_id)
        .add_columns(Organization.short_name, one.minutes, one.submitted_at)
        .join(one.volunteer)
        .join(Volunteer.person)
        .join(Volunteer.organization)
        .where(one.handler_id == scope.place.id, one.status == RegistrationStatus.SUBMITTED)
    )
    if after:
        anchor = select(one.submitted_at, one.id).where(one.code == after).scalar_subquery()
        statement = statement.where(tuple_(one.submitted_at, one.id) > anchor)
    rows = db.session.execute(statement.order_by(one.submitted_at, one.id).limit(PAGE + 1))
    return page_of([Waiting(row[0], shown_name(scope, *row[1:4]), *row[4:]) for row in rows], PAGE)


def shown_name(scope: Scope, name: str, born_on: date | None, organization_id: int) -> str:
    """Return a name as the viewer may read it: minors by their own organization only (D10)."""
    if organization_id == scope.post.place.id:
        return name
    by_name = scope.post.place.level in BY_NAME and not hides_child(scope, born_on, organization_id)
    return name if by_name else mask_name(name)


def registration_at(scope: Scope, code: str) -> Registration | None:
    """Return an application that the organization decides or decided, with its volunteer."""
    volunteer = contains_eager(Registration.volunteer)
    return db.session.scalars(
        select(Registration)
        .join(Registration.volunteer)
        .options(
            volunteer.options(
                joinedload(Volunteer.person, innerjoin=True),
                joinedload(Volunteer.organization, innerjoin=True),
            )
        )
        .where(Registration.code == code, Registration.handler_id == scope.place.id)
    ).one_or_none()


_STEPS = (
    select(RegistrationEvent)
    .where(RegistrationEvent.registration_id == bindparam("registration"))
    .order_by(RegistrationEvent.id.desc())
)


def steps_of_registration(registration_id: int) -> Sequence[RegistrationEvent]:
    """Return the history of an application, newest first."""
    return db.session.scalars(_STEPS, {"registration": registration_id}).all()


_EVENTS = (
    select(VolunteerEvent)
    .where(VolunteerEvent.volunteer_id == bindparam("volunteer"))
    .order_by(VolunteerEvent.id.desc())
    .limit(50)
)


def events_of(volunteer_id: int) -> Sequence[VolunteerEvent]:
    """Return the history of a volunteer's standing, newest first, at most 50 steps."""
    return db.session.scalars(_EVENTS, {"volunteer": volunteer_id}).all()
