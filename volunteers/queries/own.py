"""What a volunteer sees of his own hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from accounts.models import Post
from accounts.queries import handler_without
from core.access.permissions import Level
from core.database import beside, db
from core.rules import AGE_OF_MAJORITY, codes_of
from core.statements import Kept
from organizations.models import Organization
from organizations.rules import OrganizationStatus
from people.models import Person
from people.queries import guardian_accounts
from people.rules import age_on
from volunteers.models import ServiceRecord, ServiceRecordEvent, Volunteer, VolunteerTotal
from volunteers.rules import (
    ServiceAction,
    ServiceField,
    ServiceStatus,
    VolunteerStatus,
)

PAGE = 20
TITLES = 5
LOOKED_AT = 60
FEWEST_ANSWERS = 5
LIVE = (ServiceStatus.PENDING, ServiceStatus.CONFIRMED, ServiceStatus.OBJECTED)


_OWN_VOLUNTEER = (
    select(Volunteer)
    .options(joinedload(Volunteer.organization, innerjoin=True))
    .options(beside(Volunteer.person, Person.born_on))
    .where(Volunteer.person_id == bindparam("person"))
)
_LATEST = Kept(
    select(
        ServiceRecord.code,
        ServiceRecord.title,
        ServiceRecord.field,
        ServiceRecord.minutes,
        ServiceRecord.submitted_at,
    )
    .where(ServiceRecord.person_id == bindparam("person"), ServiceRecord.status.in_(LIVE))
    .order_by(ServiceRecord.starts_at.desc(), ServiceRecord.id.desc())
    .limit(LOOKED_AT)
)


def volunteer_of(person_id: int | None) -> Volunteer | None:
    """Return the volunteer that a person is or was, with the organization."""
    return db.session.scalars(_OWN_VOLUNTEER, {"person": person_id}).one_or_none()


_PLACED = Kept(
    select(
        Volunteer.status, Volunteer.organization_id, Volunteer.county_id, Volunteer.city_id
    ).where(Volunteer.person_id == bindparam("person"))
)


class Placed(NamedTuple):
    """In which state and where a person serves or did."""

    status: VolunteerStatus
    organization_id: int
    county_id: int | None
    city_id: int | None


def placed_volunteer(person_id: int) -> Placed | None:
    """Return where the volunteer stands that a person is or was."""
    row = _PLACED.row({"person": person_id})
    return Placed(*row) if row is not None else None


class Home(NamedTuple):
    """The organization of a volunteer, as the choice of a handler needs it."""

    id: int
    short_name: str
    level: Level
    status: OrganizationStatus
    path: str
    county_id: int | None
    city_id: int | None


class OwnVolunteer(NamedTuple):
    """The volunteer that a person is or was, for his own pages."""

    id: int
    person_id: int
    born_on: date | None
    home: Home


_OWN = Kept(
    select(
        Volunteer.id,
        Volunteer.person_id,
        Person.born_on,
        Organization.id,
        Organization.short_name,
        Organization.level,
        Organization.status,
        Organization.path,
        Organization.county_id,
        Organization.city_id,
    )
    .join(Volunteer.person)
    .join(Volunteer.organization)
    .where(Volunteer.person_id == bindparam("person"))
)


def own_volunteer(person_id: int | None) -> OwnVolunteer | None:
    """Return the volunteer that a person is or was: one statement."""
    row = _OWN.row({"person": person_id})
    if row is None:
        return None
    own_id, person, born_on, *home = row
    return OwnVolunteer(own_id, person, born_on, Home(*home))


def handler_for(
    organization: Organization, person: Person, user_id: int, day: date
) -> Organization:
    """Return who confirms what an account enters for a person at an organization on a day.

    Neither the account itself nor, for somebody under 18, an account of a guardian (LED-04).
    """
    barred = _barred(person.id, person.born_on, user_id, day)
    handler_id = handler_without(organization, barred, day)
    if handler_id == organization.id:
        return organization
    return db.session.get_one(Organization, handler_id)


def handler_name(own: OwnVolunteer, user_id: int, day: date) -> str:
    """Return the name of who confirms what an account enters for itself, as ``handler_for``."""
    barred = _barred(own.person_id, own.born_on, user_id, day)
    handler_id = handler_without(own.home, barred, day)
    if handler_id == own.home.id:
        return own.home.short_name
    return db.session.get_one(Organization, handler_id).short_name


def _barred(person_id: int, born_on: date | None, user_id: int, day: date) -> set[int]:
    if born_on is not None and age_on(born_on, day) < AGE_OF_MAJORITY:
        return {user_id} | guardian_accounts(person_id)
    return {user_id}


class Recent(NamedTuple):
    """A kind of service that was entered lately; its code stands for title and field."""

    code: str
    title: str
    field: ServiceField
    minutes: int
    submitted_at: datetime


def recent_services(person_id: int) -> list[Recent]:
    """Return the last five different titles, the newest entry first: one statement."""
    rows = [Recent(*row) for row in _LATEST.rows({"person": person_id})]
    found: dict[str, Recent] = {}
    for recent in sorted(rows, key=lambda row: row.submitted_at, reverse=True):
        found.setdefault(recent.title, recent)
    return list(found.values())[:TITLES]


def title_and_field(person_id: int, code: str) -> tuple[str, ServiceField] | None:
    """Return title and field of an own record, or None for a code that is none."""
    row = db.session.execute(
        select(ServiceRecord.title, ServiceRecord.field).where(
            ServiceRecord.person_id == person_id, ServiceRecord.code.in_(codes_of([code]))
        )
    ).one_or_none()
    return (row.title, row.field) if row else None


def own_record(person_id: int | None, code: str) -> ServiceRecord | None:
    """Return an own record with organization and handler."""
    return db.session.scalars(
        select(ServiceRecord)
        .options(
            joinedload(ServiceRecord.organization, innerjoin=True),
            joinedload(ServiceRecord.handler, innerjoin=True),
        )
        .where(ServiceRecord.person_id == person_id, ServiceRecord.code == code)
    ).one_or_none()


class YearHours(NamedTuple):
    """Confirmed and waiting minutes of a year."""

    year: int
    confirmed: int
    pending: int


_TOTALS = Kept(
    select(VolunteerTotal.year, VolunteerTotal.confirmed_minutes, VolunteerTotal.pending_minutes)
    .where(VolunteerTotal.volunteer_id == bindparam("volunteer"))
    .order_by(VolunteerTotal.year.desc())
)


def hours_by_year(volunteer_id: int) -> list[YearHours]:
    """Return the totals of a volunteer, newest year first: one statement."""
    return [YearHours(*row) for row in _TOTALS.rows({"volunteer": volunteer_id})]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a record's history; ``place`` is where the one who acted holds his post."""

    at: datetime
    action: ServiceAction | None
    status: ServiceStatus
    before: int | None
    after: int
    note: str
    place: str


_STEPS = (
    select(
        ServiceRecordEvent.at,
        ServiceRecordEvent.action,
        ServiceRecordEvent.to_status,
        ServiceRecordEvent.minutes_before,
        ServiceRecordEvent.minutes_after,
        ServiceRecordEvent.note,
        func.coalesce(Organization.short_name, ""),
    )
    .outerjoin(Post, Post.id == ServiceRecordEvent.by_post_id)
    .outerjoin(Organization, Organization.id == Post.organization_id)
    .where(ServiceRecordEvent.record_id == bindparam("record"))
    .order_by(ServiceRecordEvent.id.desc())
)


def steps_of(record_id: int) -> list[Step]:
    """Return the history of a record, newest first: one statement. It names no person."""
    rows = db.session.execute(_STEPS, {"record": record_id})
    return [Step(*row) for row in rows]


def usual_days(handler_id: int) -> int | None:
    """Return within how many days a handler usually confirms, or None where little is known.

    The slower quarter of the latest confirmed records decides, so that most are answered sooner.
    """
    record = ServiceRecord
    rows = db.session.execute(
        select(record.submitted_at, record.decided_at)
        .where(
            record.handler_id == handler_id,
            record.status == ServiceStatus.CONFIRMED,
            record.decided_at.is_not(None),
        )
        .order_by(record.served_on.desc(), record.title, record.id)
        .limit(LOOKED_AT)
    ).all()
    if len(rows) < FEWEST_ANSWERS:
        return None
    days: list[int] = sorted((row.decided_at - row.submitted_at).days + 1 for row in rows)
    return days[len(days) * 3 // 4]
