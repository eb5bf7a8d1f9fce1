"""What the public pages are about in a world: hours of venues, activities to come, an edition.

The seed of the sizes knows people, hours and venues; what the public area tells of them is put
beside them here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from activities.models import Activity, Shift, Venue, VenueHours
from activities.rules import ActivityField, ActivityStatus
from core import clock
from core.audit.operations import SYSTEM
from core.crypto import opaque_code
from core.database import db
from organizations.listing import GRASSROOTS
from organizations.models import Organization
from supervision.public.operations import publish

#: One grassroots organization of ten has something to come.
ACTIVITY_EVERY = 10
WORKDAYS = range(5)


def furnish_public(now: datetime) -> None:
    """Write opening hours, activities to come and an edition; the caller commits."""
    rows = db.session.execute(
        select(
            Organization.id,
            Organization.county_id,
            Organization.city_id,
            Organization.division_code,
        )
        .where(Organization.kind.in_(GRASSROOTS))
        .order_by(Organization.id)
    ).all()
    _open_venues()
    _activities(rows[::ACTIVITY_EVERY], now)
    top = db.session.scalars(select(Organization.id).where(Organization.parent_id.is_(None))).one()
    publish(top, clock.local(now).year, "", by=SYSTEM, now=now)


def _open_venues() -> None:
    venues = db.session.scalars(select(Venue.id))
    rows = [
        {"venue_id": venue, "weekday": weekday, "opens": 540, "closes": 1020}
        for venue in venues
        for weekday in WORKDAYS
    ]
    db.session.execute(insert(VenueHours), rows)


def _activities(rows: Sequence[Any], now: datetime) -> None:
    for number, row in enumerate(rows):
        start = now + timedelta(days=1 + number % 60, minutes=number % 600)
        end = start + timedelta(hours=2)
        activity = Activity(
            code=opaque_code(12),
            organization_id=row[0],
            county_id=row[1],
            city_id=row[2],
            status=ActivityStatus.PUBLISHED,
            title=f"社区急救演练 {number}",
            field=ActivityField.FIRST_AID,
            place="社区广场",
            description="练习心肺复苏",
            risks="有专人指导",
            first_starts_at=start,
            last_ends_at=end,
            created_at=now,
            published_at=now,
        )
        shift = Shift(
            code=opaque_code(12), activity=activity, starts_at=start, ends_at=end, seats=20
        )
        db.session.add_all([activity, shift])
    db.session.flush()
