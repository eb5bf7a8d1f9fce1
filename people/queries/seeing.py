"""Who can see a person: the posts whose rights reach where he stands (domain.md PRI-11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from accounts.models import Post, User
from core.access.permissions import Permission, Reach
from core.access.scope import HeldPost
from core.database import db
from organizations.models import Organization
from organizations.rules import ids_of_path
from people.presence import Sighting, sightings_of
from people.rules.seeing import SeenAs


@dataclass(slots=True)
class Seer:
    """One post that sees a person: as what, and how far; never who holds it, as the read log."""

    post: Post
    views: list[SeenAs] = field(default_factory=list)
    may_reveal: bool = False
    reach: Reach = Reach.HERE


def seers_of(person_id: int, day: date) -> list[Seer]:
    """Return every post that sees a person today, the nearest first: three statements."""
    sightings = sightings_of(person_id)
    places = _places({one.organization_id for one in sightings})
    posts = _posts_over(places.values(), day)
    found: dict[int, Seer] = {}
    for sighting in sightings:
        place = places[sighting.organization_id]
        for post in posts:
            _look(found, post, place, sighting)
    return sorted(found.values(), key=lambda one: (-len(one.post.organization.path), one.post.id))


def _look(found: dict[int, Seer], post: Post, place: Organization, sighting: Sighting) -> None:
    held = HeldPost(post.id, post.role, post.organization.place, post.deputy_for_id is not None)
    reach = held.reach(Permission(sighting.seen_as), place.place)
    if reach is None:
        return
    seer = found.setdefault(post.id, Seer(post))
    seer.reach = reach
    if held.reach(Permission.PEOPLE_REVEAL, place.place) is not None:
        seer.may_reveal = True
    if sighting.seen_as not in seer.views:
        seer.views.append(sighting.seen_as)


def _places(ids: set[int]) -> dict[int, Organization]:
    found = db.session.scalars(select(Organization).where(Organization.id.in_(ids)))
    return {one.id: one for one in found}


def _posts_over(places: Iterable[Organization], day: date) -> Sequence[Post]:
    above = {one for place in places for one in ids_of_path(place.path)}
    statement = (
        select(Post)
        .join(Post.user)
        .options(joinedload(Post.organization))
        .where(
            Post.organization_id.in_(above),
            Post.starts_on <= day,
            or_(Post.ends_on.is_(None), Post.ends_on >= day),
            User.suspended_at.is_(None),
        )
        .order_by(Post.id)
    )
    return db.session.scalars(statement).all()
