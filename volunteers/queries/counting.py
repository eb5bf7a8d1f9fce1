"""What of a person's confirmed hours counts now, and how all of them were recorded (LED-05, 15).

Hours that a hold is open over, and hours that still lie open to the organization (VOL-43), stand
in the ledger and in every total; new certificates and stars leave them out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from core import settings
from core.database import db
from core.statements import Kept
from volunteers.models import Hold, HoldRecord, LedgerEntry, ServiceRecord
from volunteers.rules import Doubt, EntryKind, ServiceMethod, ServiceStatus, day_of
from volunteers.rules.certificates import Delays

_REVERSAL = aliased(LedgerEntry)
#: A credit that nothing reversed.
STANDS = ~exists().where(_REVERSAL.reverses_id == LedgerEntry.id)
_GRADES = Kept(
    select(ServiceRecord.method, func.sum(ServiceRecord.minutes))
    .where(
        ServiceRecord.person_id == bindparam("person"),
        ServiceRecord.status == ServiceStatus.CONFIRMED,
        ServiceRecord.counts,
    )
    .group_by(ServiceRecord.method)
)
IS_HELD: ColumnElement[bool] = ServiceRecord.doubts.contains(Doubt.HELD.value)


def delays_on(day: date) -> Delays:
    """Return the dated settings in force: how long hours are in the ledger before they count."""
    return Delays(
        held_hours=settings.value("certificates.held_hours", day),
        notice_days=settings.value("hours.notice_days", day),
    )


def withheld_minutes(person_id: int, now: datetime) -> int:
    """Return the confirmed minutes that count for no star yet: one statement."""
    days = settings.value("hours.notice_days", day_of(now))
    late = [LedgerEntry.entered_at > now - timedelta(days=days)] if days else []
    statement = (
        select(func.coalesce(func.sum(LedgerEntry.minutes), 0))
        .join(ServiceRecord, ServiceRecord.id == LedgerEntry.record_id)
        .where(
            ServiceRecord.person_id == person_id,
            LedgerEntry.kind == EntryKind.CREDIT,
            STANDS,
            or_(IS_HELD, *late),
        )
    )
    return int(db.session.scalar(statement) or 0)


def grades_of(person_id: int) -> Mapping[ServiceMethod, int]:
    """Return the minutes of a person that count, by how they were recorded: one statement."""
    found = {row[0]: int(row[1]) for row in _GRADES.rows({"person": person_id})}
    return {method: found[method] for method in ServiceMethod if method in found}


def held_spans(record_ids: Collection[int]) -> dict[int, list[tuple[datetime, datetime | None]]]:
    """Return from when to when records were held; an open end for those that are: one statement."""
    spans: dict[int, list[tuple[datetime, datetime | None]]] = {}
    rows = db.session.execute(
        select(HoldRecord.record_id, HoldRecord.held_at, Hold.decided_at)
        .join(Hold, Hold.id == HoldRecord.hold_id)
        .where(HoldRecord.record_id.in_(record_ids))
    )
    for record_id, held_at, decided_at in rows:
        spans.setdefault(record_id, []).append((held_at, decided_at))
    return spans
