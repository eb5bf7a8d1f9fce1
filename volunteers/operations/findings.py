"""Where hours are looked at: when they are confirmed, and all of them once a day (LED-15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.audit.operations import SYSTEM, Actor
from core.database import db
from volunteers.models import HoldScan, ServiceRecord
from volunteers.operations.holds import hold
from volunteers.queries import facts
from volunteers.rules import day_of
from volunteers.rules.patterns import (
    Hit,
    Service,
    find_in_entries,
    find_in_evidence,
    find_in_groups,
    find_in_hands,
    find_in_people,
)

BATCH = 200
#: A record that is handed in gets its number before it can be read: so long after, it can.
SETTLED = timedelta(minutes=10)


def hold_at_confirmation(records: Sequence[ServiceRecord], by: Actor, now: datetime) -> set[int]:
    """Return which of the records are held because of who confirms them, and how many they are.

    One statement where nothing is found: what needs a wider look waits for the night.
    """
    limits = facts.thresholds_on(day_of(now))
    rows = [_as_confirmed(record, by, now) for record in records]
    hits = list(find_in_groups(rows, limits))
    if hits:  # a part of a service may look worse than all of it
        hits = list(find_in_groups(facts.around_groups(rows), limits))
    if by.person_id is not None and by.user_id is not None and rows:
        subjects = {one.person for one in rows}
        since = now - timedelta(days=limits.window_days)
        back = facts.confirmed_for_each_other(by.person_id, subjects, since)
        if len(back) >= limits.mutual_records:
            before = facts.confirmed_by(by.user_id, subjects, since)
            hits += find_in_hands([*rows, *before, *back], limits)
    if not hits:
        return set()
    wanted = {record.id for record in records}
    return hold(hits, by=SYSTEM, now=now) & wanted


def _as_confirmed(record: ServiceRecord, by: Actor, now: datetime) -> Service:
    """Return the facts of a record as they would be, were it confirmed."""
    return Service(
        record=record.id,
        person=record.person_id,
        place=record.organization_id,
        city=record.organization.city_id or record.organization_id,
        title=record.title,
        day=record.served_on,
        starts_at=record.starts_at,
        ends_at=record.ends_at,
        minutes=record.minutes,
        method=record.method,
        field=record.field,
        time_stated=record.time_stated,
        confirmed_by=by.person_id or -(by.user_id or 0),
        confirmed_on=day_of(now),
    )


def look_through(now: datetime) -> int:
    """Look at the next records and credits that nobody looked at; return how many.

    A batch at a time, with how far it came: stopped, it goes on there; done twice, it finds
    what is known already.
    """
    scan = db.session.get(HoldScan, 1, with_for_update=True, populate_existing=True)
    if scan is None:
        scan = HoldScan(id=1, record_id=0, sequence=0, at=now)
        db.session.add(scan)
    entered = facts.records_after(scan.record_id, now - SETTLED, BATCH)
    credited = facts.credited_after(scan.sequence, BATCH)
    touched = {key for key, _ in entered} | {record for _, record in credited}
    if not touched:
        return 0
    if entered:
        scan.record_id = entered[-1][0]
    if credited:
        scan.sequence = credited[-1][0]
    scan.at = now
    hits = find_around(sorted(touched), now)
    if hits:
        hold(hits, by=SYSTEM, now=now)
    db.session.flush()
    return len(touched)


def begin_again(now: datetime) -> None:
    """Let the next look begin with the first record, whatever was looked at."""
    scan = db.session.get(HoldScan, 1, with_for_update=True, populate_existing=True)
    if scan is not None:
        scan.record_id, scan.sequence, scan.at = 0, 0, now
    db.session.flush()


def find_around(record_ids: Sequence[int], now: datetime) -> list[Hit]:
    """Return what the patterns find around records: a constant number of statements."""
    limits = facts.thresholds_on(day_of(now))
    touched = facts.services(ServiceRecord.id.in_(record_ids))
    if not touched:
        return []
    days = limits.window_days
    hits = [
        *find_in_people(facts.around_people(touched, days), limits),
        *find_in_groups(facts.around_groups(touched), limits),
        *find_in_entries(facts.around_entries(touched), limits),
        *find_in_hands(facts.around_hands(touched, days, now), limits),
        *find_in_evidence(facts.around_evidence(touched)),
    ]
    fresh = set(record_ids)
    return [hit for hit in hits if fresh & set(hit.records)]
