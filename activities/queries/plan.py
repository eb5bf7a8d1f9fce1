"""The plan of an organization: its activities of a month or a year, and those at its venues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from activities.models import Activity, Shift, Venue
from activities.rules import ActivityStatus
from core import clock
from core.database import db

#: More stand in the calendar file than on a page; a year of a busy county is about this.
MOST = 500
PLANNED = (
    ActivityStatus.DRAFT,
    ActivityStatus.REVIEW,
    ActivityStatus.PUBLISHED,
    ActivityStatus.ENDED,
)
SURE = (ActivityStatus.PUBLISHED, ActivityStatus.ENDED)


def span_of(year: int, month: int | None) -> tuple[datetime, datetime]:
    """Return the instants between which a year or one of its months lies."""
    first = date(year, month or 1, 1)
    is_last = month in (None, 12)
    last = date(year + 1, 1, 1) if is_last else date(year, (month or 0) + 1, 1)
    return clock.at(first, time()), clock.at(last, time())


def planned(
    organization_id: int, year: int, month: int | None, *, sure: bool = False
) -> Sequence[Shift]:
    """Return what an organization holds then, and what others hold at its venues: one statement.

    ``sure`` leaves out drafts; those of others at its venues are never shown.
    """
    begin, end = span_of(year, month)
    own = Activity.organization_id == organization_id
    states = SURE if sure else PLANNED
    at_its = select(Venue.id).where(Venue.organization_id == organization_id)
    statement = (
        select(Shift)
        .join(Shift.activity)
        .options(
            joinedload(Shift.activity, innerjoin=True).joinedload(
                Activity.organization, innerjoin=True
            ),
            joinedload(Shift.activity, innerjoin=True).joinedload(Activity.venue),
        )
        .where(
            Shift.removed_at.is_(None),
            Shift.starts_at >= begin,
            Shift.starts_at < end,
            or_(
                own & Activity.status.in_(states),
                Activity.venue_id.in_(at_its) & Activity.status.in_(SURE),
            ),
        )
        .order_by(Shift.starts_at, Shift.id)
        .limit(MOST)
    )
    return db.session.scalars(statement).all()
