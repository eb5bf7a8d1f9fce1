"""Who is validly in charge of venues: posts and memberships of this very moment (CTR-01)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, exists, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Post, User
from activities.models import Venue, VenueCharge, VenueTeamMember
from activities.rules.venues import Charge, VenueStatus
from core.database import db
from members.models import Membership
from members.rules import LIVE_STATES, MembershipKind, MembershipStatus
from organizations.models import Organization
from organizations.rules import subtree_range
from people.models import Person
from people.rules import mask_name

#: Somebody is a member of the place until the society has decided otherwise.
STANDING = tuple(one for one in LIVE_STATES if one is not MembershipStatus.PENDING_TRANSFER)


class Holder(NamedTuple):
    """Somebody with a post at an organization who may become keeper."""

    code: str
    name: str


class Served(NamedTuple):
    """A venue that somebody keeps, leads or, where ``charge`` is none, works in."""

    name: str
    charge: Charge | None
    starts_on: date
    ends_on: date | None


def with_keeper(venue_ids: Collection[int], day: date) -> set[int]:
    """Return which venues have a valid keeper: in a post at the owner, or a member of its county.

    Where no county stands above the owner it is the city, as everywhere (ORG-06).
    """
    has_post = exists().where(
        User.person_id == Venue.keeper_id,
        User.suspended_at.is_(None),
        Post.user_id == User.id,
        Post.organization_id == Venue.organization_id,
        Post.starts_on <= day,
        or_(Post.ends_on.is_(None), Post.ends_on >= day),
    )
    is_member = exists().where(
        Membership.person_id == Venue.keeper_id,
        Membership.status.in_(STANDING),
        func.coalesce(Membership.county_id, Membership.city_id, 0)
        == func.coalesce(Venue.county_id, Venue.city_id, 0),
    )
    found = select(Venue.id).where(Venue.id.in_(venue_ids), or_(has_post, is_member))
    return set(db.session.scalars(found))


def with_leader(venue_ids: Collection[int]) -> set[int]:
    """Return which venues have a leader who is an active member at the owner or below it."""
    owner, home = aliased(Organization), aliased(Organization)
    found = (
        select(Venue.id)
        .join(owner, owner.id == Venue.organization_id)
        .join(Membership, Membership.person_id == Venue.leader_id)
        .join(home, home.id == Membership.organization_id)
        .where(
            Venue.id.in_(venue_ids),
            Membership.status.in_(STANDING),
            Membership.kind == MembershipKind.ADULT,
            func.substr(home.path, 1, func.length(owner.path)) == owner.path,
        )
    )
    return set(db.session.scalars(found))


def member_numbered(number: str, owner: Organization, *, in_county: bool) -> Person | None:
    """Return the adult member with a number at an organization or below it.

    ``in_county`` takes any member of its county, or of its city where no county stands above.
    """
    home = aliased(Organization)
    if in_county:
        branch = owner.county_id or owner.city_id or 0
        where = func.coalesce(Membership.county_id, Membership.city_id, 0) == branch
    else:
        where = func.substr(home.path, 1, len(owner.path)) == owner.path
    return db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(home, home.id == Membership.organization_id)
        .where(
            Membership.number == number,
            Membership.status.in_(STANDING),
            Membership.kind == MembershipKind.ADULT,
            where,
        )
    ).one_or_none()


def names_seen(persons: Collection[Person | None], path: str) -> dict[int | None, str]:
    """Return ``person -> name`` as a post at a path may read it: one statement.

    Members and holders of posts there and below by name; of others, who are found by their number
    only, no more than the first sign: numbers follow each other (security.md PRV-06).
    """
    found = {one.id: one for one in persons if one is not None}
    home = aliased(Organization)
    low, high = subtree_range(path)
    inside = and_(home.path >= low, home.path < high)
    member = exists().where(
        Membership.person_id == Person.id, home.id == Membership.organization_id, inside
    )
    held = exists().where(
        User.person_id == Person.id,
        Post.user_id == User.id,
        home.id == Post.organization_id,
        inside,
    )
    own = select(Person.id).where(Person.id.in_(found), or_(member, held))
    known = set(db.session.scalars(own)) if found else set()
    return {key: one.name if key in known else mask_name(one.name) for key, one in found.items()}


def holders_of(organization_id: int, day: date) -> Sequence[Holder]:
    """Return who holds a post at an organization today, with a record of a person."""
    found = (
        select(Person.code, Person.name)
        .join(User, User.person_id == Person.id)
        .join(Post, Post.user_id == User.id)
        .where(
            Post.organization_id == organization_id,
            User.suspended_at.is_(None),
            Post.starts_on <= day,
            or_(Post.ends_on.is_(None), Post.ends_on >= day),
        )
        .distinct()
        .order_by(Person.code)
        .limit(20)
    )
    return [Holder(code, name) for code, name in db.session.execute(found)]


def person_holding(code: str, organization_id: int, day: date) -> Person | None:
    """Return who holds a post at an organization today, by the code of the person."""
    if code not in {one.code for one in holders_of(organization_id, day)}:
        return None
    return db.session.scalars(select(Person).where(Person.code == code)).one_or_none()


def team_of(venue_id: int) -> Sequence[VenueTeamMember]:
    """Return who works in a workshop beside its leader."""
    found = select(VenueTeamMember).options(joinedload(VenueTeamMember.person))
    mine = VenueTeamMember.venue_id == venue_id
    return db.session.scalars(
        found.where(mine).order_by(VenueTeamMember.joined_on, VenueTeamMember.person_id)
    ).all()


def charges_of(venue_id: int) -> Sequence[VenueCharge]:
    """Return who was in charge of a venue, the latest first."""
    found = select(VenueCharge).options(joinedload(VenueCharge.person))
    return db.session.scalars(
        found.where(VenueCharge.venue_id == venue_id).order_by(VenueCharge.id.desc())
    ).all()


def served_by(person_id: int) -> list[Served]:
    """Return every venue that somebody is or was in charge of, or works in: two statements."""
    charges = (
        select(Venue.name, VenueCharge.charge, VenueCharge.starts_on, VenueCharge.ends_on)
        .join(Venue, Venue.id == VenueCharge.venue_id)
        .where(VenueCharge.person_id == person_id)
        .order_by(VenueCharge.id.desc())
    )
    team = (
        select(Venue.name, literal(None), VenueTeamMember.joined_on, literal(None))
        .join(Venue, Venue.id == VenueTeamMember.venue_id)
        .where(VenueTeamMember.person_id == person_id)
        .order_by(VenueTeamMember.id.desc())
    )
    return [Served(*row) for one in (charges, team) for row in db.session.execute(one)]


def venues_of_person(person_id: int) -> list[int]:
    """Return the keys of open venues that somebody is in charge of, in their order."""
    mine = or_(Venue.keeper_id == person_id, Venue.leader_id == person_id)
    found = select(Venue.id).where(and_(mine, Venue.status != VenueStatus.CLOSED))
    return list(db.session.scalars(found.order_by(Venue.id)))


def venues_at(organization_id: int) -> list[int]:
    """Return the keys of open venues of an organization, in their order."""
    found = select(Venue.id).where(
        Venue.organization_id == organization_id, Venue.status != VenueStatus.CLOSED
    )
    return list(db.session.scalars(found.order_by(Venue.id)))
