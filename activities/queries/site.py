"""The shifts of a day at an organization, to be joined into the statement of its home."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, select

from activities.models import Activity, Shift
from activities.rules import ActivityStatus
from core.database import UTCDateTime


def site_rows(place_id: Any, limit: int) -> Select[*tuple[Any, ...]]:
    """Return what finds the published shifts of a day at an organization, soonest over first.

    For a statement that is kept: ``begins`` and ``ends`` of the day are given.
    """
    begins, ends = (bindparam(name, type_=UTCDateTime()) for name in ("begins", "ends"))
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
