"""What days at venues were: visits, people who were trained, open or not (CTR-03)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from activities.models import Venue, VenueVisitDay
from activities.operations import vitals
from activities.rules.holding import DayFacts
from activities.rules.venues import OPEN_TO_PEOPLE
from core import settings
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.clock import local
from core.database import db
from core.rules import N_, RuleViolation


def enter_day(
    venue: Venue, day: date, facts: DayFacts, *, by: Actor, now: datetime
) -> VenueVisitDay:
    """Return a day at a venue whose row is locked; entered again it is put right, counted anew.

    Raises RuleViolation for a day to come or too far back, and at a venue that is not open.
    """
    today = local(now).date()
    facts.check(day, today, settings.value("venues.day_back_days", today))
    if venue.status not in OPEN_TO_PEOPLE:
        raise RuleViolation("", N_("这个场所没有开放，不能登记"))
    row = db.session.scalars(
        select(VenueVisitDay)
        .where(VenueVisitDay.venue_id == venue.id, VenueVisitDay.day == day)
        .execution_options(populate_existing=True)
    ).one_or_none()
    before = row.facts if row is not None else None
    if row is None:
        row = VenueVisitDay(venue_id=venue.id, day=day)
    row.entered_at, row.entered_by_id = now, by.user_id
    vitals.count_day(row, facts)
    audit(
        "venues.enter_day",
        "venue",
        venue.id,
        by=by,
        day=day.isoformat(),
        before=_told(before),
        after=_told(facts),
    )
    return row


def _told(facts: DayFacts | None) -> list[int] | None:
    if facts is None:
        return None
    numbers = facts.groups, facts.group_visits, facts.single_visits, facts.online_visits
    return [*numbers, facts.trained, int(facts.is_open)]
