"""What an act changes in totals and figures, and the ledger entries behind it (LED-01, LED-12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from activities.operations.vitals import count_minutes
from core.audit.operations import Actor
from core.bulk import add_many
from core.database import db
from organizations import figures
from organizations.rules import Measure
from volunteers.models import LedgerEntry, ServiceRecord, VolunteerTotal
from volunteers.rules import EntryKind, ServiceStatus, day_of, minutes_by_month, minutes_by_year
from volunteers.rules.sheets import MANUAL

CONFIRMED, PENDING = "confirmed_minutes", "pending_minutes"
_COLUMNS = {ServiceStatus.CONFIRMED: CONFIRMED, ServiceStatus.PENDING: PENDING}


class Books:
    """The books of one act: ledger entries are added at once, totals when ``close`` is called."""

    def __init__(self, by: Actor, now: datetime) -> None:
        """Note who keeps the books, and when."""
        self.by = by
        self.now = now
        self.changes: Counter[tuple[int, int, str]] = Counter()
        self.attended: dict[int, Counter[int]] = {}

    def wait(self, record: ServiceRecord, sign: int) -> None:
        """Note that a record began (+1) or ceased (-1) to wait at its handler."""
        figures.add(record.handler.path, Measure.HOURS_WAITING, sign)
        if not record.counts:
            return
        for year, minutes in minutes_by_year(record.starts_at, record.ends_at).items():
            self.changes[record.volunteer_id, year, PENDING] += sign * minutes

    def credit(self, records: Iterable[ServiceRecord], reason: str = "") -> None:
        """Append a credit for the whole interval of every record that counts (LED-08)."""
        for record in _counting(records):
            entry = self._entry(record, EntryKind.CREDIT, reason)
            entry.starts_at, entry.ends_at = record.starts_at, record.ends_at
            entry.minutes = record.minutes
            self._count(record, entry, +1)

    def reverse(self, records: Sequence[ServiceRecord], reason: str) -> None:
        """Append the reversal of the credit that stands for every record.

        Raises LookupError where a record that counts has none: the books would be wrong.
        """
        counting = _counting(records)
        standing = standing_credits(record.id for record in counting)
        for record in counting:
            credit = standing[record.id]
            entry = self._entry(record, EntryKind.REVERSAL, reason)
            entry.reverses_id = credit.id
            entry.starts_at, entry.ends_at = credit.starts_at, credit.ends_at
            entry.minutes = -credit.minutes
            self._count(record, credit, -1)

    def shift(self, record: ServiceRecord, source_id: int, target_id: int) -> None:
        """Take the minutes of a record from the totals of one volunteer to those of another."""
        column = _COLUMNS.get(record.status)
        if column is not None and record.counts:
            for year, minutes in minutes_by_year(record.starts_at, record.ends_at).items():
                self.changes[source_id, year, column] -= minutes
                self.changes[target_id, year, column] += minutes

    def close(self) -> None:
        """Write the totals of the volunteers, whose rows are locked, and those of venues."""
        rows: dict[tuple[int, int], dict[str, Any]] = {}
        for (volunteer_id, year, column), change in sorted(self.changes.items()):
            empty = {"volunteer_id": volunteer_id, "year": year, CONFIRMED: 0, PENDING: 0}
            rows.setdefault((volunteer_id, year), empty)[column] += change
        self.changes.clear()
        changed = [row for row in rows.values() if row[CONFIRMED] or row[PENDING]]
        if changed:
            add_many(VolunteerTotal, changed, (CONFIRMED, PENDING))
        count_minutes(self.attended)
        self.attended = {}

    def _entry(self, record: ServiceRecord, kind: EntryKind, reason: str) -> LedgerEntry:
        entry = LedgerEntry(
            kind=kind,
            record_id=record.id,
            pseudonym=record.pseudonym,
            organization_id=record.organization_id,
            method=record.method,
            entered_by_id=self.by.user_id,
            entered_at=self.now,
            reason=reason[:120],
        )
        db.session.add(entry)
        return entry

    def _count(self, record: ServiceRecord, entry: LedgerEntry, sign: int) -> None:
        for year, minutes in minutes_by_year(entry.starts_at, entry.ends_at).items():
            self.changes[record.volunteer_id, year, CONFIRMED] += sign * minutes
        count_confirmed(record, entry.starts_at, entry.ends_at, sign)
        if record.attendance_id is not None:
            attended = self.attended.setdefault(record.attendance_id, Counter())
            for (year, month), minutes in minutes_by_month(entry.starts_at, entry.ends_at).items():
                attended[year * 100 + month] += sign * minutes


def _counting(records: Iterable[ServiceRecord]) -> list[ServiceRecord]:
    """Return the records whose time is service; the ledger knows no others."""
    return [record for record in records if record.counts]


def count_confirmed(
    record: ServiceRecord, starts_at: datetime, ends_at: datetime, sign: int
) -> None:
    """Note confirmed minutes in the months they lie in, and the record on the day it began."""
    path = record.organization.path
    for (year, month), minutes in minutes_by_month(starts_at, ends_at).items():
        for period in (figures.STOCK, year, year * 100 + month):
            figures.add(path, Measure.CONFIRMED_MINUTES, sign * minutes, period)
    figures.add(path, Measure.CONFIRMED_RECORDS, sign)
    figures.add_dated(path, Measure.CONFIRMED_RECORDS, sign, day_of(starts_at))
    if record.method in MANUAL:
        figures.add_dated(path, Measure.MANUAL_RECORDS, sign, day_of(starts_at))


def standing_credits(record_ids: Iterable[int]) -> dict[int, LedgerEntry]:
    """Return ``record id -> credit`` for the credits that nothing reversed: one statement."""
    reversal = aliased(LedgerEntry)
    statement = select(LedgerEntry).where(
        LedgerEntry.record_id.in_(list(record_ids)),
        LedgerEntry.kind == EntryKind.CREDIT,
        ~exists().where(reversal.reverses_id == LedgerEntry.id),
    )
    return {entry.record_id: entry for entry in db.session.scalars(statement)}
