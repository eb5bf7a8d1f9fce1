"""The shifts of a day at an organization, to be joined into the statement of its home."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, select

from activities.models import Activity, Shift
from activities.rules import ActivityStatus
from core.clock import day_bounds


def site_rows(place_id: int, day: date, limit: int) -> Select[*tuple[Any, ...]]:
    """Return what finds the published shifts of a day at an organization, soonest over first."""
    begins, ends = day_bounds(day)
    return (
        select(
            Shift.code,
            Activity.code.label("activity"),
            Activity.title,
            Activity.place,
            Shift.starts_at,
            Shift.ends_at,
        )
        .join(Shift.activity)
        .where(
            Activity.organization_id == place_id,
            Activity.status == ActivityStatus.PUBLISHED,
            Activity.last_ends_at > begins,
            Activity.first_starts_at < ends,
            Shift.removed_at.is_(None),
            Shift.ends_at > begins,
            Shift.starts_at < ends,
        )
        .order_by(Shift.ends_at, Shift.id)
        .limit(limit)
    )
