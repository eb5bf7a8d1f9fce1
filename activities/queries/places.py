"""Where somebody is, as far as it is known: the division of the organization he belongs to."""

from __future__ import annotations

from sqlalchemy import select

from activities.standing import homes_of
from core.database import db
from members.models import Membership
from members.rules import LIVE_STATES
from organizations.models import Organization


def division_of_person(person_id: int | None) -> str:
    """Return the division of who is a member or a volunteer, nothing for anybody else.

    The place itself or the nearest above it that has a division.
    """
    if person_id is None:
        return ""
    place_id = db.session.scalar(
        select(Membership.organization_id).where(
            Membership.person_id == person_id, Membership.status.in_(LIVE_STATES)
        )
    )
    place_id = place_id or homes_of([person_id]).get(person_id)
    place = db.session.get(Organization, place_id) if place_id is not None else None
    while place is not None and place.division_code is None:
        place = db.session.get(Organization, place.parent_id) if place.parent_id else None
    return place.division_code or "" if place is not None else ""
