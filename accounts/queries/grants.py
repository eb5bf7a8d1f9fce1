"""Posts on their way, who holds what here and below, and whether a giver's authority stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from accounts.models import Post, PostGrant, PostGrantEvent, User
from accounts.queries.names import name_of, shown_names
from accounts.queries.posts import GONE, posts_in_force
from accounts.rules.grants import (
    OPEN_GRANTS,
    Danger,
    Duty,
    GrantStatus,
    Verdict,
    dangers_between,
    dangers_of,
    relation_of,
    verdict,
)
from core.access.permissions import Role
from core.access.rights import rights_of
from core.access.scope import HeldPost
from core.database import db
from core.paging import Page
from organizations.models import Organization
from organizations.queries import under
from organizations.rules import ids_of_path

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Holder:
    """One line of the list: a post, how its holder is shown, what combines badly in his hand."""

    post: Post
    name: str
    dangers: Sequence[Danger]

    @property
    def code(self) -> str:
        """Return the key of the line in the list."""
        return str(self.post.id)


def duty_of(role: Role, organization: Organization) -> Duty:
    """Return a post as the table of dangers sees it."""
    rights = frozenset(map(str, rights_of(role, organization.level)))
    return Duty(role, organization.path, rights)


def verdict_on(giver: HeldPost, role: Role, place: Organization) -> Verdict:
    """Return what the lattice says about a post that another would give."""
    if giver.is_deputy:
        return Verdict.REFUSED
    return verdict(
        (giver.role, giver.place.level),
        (role, place.level),
        relation_of(giver.place.path, place.path),
        tuple(map(str, rights_of(role, place.level))),
    )


def roles_to_give(giver: HeldPost, place: Organization) -> list[Role]:
    """Return which roles a post may give at an organization."""
    return [role for role in Role if verdict_on(giver, role, place) is not Verdict.REFUSED]


def dangers_for(user: User, role: Role, place: Organization, day: date) -> list[Danger]:
    """Return what would combine badly with the posts that an account holds on a day or later."""
    statement = (
        select(Post)
        .options(joinedload(Post.organization))
        .where(Post.user_id == user.id, or_(Post.ends_on.is_(None), Post.ends_on >= day))
    )
    held = [
        duty_of(post.role, post.organization)
        for post in db.session.scalars(statement)
        if (post.role, post.organization_id) != (role, place.id)
    ]
    return dangers_of(duty_of(role, place), held)


def stands(user_id: int, post_id: int, role: Role, place: Organization, day: date) -> bool:
    """Return whether who gave or seconded may still do so; the post does not end meanwhile."""
    user = db.session.get_one(User, user_id)
    if user.suspended_at is not None:
        return False
    found = [one for one in posts_in_force(user_id, day, keep=True) if one.id == post_id]
    held = [HeldPost(one.id, one.role, one.organization.place, is_deputy(one)) for one in found]
    return any(verdict_on(one, role, place) is not Verdict.REFUSED for one in held)


def is_deputy(post: Post) -> bool:
    """Return whether a post is held for somebody who is away."""
    return post.deputy_for_id is not None


def holders(place: Organization, day: date, *, below: bool, after: str = "") -> Page[Holder]:
    """Return who holds posts at an organization, or under it too, on a day or later."""
    still = or_(Post.ends_on.is_(None), Post.ends_on >= day)
    where = under(place.path) if below else Post.organization_id == place.id
    statement = (
        select(Post)
        .join(Post.organization)
        .options(joinedload(Post.organization), joinedload(Post.user))
        .where(where, still, Organization.status.not_in(GONE))
        .order_by(Organization.path, Post.id)
        .limit(SHOWN + 1)
        .offset(int(after) if after.isdecimal() else 0)
    )
    found = db.session.scalars(statement).all()
    shown, start = found[:SHOWN], int(after) if after.isdecimal() else 0
    dangers = _dangers_among(shown, day)
    lines = [Holder(post, name_of(post.user), dangers[post.id]) for post in shown]
    return Page(lines, str(start + SHOWN) if len(found) > SHOWN else None)


def _dangers_among(posts: Sequence[Post], day: date) -> Mapping[int, list[Danger]]:
    """Return ``post -> what combines badly`` of posts, each seen beside all of its holder."""
    found: dict[int, list[Danger]] = defaultdict(list)
    held: dict[int, list[Post]] = defaultdict(list)
    users = {post.user_id for post in posts}
    statement = (
        select(Post)
        .options(joinedload(Post.organization))
        .where(Post.user_id.in_(users), or_(Post.ends_on.is_(None), Post.ends_on >= day))
    )
    for post in db.session.scalars(statement):
        held[post.user_id].append(post)
    for post in posts:
        mine = duty_of(post.role, post.organization)
        for other in held[post.user_id]:
            if other.id != post.id:
                found[post.id] += [
                    one
                    for one in dangers_between(mine, duty_of(other.role, other.organization))
                    if one not in found[post.id]
                ]
    return found


def open_grants(place: Organization, *, below: bool) -> Sequence[PostGrant]:
    """Return the posts on their way at an organization, or under it too, the oldest first."""
    where = under(place.path) if below else PostGrant.organization_id == place.id
    statement = (
        select(PostGrant)
        .join(PostGrant.organization)
        .options(
            joinedload(PostGrant.user),
            joinedload(PostGrant.organization),
            joinedload(PostGrant.proposed_by),
        )
        .where(where, PostGrant.status.in_(OPEN_GRANTS))
        .order_by(PostGrant.id)
        .limit(SHOWN)
    )
    return db.session.scalars(statement).all()


def names_in(grants: Sequence[PostGrant], place: Organization) -> Mapping[int, str]:
    """Return ``account -> how it is shown`` of who is to receive posts: one statement."""
    return shown_names((one.user for one in grants), place)


def grant_at(organization_id: int, code: str) -> PostGrant | None:
    """Return a post on its way at an organization."""
    return db.session.scalars(
        select(PostGrant).where(
            PostGrant.code == code, PostGrant.organization_id == organization_id
        )
    ).one_or_none()


def own_grant(user_id: int, code: str) -> PostGrant | None:
    """Return what an account was offered."""
    return db.session.scalars(
        select(PostGrant).where(PostGrant.code == code, PostGrant.user_id == user_id)
    ).one_or_none()


def own_offers(user_id: int) -> Sequence[PostGrant]:
    """Return what an account has to answer, the oldest first."""
    return db.session.scalars(
        select(PostGrant)
        .options(joinedload(PostGrant.organization))
        .where(PostGrant.user_id == user_id, PostGrant.status == GrantStatus.OFFERED)
        .order_by(PostGrant.id)
    ).all()


def steps_of(grant: PostGrant) -> Sequence[PostGrantEvent]:
    """Return what happened to a post on its way, the oldest first."""
    return db.session.scalars(
        select(PostGrantEvent)
        .where(PostGrantEvent.grant_id == grant.id)
        .order_by(PostGrantEvent.id)
    ).all()


def post_at(organization_id: int, post_id: str) -> Post | None:
    """Return a post at an organization by its number in an address."""
    if not (post_id.isascii() and post_id.isdecimal()) or len(post_id) > 9:  # noqa: PLR2004
        return None
    post = db.session.get(Post, int(post_id))
    return post if post is not None and post.organization_id == organization_id else None


def seconders_of(grant: PostGrant, day: date) -> list[User]:
    """Return whom to ask for the second signature: the nearest who may, first and receiver apart.

    At the place itself or above, one organization after the other until somebody is there.
    """
    for one in reversed(ids_of_path(grant.organization.path)):
        found = [user for user in _givers_at(one, grant, day) if _is_other(user, grant)]
        if found:
            return found
    return []


def _is_other(user: User, grant: PostGrant) -> bool:
    return user.id not in {grant.proposed_by_id, grant.user_id}


def _givers_at(organization_id: int, grant: PostGrant, day: date) -> Iterable[User]:
    statement = (
        select(Post)
        .join(Post.user)
        .options(joinedload(Post.user), joinedload(Post.organization))
        .where(
            Post.organization_id == organization_id,
            Post.starts_on <= day,
            or_(Post.ends_on.is_(None), Post.ends_on >= day),
            Post.deputy_for_id.is_(None),
            User.suspended_at.is_(None),
        )
        .order_by(Post.id)
    )
    for post in db.session.scalars(statement):
        held = HeldPost(post.id, post.role, post.organization.place)
        if verdict_on(held, grant.role, grant.organization) is not Verdict.REFUSED:
            yield post.user


def grants_of_authority(
    post_ids: Collection[int] = (), *, user_id: int | None = None, organization_id: int = 0
) -> Sequence[PostGrant]:
    """Return, locked, the posts on their way that rest on posts, on an account or on a place."""
    what = [
        PostGrant.proposed_post_id.in_(post_ids),
        PostGrant.seconded_post_id.in_(post_ids),
        PostGrant.organization_id == organization_id,
    ]
    if user_id is not None:
        what += [PostGrant.proposed_by_id == user_id, PostGrant.seconded_by_id == user_id]
    statement = (
        select(PostGrant)
        .where(or_(*what), PostGrant.status.in_(OPEN_GRANTS))
        .order_by(PostGrant.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).all()


def grants_overdue(day: date, limit: int = 500) -> Sequence[PostGrant]:
    """Return, locked, the posts on their way that nobody answered in time."""
    statement = (
        select(PostGrant)
        .where(PostGrant.answer_by < day, PostGrant.status.in_(OPEN_GRANTS))
        .order_by(PostGrant.id)
        .limit(limit)
        .with_for_update()
    )
    return db.session.scalars(statement).all()
