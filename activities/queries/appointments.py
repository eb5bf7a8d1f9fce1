"""Slots and appointments as keepers and people read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from activities.models import Appointment, AppointmentSlot, Venue
from activities.queries.finder import other_days_of, weeks_of
from activities.rules.appointments import SEATED
from activities.rules.venue_hours import periods_on
from activities.rules.venues import OPEN_TO_PEOPLE
from core import clock
from core.database import db
from members.models import Membership
from members.rules import LIVE_STATES

__all__ = [
    "OWN_SHOWN",
    "SLOTS_SHOWN",
    "AppointmentSlot",
    "Row",
    "Venue",
    "appointment_at",
    "day_of_venue",
    "days_with_slots",
    "free_slots",
    "is_member",
    "kept_venue",
    "open_venue",
    "own_appointment",
    "own_appointments",
    "public_slot",
    "slot_at",
    "spans_between",
    "with_slots",
]

SLOTS_SHOWN = 200
OWN_SHOWN = 20


def spans_between(venue_id: int, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    """Yield from when to when a venue is open, from a day to a day."""
    week = weeks_of([venue_id]).get(venue_id, {})
    others = {one.on: one for one in other_days_of([venue_id], first).get(venue_id, [])}
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        begin = clock.at(day, time())
        for period in periods_on(day, week, others):
            yield (
                begin + timedelta(minutes=period.opens),
                begin + timedelta(minutes=period.closes),
            )


def open_venue(code: str) -> Venue | None:
    """Return a venue that is open to people."""
    return db.session.scalars(
        select(Venue)
        .options(joinedload(Venue.organization, innerjoin=True))
        .where(Venue.code == code, Venue.status.in_(OPEN_TO_PEOPLE))
    ).one_or_none()


def kept_venue(organization_id: int, code: str) -> Venue | None:
    """Return a venue of an organization, whatever its state."""
    return db.session.scalars(
        select(Venue)
        .options(joinedload(Venue.organization, innerjoin=True))
        .where(Venue.code == code, Venue.organization_id == organization_id)
    ).one_or_none()


def free_slots(venue_id: int, now: datetime) -> Sequence[AppointmentSlot]:
    """Return the slots of a venue that can still be booked, soonest first."""
    statement = (
        select(AppointmentSlot)
        .where(
            AppointmentSlot.venue_id == venue_id,
            AppointmentSlot.removed_at.is_(None),
            AppointmentSlot.starts_at > now,
            AppointmentSlot.taken < AppointmentSlot.seats,
        )
        .order_by(AppointmentSlot.starts_at)
        .limit(SLOTS_SHOWN)
    )
    return db.session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class Row:
    """A slot with who comes."""

    slot: AppointmentSlot
    people: Sequence[Appointment]


def day_of_venue(venue_id: int, day: date) -> Sequence[Row]:
    """Return the slots of a day at a venue with who booked them: two statements."""
    begin = clock.at(day, time())
    slots = db.session.scalars(
        select(AppointmentSlot)
        .where(
            AppointmentSlot.venue_id == venue_id,
            AppointmentSlot.removed_at.is_(None),
            AppointmentSlot.starts_at >= begin,
            AppointmentSlot.starts_at < begin + timedelta(days=1),
        )
        .order_by(AppointmentSlot.starts_at)
    ).all()
    people: dict[int, list[Appointment]] = {slot.id: [] for slot in slots}
    if people:
        statement = (
            select(Appointment)
            .options(joinedload(Appointment.person))
            .where(Appointment.slot_id.in_(people), Appointment.status.in_(SEATED))
            .order_by(Appointment.id)
        )
        for one in db.session.scalars(statement):
            people[one.slot_id].append(one)
    return [Row(slot, people[slot.id]) for slot in slots]


def days_with_slots(venue_id: int, since: datetime) -> Sequence[date]:
    """Return the days from one on for which a venue has slots."""
    statement = (
        select(AppointmentSlot.starts_at)
        .where(
            AppointmentSlot.venue_id == venue_id,
            AppointmentSlot.removed_at.is_(None),
            AppointmentSlot.starts_at >= since,
        )
        .order_by(AppointmentSlot.starts_at)
    )
    return list(dict.fromkeys(clock.local(at).date() for at in db.session.scalars(statement)))


def slot_at(organization_id: int, code: str) -> AppointmentSlot | None:
    """Return a slot at a venue of an organization."""
    return db.session.scalars(
        select(AppointmentSlot)
        .join(AppointmentSlot.venue)
        .options(joinedload(AppointmentSlot.venue, innerjoin=True))
        .where(AppointmentSlot.code == code, Venue.organization_id == organization_id)
    ).one_or_none()


def appointment_at(organization_id: int, code: str) -> Appointment | None:
    """Return an appointment at a venue of an organization."""
    return db.session.scalars(
        select(Appointment)
        .join(Appointment.slot)
        .join(AppointmentSlot.venue)
        .options(joinedload(Appointment.slot, innerjoin=True).joinedload(AppointmentSlot.venue))
        .where(Appointment.code == code, Venue.organization_id == organization_id)
    ).one_or_none()


def own_appointments(person_id: int) -> Sequence[Appointment]:
    """Return the latest appointments of a person, those to come first."""
    statement = (
        select(Appointment)
        .options(
            joinedload(Appointment.slot, innerjoin=True)
            .joinedload(AppointmentSlot.venue, innerjoin=True)
            .joinedload(Venue.organization, innerjoin=True)
        )
        .where(Appointment.person_id == person_id)
        .order_by(Appointment.starts_at.desc(), Appointment.id.desc())
        .limit(OWN_SHOWN)
    )
    return db.session.scalars(statement).all()


def own_appointment(person_id: int | None, code: str) -> Appointment | None:
    """Return an appointment of a person."""
    return db.session.scalars(
        select(Appointment).where(Appointment.code == code, Appointment.person_id == person_id)
    ).one_or_none()


def is_member(person_id: int) -> bool:
    """Return whether a person is a member now."""
    lives = exists().where(Membership.person_id == person_id, Membership.status.in_(LIVE_STATES))
    return bool(db.session.scalar(select(lives)))


def with_slots(venue_ids: Sequence[int], now: datetime) -> set[int]:
    """Return which venues have a slot that can be booked."""
    statement = select(AppointmentSlot.venue_id).where(
        AppointmentSlot.venue_id.in_(venue_ids),
        AppointmentSlot.removed_at.is_(None),
        AppointmentSlot.starts_at > now,
        AppointmentSlot.taken < AppointmentSlot.seats,
    )
    return set(db.session.scalars(statement.distinct()))


def public_slot(code: str) -> AppointmentSlot | None:
    """Return a slot of a venue that is open to people, with its venue."""
    return db.session.scalars(
        select(AppointmentSlot)
        .join(AppointmentSlot.venue)
        .options(joinedload(AppointmentSlot.venue, innerjoin=True).joinedload(Venue.organization))
        .where(
            AppointmentSlot.code == code,
            AppointmentSlot.removed_at.is_(None),
            Venue.status.in_(OPEN_TO_PEOPLE),
        )
    ).one_or_none()
