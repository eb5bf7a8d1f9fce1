"""Vital signs of venues: counted in the transaction of the fact, equal to a recount (CTR-03).

Facts are when a shift was held, as what people came, reports, days, and confirmed hours; months
are their sums. Whoever changes a fact locks the venue first, after everything else he locks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, select

from activities.models import (
    Activity,
    ActivityReport,
    Attendance,
    Shift,
    Venue,
    VenueMonth,
    VenuePulse,
    VenueVisitDay,
)
from activities.operations.venue_figures import SESSIONS, count_happened
from activities.rules import ActivityStatus
from activities.rules.holding import CameAs, DayFacts, came_as, month_of
from activities.standing import homes_of
from core.bulk import add_many
from core.clock import local
from core.database import db
from members.models import Membership
from members.rules import LIVE_STATES, MembershipKind

OPEN_DAYS, MINUTES, SPEND = "open_days", "minutes", "spend_fen"
VISITS = ("groups", "group_visits", "single_visits", "online_visits", "trained")
COUNTS = (SESSIONS, OPEN_DAYS, *CameAs, MINUTES, *VISITS, SPEND)


class Tally:
    """The changes of one act, by venue and month; written once, in the order of the keys."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.changes: Counter[tuple[int, int, str]] = Counter()

    def add(self, venue_id: int, month: int, name: str, change: int) -> None:
        """Note a change."""
        self.changes[venue_id, month, name] += change

    def write(self) -> None:
        """Write what changed: one statement, and another where it is a number of organizations."""
        rows: dict[tuple[int, int], dict[str, Any]] = {}
        for (venue_id, month, name), change in sorted(self.changes.items()):
            empty = {"venue_id": venue_id, "month": month, **dict.fromkeys(COUNTS, 0)}
            rows.setdefault((venue_id, month), empty)[name] += change
        self.changes.clear()
        changed = [row for row in rows.values() if any(row[name] for name in COUNTS)]
        count_happened({(row["venue_id"], row["month"]): row for row in changed})
        add_many(VenueMonth, changed, COUNTS)


def lock_venue(venue_id: int) -> None:
    """Let one at a time count at a venue; rows that point to it may still be written."""
    statement = select(Venue.id).where(Venue.id == venue_id).with_for_update(key_share=True)
    db.session.execute(statement)


def note_came(activity: Activity, rows: Iterable[tuple[int, Attendance]], *, shift: Shift) -> None:
    """Count people who were there, each in one class; ``rows`` are person and attendance."""
    rows = list(rows)
    if not rows:
        return
    people = sorted({person_id for person_id, _ in rows})
    kinds = _kinds_of(people)
    volunteers = homes_of(people)
    for person_id, attendance in rows:
        kind = kinds.get(person_id)
        attendance.came_as = came_as(
            activity.work,
            is_youth=kind is MembershipKind.YOUTH,
            is_member=kind is not None,
            is_volunteer=person_id in volunteers,
        )
    hold(activity, [shift])
    _count_people(activity, shift, [one for _, one in rows], +1)


def note_gone(activity: Activity, shift: Shift, rows: Sequence[Attendance]) -> None:
    """Take back what was counted of attendances whose ending is taken back."""
    _count_people(activity, shift, rows, -1)
    for one in rows:
        one.came_as = None


def _count_people(activity: Activity, shift: Shift, rows: Sequence[Attendance], sign: int) -> None:
    if activity.venue_id is None or shift.held_on is None:
        return
    tally = Tally()
    for kind, count in Counter(one.came_as for one in rows if one.came_as).items():
        tally.add(activity.venue_id, month_of(shift.held_on), kind, sign * count)
    tally.write()


def _kinds_of(people: Sequence[int]) -> dict[int, MembershipKind]:
    rows = db.session.execute(
        select(Membership.person_id, Membership.kind).where(
            Membership.person_id.in_(people), Membership.status.in_(LIVE_STATES)
        )
    )
    return {row.person_id: row.kind for row in rows}


def hold(activity: Activity, shifts: Iterable[Shift]) -> None:
    """Note that shifts were held, on the day on which they began; once noted, the day stays."""
    _mark(activity, {shift: local(shift.starts_at).date() for shift in shifts if not shift.held_on})


def recheck(activity: Activity, shifts: Iterable[Shift], now: datetime) -> None:
    """Note of shifts that are over whether they were held: people came, or the report says so."""
    shifts = list(shifts)
    came = _with_people([shift.id for shift in shifts])
    report = db.session.get(ActivityReport, activity.id)
    had_public = report is not None and report.public_people > 0
    changes: dict[Shift, date | None] = {}
    for shift in shifts:
        is_held = shift.id in came or (
            had_public and shift.ends_at <= now and activity.status is not ActivityStatus.CANCELLED
        )
        if is_held and shift.held_on is None:
            changes[shift] = local(shift.starts_at).date()
        elif not is_held and shift.held_on is not None:
            changes[shift] = None
    _mark(activity, changes)


def _with_people(shift_ids: Sequence[int]) -> set[int]:
    settled = select(Attendance.shift_id).where(
        Attendance.shift_id.in_(shift_ids), Attendance.came_as.is_not(None)
    )
    return set(db.session.scalars(settled.distinct()))


def _mark(activity: Activity, changes: Mapping[Shift, date | None]) -> None:
    """Set the day on which shifts were held, and count sessions, open days, the last day."""
    if not changes:
        return
    if activity.venue_id is None:
        for shift, day in changes.items():
            shift.held_on = day
        db.session.flush()
        return
    venue_id, tally = activity.venue_id, Tally()
    lock_venue(venue_id)
    db.session.flush()
    days = {day for shift, new in changes.items() for day in (shift.held_on, new) if day}
    before = opened(venue_id, days)
    for shift, day in changes.items():
        if shift.held_on is not None:
            tally.add(venue_id, month_of(shift.held_on), SESSIONS, -1)
        if day is not None:
            tally.add(venue_id, month_of(day), SESSIONS, +1)
        shift.held_on = day
    db.session.flush()
    _count_opened(tally, venue_id, before, opened(venue_id, days))
    tally.write()
    keep_pulse(venue_id)


def opened(venue_id: int, days: Iterable[date]) -> set[date]:
    """Return which of the days a venue was open: its keeper says so, or something was held."""
    days = list(days)
    if not days:
        return set()
    held = (
        select(Shift.held_on)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(Activity.venue_id == venue_id, Shift.held_on.in_(days))
    )
    told = select(VenueVisitDay.day).where(
        VenueVisitDay.venue_id == venue_id,
        VenueVisitDay.day.in_(days),
        VenueVisitDay.is_open.is_(True),
    )
    return {day for day in db.session.scalars(held.union(told)) if day is not None}


def _count_opened(tally: Tally, venue_id: int, before: set[date], after: set[date]) -> None:
    for day in after - before:
        tally.add(venue_id, month_of(day), OPEN_DAYS, +1)
    for day in before - after:
        tally.add(venue_id, month_of(day), OPEN_DAYS, -1)


def keep_pulse(venue_id: int) -> None:
    """Keep the day on which something was held last at a locked venue."""
    last = db.session.scalar(
        select(func.max(Shift.held_on))
        .join(Activity, Activity.id == Shift.activity_id)
        .where(Activity.venue_id == venue_id)
    )
    pulse = db.session.get(VenuePulse, venue_id, populate_existing=True)
    if pulse is None:
        db.session.add(VenuePulse(venue_id=venue_id, last_held_on=last))
    else:
        pulse.last_held_on = last
    db.session.flush()


def count_report(activity: Activity, day: date, *, public: int = 0, spend: int = 0) -> None:
    """Count what a report tells more or less than before, on the day that it counts on."""
    if activity.venue_id is None:
        return
    tally = Tally()
    tally.add(activity.venue_id, month_of(day), CameAs.PUBLIC, public)
    tally.add(activity.venue_id, month_of(day), SPEND, spend)
    tally.write()


def count_day(row: VenueVisitDay, facts: DayFacts) -> None:
    """Keep what a day at a locked venue was, and count what differs from what was told before."""
    tally, month = Tally(), month_of(row.day)
    before = opened(row.venue_id, [row.day])
    for name in VISITS:
        was = getattr(row, name) or 0
        tally.add(row.venue_id, month, name, getattr(facts, name) - was)
    row.tell(facts)
    db.session.add(row)
    db.session.flush()
    _count_opened(tally, row.venue_id, before, opened(row.venue_id, [row.day]))
    tally.write()


def count_minutes(changes: Mapping[int, Mapping[int, int]]) -> None:
    """Count confirmed minutes at venues: ``attendance -> month -> minutes`` more or less."""
    if not changes:
        return
    rows = db.session.execute(
        select(Attendance.id, Activity.venue_id)
        .join(Shift, Shift.id == Attendance.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(Attendance.id.in_(list(changes)), Activity.venue_id.is_not(None))
    )
    tally = Tally()
    for attendance_id, venue_id in rows:
        for month, minutes in changes[attendance_id].items():
            tally.add(venue_id or 0, month, MINUTES, minutes)
    tally.write()


def has_held(activity_id: int) -> bool:
    """Return whether a shift of an activity was held: then its venue stands."""
    held = exists().where(Shift.activity_id == activity_id, Shift.held_on.is_not(None))
    return bool(db.session.scalar(select(held)))
