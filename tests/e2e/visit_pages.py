"""Pages of what happens at venues and of appointments there, and what stands on them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from activities.models import VenueVisitDay
from activities.operations import appointments, uses, vitals
from activities.rules import ActivityStatus
from activities.rules.holding import DayFacts
from core import clock
from core.audit.operations import SYSTEM, Actor
from core.database import db
from tests import activity_factories as acting
from tests.cast import organization_named
from tests.e2e.dues import membership_of
from tests.e2e.sheets import Sheet, press
from tests.security.visits_table import make_caller, make_slot
from tests.venue_factories import make_venue

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery

BEN = "/o/{branch}"
VENUE = BEN + "/venues/{held_venue}/appointments"

VISIT_SHEETS = (
    Sheet("activities.list_signs", "cora", "/o/{county}/venue-signs"),
    Sheet("activities.list_signs", "ben", BEN + "/venue-signs?show=silent", state="silent"),
    Sheet("activities.show_signs", "ben", BEN + "/venue-signs/{held_venue}"),
    Sheet("activities.enter_day", "ben", BEN + "/venue-signs/{held_venue}/days"),
    Sheet("activities.report_activity", "ben", BEN + "/events/{held_activity}/report"),
    Sheet("activities.give_feedback", None, "/f/{held_activity}"),
    Sheet("activities.give_feedback", None, "/f/{held_activity}", press("提交"), "wrong"),
    Sheet("activities.plan", "ben", BEN + "/plan"),
    Sheet("activities.print_plan", "ben", BEN + "/plan/print"),
    Sheet("activities.list_askings", "ben", BEN + "/venue-askings"),
    Sheet("activities.refuse_use", "ben", BEN + "/venue-askings/{asking_activity}/refuse"),
    Sheet("activities.find_to_borrow", "ben", BEN + "/venues-to-borrow"),
    Sheet("activities.find_venues", "mia", "/venues/near"),
    Sheet("activities.show_slots", "mia", "/venues/{held_venue}/appointments"),
    Sheet("activities.book_slot", "mia", "/appointments/new/{free_slot}"),
    Sheet("activities.own_appointments", "mia", "/me/appointments"),
    Sheet("activities.list_appointments", "ben", VENUE + "?day={slot_day}"),
    Sheet("activities.offer_slots", "ben", VENUE + "/offer"),
    Sheet("activities.enter_caller", "ben", BEN + "/slots/{free_slot}/caller"),
    Sheet(
        "activities.enter_caller", "ben", BEN + "/slots/{free_slot}/caller", press("约好"), "wrong"
    ),
    Sheet("activities.show_appointment", "ben", BEN + "/appointments/{called}"),
)


def furnish_visits(scenery: Scenery) -> None:
    """Leave a village a home with an activity held there, a day, an asking and appointments."""
    place, now = organization_named("东一村"), clock.now()
    home = make_venue(place, name="试验之家")
    held = acting.make_activity(place, starts_at=now - timedelta(days=1))
    held.venue_id, held.budget_fen = home.id, 50_000
    asking = acting.make_activity(organization_named("东二村"), ActivityStatus.DRAFT)
    db.session.flush()
    vitals.hold(held, [acting.shift_of(held)])
    facts = DayFacts(single_visits=12, groups=1, group_visits=30)
    vitals.count_day(_day(home.id), facts)
    uses.place_at(asking, home.code, by=SYSTEM, now=now)
    free = make_slot(home)
    mia = membership_of("mia").person
    appointments.book(free.code, mia.id, "转会", by=Actor(person_id=mia.id), now=now)
    called = make_caller(place)
    scenery.codes.update(
        held_venue=home.code,
        held_activity=held.code,
        asking_activity=asking.code,
        free_slot=free.code,
        slot_day=clock.local(free.starts_at).date().isoformat(),
        called=called.code,
    )
    db.session.flush()


def _day(venue_id: int) -> VenueVisitDay:
    day = clock.today() - timedelta(days=2)
    return VenueVisitDay(venue_id=venue_id, day=day, entered_at=clock.now())
