"""Opening hours of a venue, and the days that differ."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, func, select

from activities.models import Venue, VenueDay, VenueHours
from activities.operations.venues import note
from activities.rules.venue_hours import OtherDay, Week, check_periods, check_week
from activities.rules.venues import VenueStatus
from core import clock, settings
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, check_line

NOTE_MAX = 60
CHANGED = N_("修改开放时间")


def set_hours(venue: Venue, week: Week, *, by: Actor, now: datetime) -> None:
    """Give a venue, whose row is locked, the hours of a week. Raises RuleViolation."""
    check_open_still(venue)
    checked = check_week(week)
    mine = VenueHours.venue_id == venue.id
    db.session.execute(delete(VenueHours).where(mine).execution_options(synchronize_session=False))
    db.session.expire_all()
    for weekday, periods in checked.items():
        for one in periods:
            row = VenueHours(venue_id=venue.id, weekday=weekday, opens=one.opens, closes=one.closes)
            db.session.add(row)
    note(venue, None, by=by, now=now, words=CHANGED)
    record("venue.hours", "venue", venue.id, by=by)
    db.session.flush()


def set_day(venue: Venue, other: OtherDay, *, by: Actor, now: datetime) -> None:
    """Let a day differ from its weekday; a day that is told again differs as told last.

    Raises RuleViolation for a day that is over.
    """
    check_open_still(venue)
    today = clock.local(now).date()
    if other.on < today:
        raise RuleViolation("day", N_("这一天已经过了"))
    if other.on > date(today.year + 2, 1, 1):
        raise RuleViolation("day", N_("最多排到明年年底"))
    periods = check_periods(other.periods, "opens")
    words = check_line(other.note, "note", NOTE_MAX, "")
    row = db.session.get(VenueDay, (venue.id, other.on))
    if row is None:
        ahead = select(func.count()).where(VenueDay.venue_id == venue.id, VenueDay.day >= today)
        most = settings.value("venues.other_days", today)
        if (db.session.scalar(ahead) or 0) >= most:
            raise RuleViolation("day", N_("最多 %(most)d 天"), most=most)
        row = VenueDay(venue_id=venue.id, day=other.on)
        db.session.add(row)
    row.opens = periods[0].opens if periods else None
    row.closes = periods[0].closes if periods else None
    row.note = words
    record("venue.day", "venue", venue.id, by=by, day=other.on)
    db.session.flush()


def drop_day(venue: Venue, day: date, *, by: Actor) -> None:
    """Let a day be as its weekday again."""
    check_open_still(venue)
    row = db.session.get(VenueDay, (venue.id, day))
    if row is not None:
        db.session.delete(row)
        record("venue.drop_day", "venue", venue.id, by=by, day=day)
        db.session.flush()


def check_open_still(venue: Venue) -> None:
    """Raise RuleViolation for a venue that is closed for good."""
    if venue.status is VenueStatus.CLOSED:
        raise RuleViolation("", N_("已经摘牌，不能再改"))
