"""What a volunteer sees of his own hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, bindparam, func, select, tuple_
from sqlalchemy.orm import joinedload

from accounts.models import Post
from accounts.queries import handler_without
from core import clock
from core.database import beside, db
from core.paging import Page, page_of
from core.rules import AGE_OF_MAJORITY, codes_of
from organizations.models import Organization
from people.models import Person
from people.queries import guardian_accounts
from people.rules import age_on
from volunteers.models import ServiceRecord, ServiceRecordEvent, Volunteer, VolunteerTotal
from volunteers.rules import ServiceAction, ServiceField, ServiceMethod, ServiceStatus

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
_LATEST = (
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


def handler_for(
    organization: Organization, person: Person, user_id: int, day: date
) -> Organization:
    """Return who confirms what an account enters for a person at an organization on a day.

    Neither the account itself nor, for somebody under 18, an account of a guardian (LED-04).
    """
    barred = {user_id}
    if person.born_on is not None and age_on(person.born_on, day) < AGE_OF_MAJORITY:
        barred |= guardian_accounts(person.id)
    handler_id = handler_without(organization, barred, day)
    if handler_id == organization.id:
        return organization
    return db.session.get_one(Organization, handler_id)


@dataclass(frozen=True, slots=True)
class Recent:
    """A kind of service that was entered lately; its code stands for title and field."""

    code: str
    title: str
    field: ServiceField
    minutes: int
    submitted_at: datetime


def recent_services(person_id: int) -> list[Recent]:
    """Return the last five different titles, the newest entry first: one statement."""
    rows = db.session.execute(_LATEST, {"person": person_id})
    found: dict[str, Recent] = {}
    for row in sorted(rows, key=lambda row: row.submitted_at, reverse=True):
        found.setdefault(row.title, Recent(*row))
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


@dataclass(frozen=True, slots=True)
class YearHours:
    """Confirmed and waiting minutes of a year."""

    year: int
    confirmed: int
    pending: int


_TOTALS = (
    select(VolunteerTotal.year, VolunteerTotal.confirmed_minutes, VolunteerTotal.pending_minutes)
    .where(VolunteerTotal.volunteer_id == bindparam("volunteer"))
    .order_by(VolunteerTotal.year.desc())
)


def hours_by_year(volunteer_id: int) -> list[YearHours]:
    """Return the totals of a volunteer, newest year first: one statement."""
    rows = db.session.execute(_TOTALS, {"volunteer": volunteer_id})
    return [YearHours(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Listed:
    """What a person's list says of a record."""

    code: str
    title: str
    served_on: date
    minutes: int
    status: ServiceStatus
    method: ServiceMethod


_LISTED = select(
    ServiceRecord.code,
    ServiceRecord.title,
    ServiceRecord.served_on,
    ServiceRecord.minutes,
    ServiceRecord.status,
    ServiceRecord.method,
)


def records_of_person(
    person_id: int,
    *conditions: ColumnElement[bool],
    year: int | None = None,
    status: ServiceStatus | None = None,
    after: str = "",
    limit: int = PAGE,
) -> Page[Listed]:
    """Return a page of a person's records, latest service first: one statement."""
    record = ServiceRecord
    statement = _LISTED.where(record.person_id == person_id, *conditions)
    if year is not None:
        first, last = clock.days_bounds(date(year, 1, 1), date(year, 12, 31))
        statement = statement.where(record.starts_at >= first, record.starts_at < last)
    if status is not None:
        statement = statement.where(record.status == status)
    if after:
        anchor = select(record.starts_at, record.id).where(
            record.code == after, record.person_id == person_id
        )
        key = tuple_(record.starts_at, record.id)
        statement = statement.where(key < anchor.scalar_subquery())
    statement = statement.order_by(record.starts_at.desc(), record.id.desc()).limit(limit + 1)
    rows = [Listed(*row) for row in db.session.execute(statement)]
    return page_of(rows, limit)


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
