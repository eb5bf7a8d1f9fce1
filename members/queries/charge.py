"""Who has a member in charge, and his account: nobody acts on himself (LED-04, MEM-44)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import User
from accounts.queries import handler_without
from core.database import db
from members.models import Membership
from members.rules import MembershipKind
from organizations.models import Organization


def account_id_of(person_id: int) -> int:
    """Return the account of a person, 0 for none."""
    return db.session.scalar(select(User.id).where(User.person_id == person_id)) or 0


def keeper_of(organization: Organization, person_id: int, day: date) -> int:
    """Return who acts at an organization on a person who may be its only keeper himself."""
    return handler_without(organization, {account_id_of(person_id)}, day)


def in_charge(membership: Membership, place_id: int, day: date) -> bool:
    """Return whether an organization acts for the one that a member belongs to."""
    return keeper_of(membership.organization, membership.person_id, day) == place_id


def member_in_charge(place_id: int, code: str, day: date) -> Membership | None:
    """Return an adult member that an organization has in charge."""
    found = db.session.scalars(
        select(Membership)
        .options(
            joinedload(Membership.person, innerjoin=True),
            joinedload(Membership.organization, innerjoin=True),
        )
        .where(Membership.code == code, Membership.kind == MembershipKind.ADULT)
    ).one_or_none()
    return found if found is not None and in_charge(found, place_id, day) else None
