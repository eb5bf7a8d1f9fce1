"""Appointments at venues: booked, entered for callers, cancelled, marked.

Locked in this order: the person, the slot, the appointment. The quarters of an hour are primary
keys: what overlaps is refused by the database, whoever was first.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from accounts.rules.letters import LetterKind
from activities import letters
from activities.models import (
    Appointment,
    AppointmentEvent,
    AppointmentSlot,
    BookedQuarter,
    Venue,
)
from activities.operations.uses import RESTS
from activities.queries.appointments import is_member
from activities.rules.appointments import (
    APPOINTMENT_TRANSITIONS,
    MAX_NOTE,
    SEATED,
    AppointmentAction,
    AppointmentStatus,
    check_caller,
    check_cancellable,
    check_markable,
    quarters_of,
)
from activities.rules.venues import OPEN_TO_PEOPLE
from activities.standing import homes_of
from core import crypto, settings
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.clock import local
from core.database import db
from core.rules import (
    N_,
    NN_,
    RuleViolation,
    UnknownRowError,
    check_shown,
    next_state,
)
from people.models import Person

CODE_LENGTH = 12
AT_ONCE = 200
FREED = (AppointmentAction.CANCEL, AppointmentAction.CALL_OFF)


class Caller(NamedTuple):
    """Whom a keeper enters who has no account: what is needed to call back."""

    name: str
    phone: str


def book(
    slot_code: str, person_id: int, note: str = "", *, by: Actor, now: datetime
) -> Appointment:
    """Return an appointment of a member or a volunteer. Raises RuleViolation where it cannot be."""
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    if not is_member(person_id) and not homes_of([person_id]):
        raise RuleViolation("", N_("会员和志愿者可以在这里预约，其他人请打电话"))
    slot = _open_slot(AppointmentSlot.code == slot_code, now=now)
    coming = db.session.scalar(
        select(func.count()).where(
            Appointment.person_id == person_id,
            Appointment.status == AppointmentStatus.BOOKED,
            Appointment.starts_at > now,
        )
    )
    most = settings.value("appointments.open", local(now).date())
    if (coming or 0) >= most:
        raise RuleViolation("", NN_("已有 %(most)d 个预约，先取消一个再约"), most=most)
    return _seat(slot, person_id, None, note, by=by, now=now)


def enter(
    slot_code: str,
    caller: Caller,
    note: str = "",
    *,
    organization_id: int,
    by: Actor,
    now: datetime,
) -> Appointment:
    """Return an appointment that a keeper enters for a caller."""
    caller = Caller(check_shown(caller.name.strip(), "name"), caller.phone.strip())
    check_caller(*caller)
    kept = AppointmentSlot.venue.has(Venue.organization_id == organization_id)
    slot = _open_slot(AppointmentSlot.code == slot_code, kept, now=now)
    return _seat(slot, None, caller, note, by=by, now=now)


def _seat(
    slot: AppointmentSlot,
    person_id: int | None,
    caller: Caller | None,
    note: str,
    *,
    by: Actor,
    now: datetime,
) -> Appointment:
    note = check_shown(note.strip(), "note")
    if len(note) > MAX_NOTE:
        raise RuleViolation("note", N_("内容太长，最多 %(limit)d 个字"), limit=MAX_NOTE)
    if slot.free <= 0:
        raise RuleViolation("", N_("这个时段刚刚约满了，请选别的时间"))
    one = Appointment(
        code=crypto.opaque_code(CODE_LENGTH),
        slot_id=slot.id,
        person_id=person_id,
        status=AppointmentStatus.BOOKED,
        starts_at=slot.starts_at,
        note=note,
        booked_at=now,
        booked_by_id=by.user_id,
    )
    if caller is not None:
        one.set_caller(*caller)
    slot.taken += 1
    db.session.add(one)
    db.session.flush()
    if person_id is not None:
        _take_time(one, slot, person_id)
    _note(one, None, by=by, now=now)
    audit("appointments.book", "appointment", one.id, by=by, venue=slot.venue_id)
    db.session.flush()
    return one


def _take_time(one: Appointment, slot: AppointmentSlot, person_id: int) -> None:
    """Take the quarters of a person's time. Raises RuleViolation where he has another then."""
    try:
        with db.session.begin_nested():
            db.session.add_all(
                BookedQuarter(person_id=person_id, starts_at=at, appointment_id=one.id)
                for at in quarters_of(slot.starts_at, slot.ends_at)
            )
    except IntegrityError as error:
        raise RuleViolation("", N_("这个时间您已有别的预约")) from error


def cancel_own(code: str, *, person_id: int, by: Actor, now: datetime) -> Appointment:
    """Return an appointment that its person cancelled, before it began."""
    one, slot = _locked(code, Appointment.person_id == person_id)
    check_cancellable(slot.starts_at, now)
    step(one, slot, AppointmentAction.CANCEL, by=by, now=now)
    audit("appointments.cancel", "appointment", one.id, by=by)
    db.session.flush()
    return one


def mark(
    code: str, action: AppointmentAction, *, organization_id: int, by: Actor, now: datetime
) -> Appointment:
    """Return an appointment that a keeper marked: came, missed, undone, or cancelled by phone."""
    kept = Appointment.slot.has(AppointmentSlot.venue.has(Venue.organization_id == organization_id))
    one, slot = _locked(code, kept)
    if action in FREED:
        check_cancellable(slot.starts_at, now)
    else:
        check_markable(slot.starts_at, now)
    step(one, slot, action, by=by, now=now)
    audit("appointments.mark", "appointment", one.id, by=by, step=action)
    db.session.flush()
    if action is AppointmentAction.CALL_OFF:
        letters.tell_appointments([one], LetterKind.APPOINTMENT_CALLED_OFF, now)
    return one


def step(
    one: Appointment, slot: AppointmentSlot, action: AppointmentAction, *, by: Actor, now: datetime
) -> None:
    """Lead an appointment on, whose slot is locked; its seat and time are free where it ends."""
    was = one.status
    one.status = next_state(APPOINTMENT_TRANSITIONS, was, action)
    if was in SEATED and one.status not in SEATED:
        slot.taken -= 1
        db.session.execute(delete(BookedQuarter).where(BookedQuarter.appointment_id == one.id))
    _note(one, action, by=by, now=now)


def _note(one: Appointment, action: AppointmentAction | None, *, by: Actor, now: datetime) -> None:
    db.session.add(
        AppointmentEvent(
            appointment_id=one.id,
            action=action,
            to_status=one.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
        )
    )


def _locked(code: str, *conditions: ColumnElement[bool]) -> tuple[Appointment, AppointmentSlot]:
    slot_id = db.session.scalar(
        select(Appointment.slot_id).where(Appointment.code == code, *conditions)
    )
    if slot_id is None:
        raise UnknownRowError(code)
    slot = locked_slot(AppointmentSlot.id == slot_id)
    one = db.session.scalars(
        select(Appointment)
        .where(Appointment.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return one, slot


def kept_slot(code: str, organization_id: int) -> AppointmentSlot:
    """Return a slot at a venue of an organization, locked. Raises UnknownRowError."""
    kept = AppointmentSlot.venue.has(Venue.organization_id == organization_id)
    return locked_slot(AppointmentSlot.code == code, kept)


def locked_slot(*conditions: ColumnElement[bool]) -> AppointmentSlot:
    """Return a slot with its venue, locked. Raises UnknownRowError."""
    slot = db.session.scalars(
        select(AppointmentSlot)
        .options(joinedload(AppointmentSlot.venue, innerjoin=True).joinedload(Venue.organization))
        .where(*conditions)
        .with_for_update(of=AppointmentSlot)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if slot is None:
        raise UnknownRowError
    return slot


def _open_slot(*conditions: ColumnElement[bool], now: datetime) -> AppointmentSlot:
    slot = locked_slot(*conditions)
    is_open = slot.removed_at is None and slot.venue.status in OPEN_TO_PEOPLE
    if not is_open or now >= slot.starts_at:
        raise RuleViolation("", N_("这个时段已经不能约了，请选别的时间"))
    if slot.venue.rests:
        raise RuleViolation("", RESTS)
    return slot
