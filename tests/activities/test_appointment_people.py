"""Appointments of two records of one person, of who closes an account, of a venue that closes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from activities.models import Appointment, AppointmentSlot, BookedQuarter, SlotQuarter
from activities.operations import appointment_people, appointment_slots, appointments
from activities.rules.appointments import AppointmentStatus
from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from people.models import Person
from tests.activities.desk import BRANCH
from tests.cast import Cast
from tests.people.pairs import merge, part, twin
from tests.security.visits_table import make_slot
from tests.venue_factories import make_venue


def booked(slot: AppointmentSlot, person: Person) -> Appointment:
    """Return an appointment of a person."""
    one = appointments.book(slot.code, person.id, by=SYSTEM, now=clock.now())
    db.session.commit()
    return one


def owners() -> set[int]:
    """Return whose time is taken."""
    return set(db.session.scalars(select(BookedQuarter.person_id)))


@pytest.mark.covers("S7")
def test_appointments_follow_a_merge_and_its_undoing(cast: Cast) -> None:
    first, second = twin(cast), twin(cast, "东二村")
    slot = make_slot(make_venue(cast.organization(BRANCH)))
    one = booked(slot, second)
    mine = booked(slot, first)
    with pytest.raises(RuleViolation, match="同一时间的预约"):
        merge(cast, first, second)
    db.session.rollback()
    appointments.cancel_own(mine.code, person_id=first.id, by=SYSTEM, now=clock.now())
    done = merge(cast, first, second)
    db.session.expire_all()
    assert one.person_id == done.survivor_id
    assert owners() == {done.survivor_id}
    part(cast, done)
    db.session.expire_all()
    assert one.person_id == second.id
    assert owners() == {second.id}


def test_who_closes_the_account_is_forgotten_and_a_closed_venue_calls_off(cast: Cast) -> None:
    venue = make_venue(cast.organization(BRANCH))
    slot = make_slot(venue)
    one, other = booked(slot, cast.person("ada")), booked(slot, cast.person("gus"))
    assert appointment_people.forget_person(cast.person("ada").id) == 1
    db.session.expire_all()
    assert (one.person_id, one.note, one.status) == (None, "", AppointmentStatus.BOOKED)
    appointment_slots.call_off_all(venue.id, by=SYSTEM, now=clock.now())
    db.session.expire_all()
    assert other.status is AppointmentStatus.CALLED_OFF
    assert slot.removed_at is not None
    assert slot.taken == 0
    assert db.session.scalars(select(SlotQuarter)).first() is None
    assert owners() == set()
    assert timedelta(0) < slot.starts_at - clock.now()
