"""Confirmed minutes at venues out of the ledger, for counting the venues anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from activities.models import Activity, Attendance, Shift
from core.database import db
from volunteers.models import LedgerEntry, ServiceRecord
from volunteers.rules import EntryKind, minutes_by_month


def minutes_at(venue_ids: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield venue, month and minutes of what stands in the ledger: one statement."""
    statement = (
        select(Activity.venue_id, LedgerEntry.kind, LedgerEntry.starts_at, LedgerEntry.ends_at)
        .select_from(LedgerEntry)
        .join(ServiceRecord, ServiceRecord.id == LedgerEntry.record_id)
        .join(Attendance, Attendance.id == ServiceRecord.attendance_id)
        .join(Shift, Shift.id == Attendance.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(Activity.venue_id.in_(venue_ids))
    )
    found: Counter[tuple[int, int]] = Counter()
    for row in db.session.execute(statement):
        sign = 1 if row.kind is EntryKind.CREDIT else -1
        for (year, month), minutes in minutes_by_month(row.starts_at, row.ends_at).items():
            found[row.venue_id or 0, year * 100 + month] += sign * minutes
    for (venue_id, month), minutes in found.items():
        if minutes:
            yield venue_id, month, minutes
