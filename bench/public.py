"""What the public pages are about in a world: venues with hours, activities to come, an edition.

The seed of the sizes knows people and hours; places of the public area are put beside them here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from activities.models import Activity, Shift, Venue, VenueHours
from activities.rules import ActivityField, ActivityStatus
from activities.rules.venues import VenueKind, VenueStatus
from core import clock
from core.audit.operations import SYSTEM
from core.crypto import opaque_code
from core.database import db
from organizations.listing import GRASSROOTS
from organizations.models import Organization
from supervision.public.operations import publish

#: One grassroots organization of five has a venue, one of ten something to come.
VENUE_EVERY, ACTIVITY_EVERY = 5, 10
WORKDAYS = range(5)


def furnish_public(now: datetime) -> None:
    """Write venues, activities to come and an edition; the caller commits."""
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
    _venues(rows[::VENUE_EVERY], now)
    _activities(rows[::ACTIVITY_EVERY], now)
    top = db.session.scalars(select(Organization.id).where(Organization.parent_id.is_(None))).one()
    publish(top, clock.local(now).year, "", by=SYSTEM, now=now)


def _venues(rows: Sequence[Any], now: datetime) -> None:
    first = 1
    db.session.execute(
        insert(Venue),
        [
            {
                "id": number,
                "code": opaque_code(8),
                "kind": list(VenueKind)[number % len(VenueKind)],
                "organization_id": row[0],
                "county_id": row[1],
                "city_id": row[2],
                "decider_id": row[1] or row[2] or row[0],
                "division_code": row[3],
                "status": VenueStatus.RUNNING,
                "name": f"服务场所{number}",
                "address": f"试验路 {number} 号",
                "phone": "0571-00000000",
                "services": "咨询、培训",
                "has_aed": False,
                "has_first_aid_kit": False,
                "details": "{}",
                "plaque_number": str(number),
                "fund_fen": 0,
                "created_at": now,
            }
            for number, row in enumerate(rows, first)
        ],
    )
    db.session.execute(
        insert(VenueHours),
        [
            {"venue_id": number, "weekday": weekday, "opens": 540, "closes": 1020}
            for number in range(first, first + len(rows))
            for weekday in WORKDAYS
        ],
    )


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
