"""What the pages of activities at venues and of appointments need, and rows for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from activities.models import Activity, Appointment, AppointmentSlot, SlotQuarter, Venue
from activities.operations import appointments, reports
from activities.operations.uses import place_at
from activities.rules import ActivityStatus
from activities.rules.appointments import quarters_of
from core import clock, crypto
from core.audit.operations import SYSTEM
from core.database import db
from organizations.models import Organization
from tests import activity_factories as acting
from tests.cast import organization_named
from tests.security.activity_table import OWN, PUBLIC
from tests.units import png
from tests.venue_factories import make_venue

_KEPT = (
    "list_askings agree_use refuse_use enter_day list_appointments offer_slots remove_slot "
    "enter_caller show_appointment mark_appointment"
)
_KEPT_WITH_ACTIVITIES = (
    "report_activity add_activity_photo activity_photo drop_activity_photo find_to_borrow"
)
VISITS: dict[str, str] = {
    **{f"activities.{name}": "venues-keep" for name in _KEPT.split()},
    **{f"activities.{name}": "activities-keep" for name in _KEPT_WITH_ACTIVITIES.split()},
    "activities.list_signs": "activities-read",
    "activities.show_signs": "activities-read",
    "activities.plan": "activities-read",
    "activities.plan_calendar": "activities-read",
    "activities.print_plan": "activities-read",
    "activities.give_feedback": PUBLIC,
    "activities.find_venues": OWN,
    "activities.show_slots": OWN,
    "activities.book_slot": OWN,
    "activities.own_appointments": OWN,
    "activities.cancel_appointment": OWN,
}

VISIT_ROWS: dict[str, str] = {
    "activities.agree_use": "venue-use",
    "activities.refuse_use": "venue-use",
    "activities.enter_day": "venue",
    "activities.show_signs": "venue",
    "activities.list_appointments": "venue",
    "activities.offer_slots": "venue",
    "activities.remove_slot": "slot",
    "activities.enter_caller": "slot",
    "activities.show_appointment": "appointment",
    "activities.mark_appointment": "appointment",
    "activities.report_activity": "activity-held",
    "activities.add_activity_photo": "activity-held",
    "activities.activity_photo": "activity-photo",
    "activities.drop_activity_photo": "activity-photo",
}
VISIT_OWN_ROWS: dict[str, str] = {"activities.cancel_appointment": "appointment"}


def _use(organization: Organization) -> str:
    """Return an activity of another organization that asks for a venue of this one."""
    other = organization_named("东市" if organization.name == "东县" else "东县")
    activity = acting.make_activity(other, ActivityStatus.DRAFT)
    place_at(activity, make_venue(organization).code, by=SYSTEM, now=clock.now())
    return activity.code


def make_slot(venue: Venue) -> AppointmentSlot:
    """Return a slot with two seats at a venue, in three days."""
    begin = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    slot = AppointmentSlot(
        code=crypto.opaque_code(12),
        venue_id=venue.id,
        starts_at=begin,
        ends_at=begin + timedelta(hours=1),
        seats=2,
        taken=0,
    )
    db.session.add(slot)
    db.session.flush()
    db.session.add_all(
        SlotQuarter(venue_id=slot.venue_id, starts_at=at, slot_id=slot.id)
        for at in quarters_of(slot.starts_at, slot.ends_at)
    )
    db.session.flush()
    return slot


def make_caller(organization: Organization) -> Appointment:
    """Return an appointment of a caller at a venue of an organization."""
    return appointments.enter(
        make_slot(make_venue(organization)).code,
        appointments.Caller("试来电", "0571-00000009"),
        organization_id=organization.id,
        by=SYSTEM,
        now=clock.now(),
    )


def _held(organization: Organization) -> Activity:
    start = clock.now() - timedelta(days=1)
    return acting.make_activity(organization, starts_at=start)


def _photo(organization: Organization) -> str:
    return reports.add_photo(_held(organization), png(), by=SYSTEM, now=clock.now()).code


VISIT_BUILDERS: dict[str, Callable[[Organization], str]] = {
    "venue-use": _use,
    "slot": lambda organization: make_slot(make_venue(organization)).code,
    "appointment": lambda organization: make_caller(organization).code,
    "activity-held": lambda organization: _held(organization).code,
    "activity-photo": _photo,
}
