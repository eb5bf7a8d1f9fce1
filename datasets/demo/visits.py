"""What happens at venues of the demonstration: held activities, days, slots, one who is silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from activities import operations
from activities.models import Venue
from activities.operations import appointment_slots, reports, visits
from activities.rules import ActivityField, ActivityWork, Posting, ShiftPlan
from activities.rules.appointments import Offer
from activities.rules.holding import DayFacts, ReportFacts
from activities.rules.venues import OPEN_TO_PEOPLE, VenueKind
from core import clock
from core.audit.operations import SYSTEM, Actor
from core.database import db
from datasets.demo.people import Stage
from organizations.models import Organization

BOOKABLE = (VenueKind.MEMBER_SERVICE_CENTRE, VenueKind.MEMBER_WORKSHOP)
#: Every so many a venue is silent.
QUIET = 3
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MEETING = Posting(
    title="会员学习日",
    field=ActivityField.VALUES,
    place="",
    description="学章程，练包扎，说说一年要办的事。",
    risks="室内进行，没有特别的危险。",
    work=ActivityWork.MEETING,
    budget_fen=30_000,
)
FACTS = ReportFacts(
    "学了章程，练了包扎。", public_people=18, spend_fen=26_500, paper=(9, 3, 1, 0, 0)
)


def build_visits(stage: Stage, now: datetime) -> None:
    """Let something happen at venues that are open, at every third nothing."""
    found = db.session.scalars(
        select(Venue).where(Venue.status.in_(OPEN_TO_PEOPLE)).order_by(Venue.id)
    ).all()
    for number, venue in enumerate(found):
        by = stage.keepers.get(venue.organization_id, SYSTEM)
        if number % QUIET:
            _held(venue, by, now)
            _days(venue, by, now)
        if venue.kind in BOOKABLE:
            _slots(venue, by, now)


def _held(venue: Venue, by: Actor, now: datetime) -> None:
    """Hold a meeting some days ago, and tell of it."""
    place = db.session.get_one(Organization, venue.organization_id)
    start = now - 10 * DAY
    posting = replace(MEETING, place=venue.address, venue=venue.code)
    plan = ShiftPlan(start, start + 2 * HOUR, 30)
    made = operations.create(place, posting, [plan], by=by, now=start - 8 * DAY)
    operations.publish(made.code, organization_id=place.id, by=by, now=start - 8 * DAY)
    reports.report(made.code, FACTS, organization_id=place.id, by=by, now=now)


def _days(venue: Venue, by: Actor, now: datetime) -> None:
    today = clock.local(now).date()
    for ago in (3, 2, 1):
        facts = DayFacts(single_visits=4 + ago, groups=ago % 2, group_visits=20 * (ago % 2))
        visits.enter_day(venue, today - ago * DAY, facts, by=by, now=now)


def _slots(venue: Venue, by: Actor, now: datetime) -> None:
    today = clock.local(now).date()
    appointment_slots.offer_slots(
        venue.code,
        Offer(60, 2),
        (today + DAY, today + 14 * DAY),
        organization_id=venue.organization_id,
        by=by,
        now=now,
    )
