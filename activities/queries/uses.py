"""Askings for venues of other organizations, and which venues an organization may choose."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from activities.models import Activity, Venue, VenueUse
from activities.rules.holding import UseStatus
from activities.rules.venues import BEARS_NAME
from core.database import db
from organizations.models import Organization
from organizations.rules import OrganizationStatus

__all__ = [
    "CHOICES",
    "STANDING",
    "Venue",
    "VenueUse",
    "asking_at",
    "askings_at",
    "last_use",
    "standing_use",
    "venues_to_choose",
]

CHOICES = 50
STANDING = (UseStatus.ASKED, UseStatus.AGREED)


def standing_use(activity_id: int) -> VenueUse | None:
    """Return the asking of an activity that stands."""
    return db.session.scalars(
        select(VenueUse).where(VenueUse.activity_id == activity_id, VenueUse.status.in_(STANDING))
    ).one_or_none()


def last_use(activity_id: int) -> VenueUse | None:
    """Return the last asking of an activity, whatever became of it."""
    statement = (
        select(VenueUse)
        .options(joinedload(VenueUse.venue, innerjoin=True).joinedload(Venue.organization))
        .where(VenueUse.activity_id == activity_id)
        .order_by(VenueUse.id.desc())
    )
    return db.session.scalars(statement.limit(1)).first()


def askings_at(keeper_id: int) -> Sequence[VenueUse]:
    """Return what other organizations ask an organization for, longest waiting first."""
    statement = (
        select(VenueUse)
        .options(
            joinedload(VenueUse.venue, innerjoin=True),
            joinedload(VenueUse.activity, innerjoin=True).joinedload(
                Activity.organization, innerjoin=True
            ),
        )
        .where(VenueUse.keeper_id == keeper_id, VenueUse.status == UseStatus.ASKED)
        .order_by(VenueUse.id)
    )
    return db.session.scalars(statement).all()


def asking_at(keeper_id: int, activity_code: str) -> VenueUse | None:
    """Return what an organization is or was asked about an activity, the last time."""
    statement = (
        select(VenueUse)
        .join(VenueUse.activity)
        .options(
            joinedload(VenueUse.venue, innerjoin=True),
            joinedload(VenueUse.activity, innerjoin=True).joinedload(
                Activity.organization, innerjoin=True
            ),
        )
        .where(VenueUse.keeper_id == keeper_id, Activity.code == activity_code)
        .order_by(VenueUse.id.desc())
    )
    return db.session.scalars(statement.limit(1)).first()


def venues_to_choose(organization_id: int, chosen: str = "") -> Sequence[Venue]:
    """Return the venues of an organization where something may be held, and the one chosen."""
    is_own = (Venue.organization_id == organization_id) & Venue.status.in_(BEARS_NAME)
    statement = (
        select(Venue)
        .options(joinedload(Venue.organization, innerjoin=True))
        .join(Venue.organization)
        .where(
            (is_own & (Organization.status != OrganizationStatus.SUSPENDED))
            | ((Venue.code == chosen) & Venue.status.in_(BEARS_NAME))
        )
        .order_by(Venue.name, Venue.id)
        .limit(CHOICES)
    )
    return db.session.scalars(statement).all()
