"""When activities are held at venues, and which of them lie over each other there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from activities.models import Activity, Shift, VenueUse
from activities.rules import ActivityStatus
from activities.rules.holding import UseStatus
from core.database import db
from organizations.models import Organization

PRINT = 32
#: Activities that take a venue's time; a draft does once its asking was agreed to.
TAKING = (ActivityStatus.REVIEW, ActivityStatus.PUBLISHED, ActivityStatus.ENDED)


@dataclass(frozen=True, slots=True)
class Time:
    """From when to when something is held."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Other:
    """Another activity at the same venue at the same time."""

    title: str
    organization: str
    starts_at: datetime
    ends_at: datetime


def times_of(activity_ids: Collection[int]) -> Mapping[int, Sequence[Time]]:
    """Return ``activity id -> when it is held``, in the order of time: one statement."""
    statement = (
        select(Shift.activity_id, Shift.starts_at, Shift.ends_at)
        .where(Shift.activity_id.in_(activity_ids), Shift.removed_at.is_(None))
        .order_by(Shift.starts_at, Shift.id)
    )
    found: dict[int, list[Time]] = defaultdict(list)
    for activity_id, starts_at, ends_at in db.session.execute(statement):
        found[activity_id].append(Time(starts_at, ends_at))
    return found


def told_times(times: Sequence[Time]) -> str:
    """Return a print of times, as a form carries what its page showed."""
    told = "/".join(f"{one.starts_at:%Y%m%d%H%M}-{one.ends_at:%Y%m%d%H%M}" for one in times)
    return sha256(told.encode()).hexdigest()[:PRINT]


def others_at(activity_ids: Collection[int]) -> Mapping[int, Sequence[Other]]:
    """Return ``activity id -> what else its venue is used for at the same time``: one statement."""
    mine, shift = aliased(Activity), aliased(Shift)
    agreed = exists().where(
        VenueUse.activity_id == Activity.id, VenueUse.status == UseStatus.AGREED
    )
    statement = (
        select(mine.id, Activity.title, Organization.short_name, Shift.starts_at, Shift.ends_at)
        .select_from(mine)
        .join(shift, and_(shift.activity_id == mine.id, shift.removed_at.is_(None)))
        .join(Activity, and_(Activity.venue_id == mine.venue_id, Activity.id != mine.id))
        .join(Shift, and_(Shift.activity_id == Activity.id, Shift.removed_at.is_(None)))
        .join(Organization, Organization.id == Activity.organization_id)
        .where(
            mine.id.in_(activity_ids),
            Shift.starts_at < shift.ends_at,
            Shift.ends_at > shift.starts_at,
            or_(
                Activity.status.in_(TAKING),
                and_(Activity.status == ActivityStatus.DRAFT, agreed),
            ),
        )
        .distinct()
        .order_by(Shift.starts_at, Activity.title)
    )
    found: dict[int, list[Other]] = defaultdict(list)
    for activity_id, title, place, starts_at, ends_at in db.session.execute(statement):
        found[activity_id].append(Other(title, place, starts_at, ends_at))
    return found
