"""Appointments at venues: slots out of opening hours, booked by phone and on the phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import product

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from accounts.rules.letters import LetterKind
from activities.models import (
    Appointment,
    AppointmentSlot,
    BookedQuarter,
    SlotQuarter,
    Venue,
)
from activities.operations import appointment_slots, appointments
from activities.rules.appointments import (
    APPOINTMENT_TRANSITIONS,
    AppointmentAction,
    AppointmentStatus,
    Offer,
    slots_of,
)
from activities.rules.venues import VenueKind
from core import clock
from core.audit.operations import Actor
from core.database import db
from core.rules import IllegalTransition, RuleViolation, next_state
from tests.activities.attending import main_text
from tests.activities.desk import BRANCH, letters
from tests.cast import Cast
from tests.client import Client
from tests.venue_factories import make_venue

ClientOf = Callable[[str], Client]
UTC_DAY = datetime(2026, 6, 1, tzinfo=clock.SHANGHAI)


@pytest.fixture
def workshop(cast: Cast) -> Venue:
    """Return a workshop that is open on workdays from nine to five."""
    venue = make_venue(cast.organization(BRANCH), VenueKind.MEMBER_WORKSHOP, name="试工作室")
    db.session.commit()
    return venue


def workday() -> date:
    """Return the second workday after today: open, and not begun."""
    day = clock.today() + timedelta(days=2)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def offered(
    cast: Cast, ben: Client, venue: Venue, *, minutes: str = "60", seats: str = "1"
) -> list[AppointmentSlot]:
    """Return the slots of a workday that the keeper offered."""
    address = f"/o/{cast.code(BRANCH)}/venues/{venue.code}/appointments/offer"
    day = workday().isoformat()
    form = {"first": day, "last": day, "minutes": minutes, "seats": seats}
    answer = ben.post(address, form)
    assert answer.status_code == 303, answer.text
    statement = select(AppointmentSlot).where(AppointmentSlot.venue_id == venue.id)
    return list(db.session.scalars(statement.order_by(AppointmentSlot.starts_at)))


def test_slots_fill_opening_hours_and_never_begin_off_the_quarter() -> None:
    def at(hour: int, minute: int = 0) -> datetime:
        return datetime.combine(UTC_DAY.date(), time(hour, minute), UTC_DAY.tzinfo)

    spans = [(at(8, 50), at(10)), (at(14), at(14, 20))]
    found = list(slots_of(spans, Offer(30, 1), at(0)))
    assert found == [(at(9), at(9, 30)), (at(9, 30), at(10))]
    assert list(slots_of(spans, Offer(30, 1), at(9))) == [(at(9, 30), at(10))]
    with pytest.raises(RuleViolation):
        Offer(25, 1).check()


def test_every_step_is_in_the_table_or_refused() -> None:
    for state, action in product(AppointmentStatus, AppointmentAction):
        if (state, action) in APPOINTMENT_TRANSITIONS:
            assert next_state(APPOINTMENT_TRANSITIONS, state, action) is not state
            continue
        with pytest.raises(IllegalTransition):
            next_state(APPOINTMENT_TRANSITIONS, state, action)


def test_a_keeper_offers_a_volunteer_books_is_reminded_and_comes(
    cast: Cast, client_of: ClientOf, workshop: Venue
) -> None:
    ben, ada = client_of("ben"), client_of("ada")
    slots = offered(cast, ben, workshop)
    assert len(slots) == 8
    again = ben.post(
        f"/o/{cast.code(BRANCH)}/venues/{workshop.code}/appointments/offer",
        {"first": workday().isoformat(), "last": workday().isoformat(), "minutes": "90"},
    )
    assert again.status_code == 422
    page = ada.page(f"/venues/{workshop.code}/appointments")
    link = page.select_one("a[href*='/appointments/new/']")
    assert link is not None
    booked = ada.post(str(link["href"]), {"note": "办转会"})
    assert booked.status_code == 303
    assert "试工作室" in main_text(ada, "/me/appointments")
    full = client_of("gus").post(str(link["href"]), {})
    assert full.status_code == 422
    day = f"/o/{cast.code(BRANCH)}/venues/{workshop.code}/appointments?day={workday()}"
    assert "人ada" in main_text(ben, day)
    for odd in ("0001-01-01", "9999-12-31", "x"):
        assert ben.get(f"{day.partition('=')[0]}={odd}").status_code == 200
    one = db.session.scalars(select(Appointment)).one()
    mark = f"/o/{cast.code(BRANCH)}/appointments/{one.code}"
    assert ben.post(mark, {"act": "miss"}).status_code == 422  # not yet
    soon = one.starts_at - timedelta(hours=20)
    assert appointment_slots.remind(soon) == 1
    assert appointment_slots.remind(soon) == 0
    assert letters(cast.user("ada")) == [LetterKind.APPOINTMENT_SOON]
    db.session.commit()
    _marked(cast, client_of, workshop, one)


def test_a_keeper_sees_the_next_day_with_appointments_and_a_member_the_venue_itself(
    cast: Cast, client_of: ClientOf, workshop: Venue
) -> None:
    ben, ada = client_of("ben"), client_of("ada")
    address = f"/o/{cast.code(BRANCH)}/venues/{workshop.code}/appointments"
    assert "这天没有开预约" in main_text(ben, address)
    offered(cast, ben, workshop)
    assert "这天没有开预约" not in main_text(ben, address)
    assert "这天没有开预约" in main_text(ben, f"{address}?day={clock.today()}")
    link = ada.page("/venues/near").select_one("#rows th a")
    assert link is not None
    assert "试工作室" in ada.page(str(link["href"])).text


def _marked(cast: Cast, client_of: ClientOf, workshop: Venue, one: Appointment) -> None:
    """Let the time of an appointment pass: it is marked as missed, undone, marked as kept."""
    ben, ada = client_of("ben"), client_of("ada")
    mark = f"/o/{cast.code(BRANCH)}/appointments/{one.code}"
    past = clock.now() - timedelta(minutes=5)
    one.starts_at = one.slot.starts_at = past
    db.session.commit()
    assert ben.post(mark, {"act": "miss"}).status_code == 303
    today = f"/o/{cast.code(BRANCH)}/venues/{workshop.code}/appointments"
    assert "没来" in main_text(ben, f"{today}?day={clock.local(past).date()}")
    assert ben.post(mark, {"act": "undo"}).status_code == 303
    assert ben.post(mark, {"act": "come"}).status_code == 303
    assert ben.post(mark, {"act": "miss"}).status_code == 409
    assert ada.post(f"/me/appointments/{one.code}/cancel").status_code == 422


def test_cancelling_frees_the_seat_and_the_time(
    cast: Cast, client_of: ClientOf, workshop: Venue
) -> None:
    slots, ada = offered(cast, client_of("ben"), workshop), client_of("ada")
    address = f"/appointments/new/{slots[0].code}"
    assert ada.post(address, {}).status_code == 303
    one = db.session.scalars(select(Appointment)).one()
    assert client_of("gus").post(f"/me/appointments/{one.code}/cancel").status_code == 404
    assert ada.post(f"/me/appointments/{one.code}/cancel").status_code == 303
    assert db.session.scalars(select(BookedQuarter)).first() is None
    assert client_of("gus").post(address, {}).status_code == 303
    stranger = client_of("cora").post(f"/appointments/new/{slots[1].code}", {})
    assert stranger.status_code == 422, stranger.headers.get("Location")


def test_the_database_refuses_what_overlaps(
    cast: Cast, client_of: ClientOf, workshop: Venue
) -> None:
    """At one venue two slots, and of one person two appointments, cannot take one quarter."""
    ben = client_of("ben")
    slots = offered(cast, ben, workshop)
    other = make_venue(cast.organization("东二村"), VenueKind.MEMBER_SERVICE_CENTRE, name="中心")
    db.session.commit()
    answer = client_of("bea").post(
        f"/o/{cast.code('东二村')}/venues/{other.code}/appointments/offer",
        {"first": workday().isoformat(), "last": workday().isoformat(), "minutes": "45"},
    )
    assert answer.status_code == 303
    there = select(AppointmentSlot).where(AppointmentSlot.venue_id == other.id)
    elsewhere = db.session.scalars(there.order_by(AppointmentSlot.starts_at)).all()[0]
    ada = client_of("ada")
    assert ada.post(f"/appointments/new/{slots[0].code}", {}).status_code == 303
    assert ada.post(f"/appointments/new/{elsewhere.code}", {}).status_code == 422
    db.session.refresh(elsewhere)
    assert elsewhere.taken == 0
    mine = db.session.scalars(select(BookedQuarter)).all()[0]
    its = select(SlotQuarter).where(SlotQuarter.slot_id == slots[0].id)
    taken = db.session.scalars(its).all()[0]
    doubles = (
        insert(BookedQuarter).values(
            person_id=mine.person_id, starts_at=mine.starts_at, appointment_id=mine.appointment_id
        ),
        insert(SlotQuarter).values(
            venue_id=workshop.id, starts_at=taken.starts_at, slot_id=slots[-1].id
        ),
        update(AppointmentSlot).where(AppointmentSlot.id == slots[0].id).values(taken=2),
    )
    for double in doubles:
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(double)


@pytest.mark.covers("PRV-14")
def test_a_caller_is_entered_masked_in_no_list_and_forgotten(
    cast: Cast, client_of: ClientOf, workshop: Venue
) -> None:
    ben = client_of("ben")
    slots = offered(cast, ben, workshop)
    address = f"/o/{cast.code(BRANCH)}/slots/{slots[0].code}/caller"
    wrong = ben.post(address, {"name": "王女士", "phone": ""})
    assert wrong.status_code == 422
    assert "王女士" in wrong.text
    told = {"name": "王女士", "phone": "0571-12345678", "note": "咨询"}
    assert ben.post(address, told).status_code == 303
    one = db.session.scalars(select(Appointment)).one()
    stored = db.session.execute(select(Appointment.caller_name, Appointment.caller_phone)).one()
    assert "王" not in (stored[0] or "")
    assert "12345678" not in (stored[1] or "")
    day = f"/o/{cast.code(BRANCH)}/venues/{workshop.code}/appointments?day={workday()}"
    assert "12345678" not in ben.get(day).text
    assert "0571-12345678" in ben.get(f"/o/{cast.code(BRANCH)}/appointments/{one.code}").text
    will = client_of("will")
    assert will.get(f"/o/{cast.code('西一村')}/appointments/{one.code}").status_code == 404
    assert appointment_slots.forget_callers(one.starts_at + timedelta(days=29)) == 0
    assert appointment_slots.forget_callers(one.starts_at + timedelta(days=31)) == 1
    assert appointment_slots.forget_callers(one.starts_at + timedelta(days=31)) == 0
    db.session.expire_all()
    assert (one.plain_name, one.plain_phone, one.note) == ("", "", "")


def test_a_slot_taken_back_tells_who_booked_it(
    cast: Cast, client_of: ClientOf, workshop: Venue
) -> None:
    ben, ada = client_of("ben"), client_of("ada")
    slots = offered(cast, ben, workshop, seats="2")
    ada.post(f"/appointments/new/{slots[0].code}", {})
    gone = f"/o/{cast.code(BRANCH)}/slots/{slots[0].code}/remove"
    assert ben.post(gone).status_code == 303
    assert letters(cast.user("ada")) == [LetterKind.APPOINTMENT_CALLED_OFF]
    assert "场所取消" in main_text(ada, "/me/appointments")
    assert ada.get(f"/appointments/new/{slots[0].code}").status_code == 404
    assert ben.post(gone).status_code == 422
    assert len(offered(cast, ben, workshop)) == 9  # the same time is offered again


def test_nobody_keeps_more_than_a_few_to_come(
    cast: Cast, client_of: ClientOf, workshop: Venue
) -> None:
    slots = offered(cast, client_of("ben"), workshop)
    by = Actor(user_id=cast.user("ada").id)
    for slot in slots[:5]:
        appointments.book(slot.code, cast.person("ada").id, by=by, now=clock.now())
    with pytest.raises(RuleViolation):
        appointments.book(slots[5].code, cast.person("ada").id, by=by, now=clock.now())
