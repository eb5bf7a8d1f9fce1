"""Confirmed hours that lie open to their organization before they count (domain.md VOL-43)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, tuple_

from core import clock, settings
from core.database import db
from core.paging import Page, page_of
from core.rules import AGE_OF_MAJORITY
from members.models import Membership
from members.rules import LIVE_STATES
from organizations.models import Organization
from organizations.rules import ids_of_path
from people.models import Person
from people.rules import mask_name
from volunteers.models import ServiceRecord, Volunteer
from volunteers.queries.roster import latest_birth
from volunteers.rules import SERVING, ServiceMethod, ServiceStatus, day_of

PAGE = 20


@dataclass(frozen=True, slots=True)
class Open:
    """One line of the notice: a masked name, what, when, how long, and until when it lies open."""

    code: str
    name: str
    title: str
    served_on: date
    minutes: int
    method: ServiceMethod
    organization: str
    until: date
    is_own: bool


def notice_days(now: datetime) -> int:
    """Return how many days confirmed hours lie open; 0 means that there is no notice."""
    return settings.value("hours.notice_days", day_of(now))


def own_places(person_id: int) -> list[Organization]:
    """Return the organizations that a person belongs to, as member or as volunteer."""
    serving = select(Volunteer.organization_id).where(
        Volunteer.person_id == person_id, Volunteer.status.in_(SERVING)
    )
    belonging = select(Membership.organization_id).where(
        Membership.person_id == person_id, Membership.status.in_(LIVE_STATES)
    )
    ids = set(db.session.scalars(serving.union(belonging)))
    found = db.session.scalars(select(Organization).where(Organization.id.in_(ids)))
    return sorted(found, key=lambda one: one.path)


def open_hours(person_id: int, now: datetime, after: str = "") -> Page[Open]:
    """Return a page of what lies open where a person belongs, latest service first."""
    days, places = notice_days(now), own_places(person_id)
    if not days or not places:
        return Page([])
    record, key = ServiceRecord, (ServiceRecord.served_on, ServiceRecord.id)
    statement = _open(places, now, days)
    if after:
        begin = select(*key).where(record.code == after).scalar_subquery()
        statement = statement.where(tuple_(*key) < begin)
    ordered = statement.order_by(record.served_on.desc(), record.id.desc()).limit(PAGE + 1)
    rows = [_line(row, person_id, days) for row in db.session.execute(ordered)]
    return page_of(rows, PAGE)


def open_record(person_id: int, code: str, now: datetime) -> Open | None:
    """Return one line of the notice that a person may object to: his own he may not."""
    days, places = notice_days(now), own_places(person_id)
    if not days or not places:
        return None
    statement = _open(places, now, days).where(
        ServiceRecord.code == code, ServiceRecord.person_id != person_id
    )
    row = db.session.execute(statement).one_or_none()
    return None if row is None else _line(row, person_id, days)


def _open(places: list[Organization], now: datetime, days: int) -> Select[*tuple[Any, ...]]:
    """Return the statement of the notice; nobody under 18 is in it (PRV-12).

    Records are found by who handled them: the organization itself, or one above it.
    """
    record = ServiceRecord
    handlers = {one for place in places for one in ids_of_path(place.path)}
    return (
        select(
            record.code,
            Person.name,
            record.title,
            record.served_on,
            record.minutes,
            record.method,
            Organization.short_name,
            record.decided_at,
            record.person_id,
        )
        .join(record.person)
        .join(Organization, Organization.id == record.organization_id)
        .where(
            record.handler_id.in_(handlers),
            record.status == ServiceStatus.CONFIRMED,
            record.counts,
            record.organization_id.in_([place.id for place in places]),
            record.decided_at > now - timedelta(days=days),
            Person.born_on <= latest_birth(day_of(now), AGE_OF_MAJORITY),
        )
    )


def _line(row: Any, person_id: int, days: int) -> Open:
    return Open(
        code=row.code,
        name=mask_name(row.name),
        title=row.title,
        served_on=row.served_on,
        minutes=row.minutes,
        method=row.method,
        organization=row.short_name,
        until=clock.local(row.decided_at).date() + timedelta(days=days),
        is_own=row.person_id == person_id,
    )
