"""When activities are held at venues, and which of them lie over each other there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Integer, Select, String, and_, exists, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from activities.models import Activity, AppointmentSlot, Shift, Venue, VenueUse
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
    """What a venue is used for at the same time: another activity, or ``people`` who booked."""

    title: str
    organization: str
    starts_at: datetime
    ends_at: datetime
    people: int = 0


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
    found: dict[int, list[Other]] = defaultdict(list)
    both = union_all(_held(mine, shift, activity_ids), _booked(mine, shift, activity_ids))
    others = [(row[0], Other(*row[1:])) for row in db.session.execute(both)]
    for activity_id, other in sorted(others, key=lambda one: (one[1].starts_at, one[1].title)):
        found[activity_id].append(other)
    return found


def _held(mine: Any, shift: Any, activity_ids: Collection[int]) -> Select[Any]:
    """Return the other activities there."""
    agreed = exists().where(
        VenueUse.activity_id == Activity.id, VenueUse.status == UseStatus.AGREED
    )
    found: Select[Any] = (
        select(
            mine.id,
            Activity.title,
            Organization.short_name,
            Shift.starts_at,
            Shift.ends_at,
            literal(0, Integer).label("people"),
        )
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
    )
    return found


def _booked(mine: Any, shift: Any, activity_ids: Collection[int]) -> Select[Any]:
    """Return the times there that people have booked; a free slot is in nobody's way."""
    slot = AppointmentSlot
    found: Select[Any] = (
        select(
            mine.id,
            literal("", String).label("title"),
            Organization.short_name,
            slot.starts_at,
            slot.ends_at,
            slot.taken,
        )
        .select_from(mine)
        .join(shift, and_(shift.activity_id == mine.id, shift.removed_at.is_(None)))
        .join(slot, and_(slot.venue_id == mine.venue_id, slot.removed_at.is_(None)))
        .join(Venue, Venue.id == slot.venue_id)
        .join(Organization, Organization.id == Venue.organization_id)
        .where(
            mine.id.in_(activity_ids),
            slot.taken > 0,
            slot.starts_at < shift.ends_at,
            slot.ends_at > shift.starts_at,
        )
        .distinct()
    )
    return found
