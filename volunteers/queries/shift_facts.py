"""What check-ins, shifts and sheets tell of service records, for the patterns (LED-15)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import func, select

from activities.models import Activity, ActivityEvent, Attendance, Shift
from activities.rules import ActivityAction
from core.database import db
from volunteers.models import ServiceRecord, ServiceSheet
from volunteers.rules import minutes_between


def of_shifts(record_ids: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
    """Return device and instant of check-in, the planned time, how long the activity was open."""
    ended = (
        select(func.max(ActivityEvent.at))
        .where(ActivityEvent.activity_id == Activity.id, ActivityEvent.action == ActivityAction.END)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            ServiceRecord.id, Attendance.in_device, Attendance.in_at, Shift.starts_at,
            Shift.ends_at, Activity.id, Activity.created_at, ended,
        )
        .join(Attendance, Attendance.id == ServiceRecord.attendance_id)
        .join(Shift, Shift.id == Attendance.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(ServiceRecord.id.in_(list(record_ids)))
    )  # fmt: skip
    return {
        record: {
            "device": device.hex() if device else "",
            "checked_in_at": in_at,
            "planned": (starts_at, ends_at),
            "activity": activity,
            "activity_open_minutes": minutes_between(created_at, at) if at else None,
        }
        for record, device, in_at, starts_at, ends_at, activity, created_at, at in rows
    }


def of_sheets(record_ids: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
    """Leave out of an operator's day what somebody else has released already (LED-06)."""
    rows = db.session.scalars(
        select(ServiceRecord.id)
        .join(ServiceSheet, ServiceSheet.id == ServiceRecord.sheet_id)
        .where(ServiceRecord.id.in_(list(record_ids)), ServiceSheet.released_at.is_not(None))
    )
    return {record: {"entered_by": 0} for record in rows}


def of_evidence(record_ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Return the records that rest on the same picture, by its digest."""
    own = (
        select(ServiceSheet.evidence_digest)
        .join(ServiceRecord, ServiceRecord.sheet_id == ServiceSheet.id)
        .where(ServiceRecord.id.in_(list(record_ids)), ServiceSheet.evidence_digest.is_not(None))
    )
    rows = db.session.execute(
        select(ServiceRecord.id, ServiceSheet.evidence_digest)
        .join(ServiceSheet, ServiceSheet.id == ServiceRecord.sheet_id)
        .where(ServiceSheet.evidence_digest.in_(own))
    )
    return {record: (digest.hex(),) for record, digest in rows if digest}
