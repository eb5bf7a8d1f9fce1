"""A race about appointments: eight people for the last seat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from activities.models import Appointment, AppointmentSlot, SlotQuarter
from activities.rules.appointments import QUARTER, AppointmentStatus, quarters_of
from core import clock, crypto
from core.database import db
from tests.races import stage
from tests.races.harness import WIDTH, Post, Trial
from tests.races.race import DONE, REFUSED, Race
from tests.races.server import Ground
from tests.venue_factories import make_venue

HERE = "东一村"


def a_slot(place: str, starts_at: datetime) -> AppointmentSlot:
    """Return a slot with one seat at a new venue."""
    venue = make_venue(stage.place(place), name="赛场")
    slot = AppointmentSlot(
        code=crypto.opaque_code(12),
        venue_id=venue.id,
        starts_at=starts_at,
        ends_at=starts_at + 2 * QUARTER,
        seats=1,
        taken=0,
    )
    db.session.add(slot)
    db.session.flush()
    db.session.add_all(
        SlotQuarter(venue_id=venue.id, starts_at=at, slot_id=slot.id)
        for at in quarters_of(slot.starts_at, slot.ends_at)
    )
    db.session.flush()
    return slot


def begin() -> datetime:
    """Return a full hour in some days."""
    return clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=4)


def booking(who: stage.Somebody, slot: AppointmentSlot) -> Post:
    """Return the form by which somebody books a slot."""
    return Post(who.token, f"/appointments/new/{slot.code}")


def prepare_last_seat(_ground: Ground, count: int) -> list[Trial]:
    """Eight people book the only seat at once."""
    trials = []
    for _ in range(count):
        slot = a_slot(HERE, begin())
        people = [stage.volunteer(HERE)[1] for _ in range(WIDTH)]
        trials.append(Trial([booking(one, slot) for one in people], slot.id))
    return trials


def judge_last_seat(trial: Trial) -> Iterator[str]:
    """One has it, seven are told, and the slot counts one."""
    if sorted(trial.statuses()) != [DONE] + [REFUSED] * (WIDTH - 1):
        yield f"statuses {trial.statuses()}"
    slot = db.session.get_one(AppointmentSlot, trial.subject)
    held = select(Appointment.id).where(
        Appointment.slot_id == slot.id, Appointment.status == AppointmentStatus.BOOKED
    )
    seats = len(db.session.scalars(held).all())
    if (seats, slot.taken) != (1, 1):
        yield f"{seats} booked, {slot.taken} counted"


RACES = (
    Race(
        "eight book the last seat",
        ("RACE-02",),
        ("lock on appointment slots",),
        prepare_last_seat,
        judge_last_seat,
    ),
)
