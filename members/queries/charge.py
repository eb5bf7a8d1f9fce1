"""Who has a member in charge, and his account: nobody acts on himself (LED-04, MEM-44)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from accounts.models import User
from accounts.queries import Handled, handler_without
from core.access.permissions import Level
from core.database import db
from core.statements import Kept
from members.models import Membership
from members.rules import LIVE_STATES, MembershipKind
from organizations.models import Organization
from organizations.rules import OrganizationStatus


class Home(NamedTuple):
    """The organization that somebody belongs to, as the choice of who acts there sees it."""

    id: int
    level: Level
    status: OrganizationStatus
    path: str
    county_id: int | None
    city_id: int | None


HOME_COLUMNS = (
    Organization.id,
    Organization.level,
    Organization.status,
    Organization.path,
    Organization.county_id,
    Organization.city_id,
)
_ACCOUNT = Kept(select(User.id).where(User.person_id == bindparam("person")))
_HOME = Kept(
    select(*HOME_COLUMNS)
    .join(Membership, Membership.organization_id == Organization.id)
    .where(Membership.person_id == bindparam("person"))
    .where(Membership.status.in_(bindparam("states", expanding=True)))
)


def account_id_of(person_id: int) -> int:
    """Return the account of a person, 0 for none."""
    row = _ACCOUNT.row({"person": person_id})
    return row[0] if row else 0


def home_of(person_id: int) -> Home | None:
    """Return the organization that a person is a member of, or None."""
    row = _HOME.row({"person": person_id, "states": LIVE_STATES})
    return Home(*row) if row else None


def keeper_of(organization: Handled, person_id: int, day: date) -> int:
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
