"""Counts every number of venues anew from the facts; where all is well nothing changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from activities.models import (
    Activity,
    ActivityReport,
    Attendance,
    Shift,
    Venue,
    VenueMonth,
    VenueVisitDay,
)
from activities.operations import vitals
from activities.operations.venue_figures import SESSIONS
from activities.operations.vitals import COUNTS, MINUTES, OPEN_DAYS, SPEND, VISITS
from activities.rules.holding import CameAs, month_of
from core.audit.operations import SYSTEM
from core.audit.operations import record as audit
from core.bulk import insert_many
from core.database import db

BATCH = 200
Numbers = dict[tuple[int, int], Counter[str]]

#: Confirmed minutes at venues: ids of venues -> (venue, month, minutes). The package further left
#: that keeps the ledger tells it.
MINUTES_OF: list[Callable[[Sequence[int]], Iterable[tuple[int, int, int]]]] = []


def recount(after: int = 0) -> tuple[int | None, int]:
    """Count a batch of venues anew; return where to go on, and how many months were wrong."""
    ids = db.session.scalars(
        select(Venue.id)
        .where(Venue.id > after)
        .order_by(Venue.id)
        .limit(BATCH)
        .with_for_update(key_share=True)
    ).all()
    if not ids:
        return None, 0
    found, kept = _counted(ids), _kept(ids)
    wrong = [key for key in {*found, *kept} if found.get(key, {}) != kept.get(key, {})]
    for venue_id, month in wrong:
        _put(venue_id, month, found.get((venue_id, month), Counter()))
    for venue_id in ids:
        vitals.keep_pulse(venue_id)
    if wrong:
        audit("venues.recount", "venue", wrong[0][0], by=SYSTEM, months=len(wrong))
    return ids[-1], len(wrong)


def _kept(ids: Sequence[int]) -> Numbers:
    found: Numbers = {}
    statement = select(VenueMonth).where(VenueMonth.venue_id.in_(ids))
    for row in db.session.scalars(statement.execution_options(populate_existing=True)):
        numbers = Counter({name: getattr(row, name) for name in COUNTS if getattr(row, name)})
        if numbers:
            found[row.venue_id, row.month] = numbers
    return found


def _put(venue_id: int, month: int, numbers: Counter[str]) -> None:
    row = db.session.get(VenueMonth, (venue_id, month))
    values: dict[str, Any] = {name: numbers.get(name, 0) for name in COUNTS}
    if row is None:
        insert_many(VenueMonth, [{"venue_id": venue_id, "month": month, **values}])
        return
    for name, value in values.items():
        setattr(row, name, value)
    db.session.flush()


def _counted(ids: Sequence[int]) -> Numbers:
    found: Numbers = {}
    for venue_id, month, name, number in (*_by_day(ids), *_minutes(ids)):
        found.setdefault((venue_id, month), Counter())[name] += number
    return {key: +numbers for key, numbers in found.items() if +numbers}


def _by_day(ids: Sequence[int]) -> Iterator[tuple[int, int, str, int]]:
    open_on: set[tuple[int, date]] = set()
    for venue_id, day, sessions in db.session.execute(_sessions(ids)):
        yield venue_id, month_of(day), SESSIONS, sessions
        open_on.add((venue_id, day))
    for venue_id, day, kind, people in db.session.execute(_people(ids)):
        yield venue_id, month_of(day), kind, people
    for venue_id, day, public, spend in db.session.execute(_reports(ids)):
        yield venue_id, month_of(day), CameAs.PUBLIC, public
        yield venue_id, month_of(day), SPEND, spend or 0
    for row in db.session.scalars(select(VenueVisitDay).where(VenueVisitDay.venue_id.in_(ids))):
        for name in VISITS:
            yield row.venue_id, month_of(row.day), name, getattr(row, name)
        if row.is_open:
            open_on.add((row.venue_id, row.day))
    for venue_id, day in open_on:
        yield venue_id, month_of(day), OPEN_DAYS, 1


def _minutes(ids: Sequence[int]) -> Iterator[tuple[int, int, str, int]]:
    for tell in MINUTES_OF:
        for venue_id, month, minutes in tell(ids):
            yield venue_id, month, MINUTES, minutes


def _sessions(ids: Sequence[int]) -> Any:
    return (
        select(Activity.venue_id, Shift.held_on, func.count())
        .join(Shift, Shift.activity_id == Activity.id)
        .where(Activity.venue_id.in_(ids), Shift.held_on.is_not(None))
        .group_by(Activity.venue_id, Shift.held_on)
    )


def _people(ids: Sequence[int]) -> Any:
    return (
        select(Activity.venue_id, Shift.held_on, Attendance.came_as, func.count())
        .join(Shift, Shift.activity_id == Activity.id)
        .join(Attendance, Attendance.shift_id == Shift.id)
        .where(
            Activity.venue_id.in_(ids),
            Shift.held_on.is_not(None),
            Attendance.came_as.is_not(None),
        )
        .group_by(Activity.venue_id, Shift.held_on, Attendance.came_as)
    )


def _reports(ids: Sequence[int]) -> Any:
    return (
        select(
            Activity.venue_id,
            ActivityReport.counted_on,
            ActivityReport.public_people,
            ActivityReport.spend_fen,
        )
        .join(ActivityReport, ActivityReport.activity_id == Activity.id)
        .where(Activity.venue_id.in_(ids))
    )
