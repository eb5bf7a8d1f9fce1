"""Slots of appointments: cut out of opening hours, taken back; reminders, and what is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from accounts.rules.letters import LetterKind
from activities import letters
from activities.models import (
    Appointment,
    AppointmentSlot,
    SlotQuarter,
    Venue,
)
from activities.operations.appointments import CODE_LENGTH, kept_slot, locked_slot, step
from activities.operations.uses import RESTS
from activities.operations.venues import locked
from activities.queries.appointments import spans_between
from activities.rules.appointments import (
    MAX_DAYS,
    MAX_SLOTS,
    AppointmentAction,
    AppointmentStatus,
    Offer,
    quarters_of,
    slots_of,
)
from activities.rules.venues import OPEN_TO_PEOPLE
from core import crypto, settings
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.clock import local
from core.database import changed_rows, db
from core.rules import N_, RuleViolation

AT_ONCE = 200


def offer_slots(
    code: str,
    offer: Offer,
    days: tuple[date, date],
    *,
    organization_id: int,
    by: Actor,
    now: datetime,
) -> int:
    """Return how many slots were cut out of the opening hours of a venue; those there stay.

    Raises RuleViolation for days past or too far ahead, and where the venue is closed then.
    """
    offer.check()
    first, last = days
    today = local(now).date()
    ahead = today + timedelta(days=settings.value("appointments.ahead_days", today))
    if first < today or last < first:
        raise RuleViolation("first", N_("请选今天以后的日子，先后不要颠倒"))
    if last > ahead or (last - first).days >= MAX_DAYS:
        raise RuleViolation("last", N_("最多开到 %(day)s"), day=ahead.isoformat())
    venue = locked(Venue.code == code, Venue.organization_id == organization_id)
    if venue.status not in OPEN_TO_PEOPLE:
        raise RuleViolation("", N_("这个场所没有开放，不能预约"))
    if venue.rests:
        raise RuleViolation("", RESTS)
    times = list(slots_of(spans_between(venue.id, first, last), offer, now))
    free = _not_taken(venue.id, times)
    if len(free) > MAX_SLOTS:
        raise RuleViolation("last", N_("一次最多开 %(count)d 个时段"), count=MAX_SLOTS)
    if not free:
        raise RuleViolation("first", N_("这些天没有开放时间，或者时段已经开过了"))
    for starts_at, ends_at in free:
        _add_slot(venue.id, starts_at, ends_at, offer.seats)
    audit("appointments.offer", "venue", venue.id, by=by, slots=len(free), minutes=offer.minutes)
    db.session.flush()
    return len(free)


def _not_taken(
    venue_id: int, times: Sequence[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    if not times:
        return []
    taken = set(
        db.session.scalars(
            select(SlotQuarter.starts_at).where(
                SlotQuarter.venue_id == venue_id,
                SlotQuarter.starts_at >= times[0][0],
                SlotQuarter.starts_at < times[-1][1],
            )
        )
    )
    return [one for one in times if taken.isdisjoint(quarters_of(*one))]


def _add_slot(venue_id: int, starts_at: datetime, ends_at: datetime, seats: int) -> None:
    slot = AppointmentSlot(
        code=crypto.opaque_code(CODE_LENGTH),
        venue_id=venue_id,
        starts_at=starts_at,
        ends_at=ends_at,
        seats=seats,
        taken=0,
    )
    db.session.add(slot)
    db.session.flush()
    db.session.add_all(
        SlotQuarter(venue_id=venue_id, starts_at=at, slot_id=slot.id)
        for at in quarters_of(starts_at, ends_at)
    )


def remove_slot(code: str, *, organization_id: int, by: Actor, now: datetime) -> AppointmentSlot:
    """Return a slot that is taken back; who booked it is told, callers are called by the keeper."""
    slot = kept_slot(code, organization_id)
    if slot.removed_at is not None or now >= slot.starts_at:
        raise RuleViolation("", N_("这个时段已经开始，或者已经去掉了"))
    _take_back(slot, by=by, now=now)
    return slot


def _take_back(slot: AppointmentSlot, *, by: Actor, now: datetime) -> None:
    booked = db.session.scalars(
        select(Appointment)
        .where(Appointment.slot_id == slot.id, Appointment.status == AppointmentStatus.BOOKED)
        .order_by(Appointment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for one in booked:
        step(one, slot, AppointmentAction.CALL_OFF, by=by, now=now)
    slot.removed_at = now
    db.session.execute(delete(SlotQuarter).where(SlotQuarter.slot_id == slot.id))
    audit("appointments.remove_slot", "venue", slot.venue_id, by=by, called_off=len(booked))
    db.session.flush()
    letters.tell_appointments(booked, LetterKind.APPOINTMENT_CALLED_OFF, now)


def call_off_all(venue_id: int, *, by: Actor, now: datetime) -> None:
    """Take back every slot to come of a venue that closes; who booked one is told."""
    ahead = select(AppointmentSlot.id).where(
        AppointmentSlot.venue_id == venue_id,
        AppointmentSlot.removed_at.is_(None),
        AppointmentSlot.starts_at > now,
    )
    for slot_id in db.session.scalars(ahead.order_by(AppointmentSlot.id)).all():
        _take_back(locked_slot(AppointmentSlot.id == slot_id), by=by, now=now)


def remind(now: datetime) -> int:
    """Write to who has an appointment soon, once; return to how many at once."""
    hours = settings.value("appointments.remind_hours", local(now).date())
    found = db.session.scalars(
        select(Appointment)
        .options(
            joinedload(Appointment.slot, innerjoin=True)
            .joinedload(AppointmentSlot.venue, innerjoin=True)
            .joinedload(Venue.organization, innerjoin=True)
        )
        .where(
            Appointment.status == AppointmentStatus.BOOKED,
            Appointment.person_id.is_not(None),
            Appointment.reminded_at.is_(None),
            Appointment.starts_at > now,
            Appointment.starts_at <= now + timedelta(hours=hours),
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(AT_ONCE)
        .with_for_update(of=Appointment)
    ).all()
    for one in found:
        one.reminded_at = now
    db.session.flush()
    letters.tell_appointments(found, LetterKind.APPOINTMENT_SOON, now)
    return len(found)


def forget_callers(now: datetime) -> int:
    """Remove names and phones of callers whose appointment is long past; return how many."""
    days = settings.value("appointments.caller_days", local(now).date())
    return changed_rows(
        update(Appointment)
        .where(
            Appointment.caller_phone.is_not(None),
            Appointment.starts_at < now - timedelta(days=days),
        )
        .values(caller_name=None, caller_phone=None, note="")
        .execution_options(synchronize_session=False)
    )
