"""Posts: who holds what where, who handles what, and what waits there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import QueryableAttribute, contains_eager, joinedload

from accounts.models import Post, User
from accounts.rules import RECENT_END_DAYS
from core.access.permissions import Level, Permission, Role
from core.access.rights import rights_of
from core.access.scope import HeldPost, Place, Principal
from core.database import db
from core.statements import Kept
from organizations import figures
from organizations.models import PLACE_COLUMNS, Organization
from organizations.rules import Measure, OrganizationStatus, branch_of, ids_of_path

#: Who keeps the queue of a grassroots organization (domain.md 1.4).
KEEPERS = (Role.SECRETARY, Role.COORDINATOR)
GONE = frozenset({OrganizationStatus.MERGED, OrganizationStatus.DISSOLVED})
BRANCH_LEVELS = frozenset({Level.PROVINCE, Level.CITY, Level.COUNTY})
#: What waits for a post: the right that does it -> the number that counts it.
WAITING = {
    Permission.APPLICATIONS_DECIDE: Measure.APPLICATIONS_WAITING,
    Permission.FILINGS_DECIDE: Measure.FILINGS_WAITING,
    Permission.HOURS_CONFIRM: Measure.HOURS_WAITING,
    Permission.OBJECTIONS_DECIDE: Measure.OBJECTIONS_WAITING,
    Permission.HOLDS_REVIEW: Measure.HOLDS_WAITING,
    Permission.GROUPS_DECIDE: Measure.GROUPS_WAITING,
    Permission.CHANGES_DECIDE: Measure.CHANGES_WAITING,
    Permission.ACTIVITIES_REVIEW: Measure.ACTIVITIES_WAITING,
    Permission.RIGHTS_ANSWER: Measure.RIGHTS_WAITING,
}

_ITS_PLACE = contains_eager(Post.organization).load_only(*PLACE_COLUMNS)


HIGHEST_FIRST = (func.length(Organization.path), Organization.path, Post.id)


def in_force(day: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return which posts are in force on the day that a statement is asked with by a name."""
    return (
        Post.starts_on <= bindparam(day),
        or_(Post.ends_on.is_(None), Post.ends_on >= bindparam(day)),
    )


_IN_FORCE = in_force("day")
_POSTS = (
    select(Post)
    .join(Post.organization)
    .options(_ITS_PLACE)
    .where(Post.user_id == bindparam("user"), *_IN_FORCE, Organization.status.not_in(GONE))
    .order_by(*HIGHEST_FIRST)
)
_KEPT_POSTS = _POSTS.with_for_update(read=True, of=Post)
#: What the guard asks of a post, in the order of ``held_of``; the place stands behind the role,
#: behind it the post for which somebody acts.
HELD_COLUMNS = (
    Post.id,
    Post.role,
    Organization.id,
    Organization.code,
    Organization.name,
    Organization.path,
    Organization.level,
    Post.deputy_for_id,
)
_HELD_POSTS = Kept(
    select(*HELD_COLUMNS)
    .join(Post.organization)
    .where(Post.user_id == bindparam("user"), *_IN_FORCE, Organization.status.not_in(GONE))
    .order_by(*HIGHEST_FIRST)
    .with_for_update(read=True, of=Post),
    locks=True,
)
_HELD = (
    Post.organization_id == bindparam("organization"),
    Post.role.in_(bindparam("roles", expanding=True)),
    *_IN_FORCE,
)
_HOLDERS = select(Post).options(joinedload(Post.user)).where(*_HELD).order_by(Post.id)
_KEEPERS_AT = Kept(select(Post.user_id).join(Post.user).where(*_HELD, User.suspended_at.is_(None)))


class Handled(Protocol):
    """An organization as the choice of its handler sees it."""

    @property
    def id(self) -> int: ...
    @property
    def level(self) -> Level: ...
    @property
    def status(self) -> OrganizationStatus: ...
    @property
    def path(self) -> str: ...
    @property
    def county_id(self) -> int | None: ...
    @property
    def city_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class PostInList:
    """One line of the page where posts are switched; ``waiting`` is None where nothing can."""

    post: Post
    waiting: int | None


def posts_in_force(user_id: int, day: date, *, keep: bool = False) -> Sequence[Post]:
    """Return the posts of an account on a day, highest organization first: one statement.

    A post at an organization that was merged or dissolved is none (security.md AZ-10). With
    ``keep`` none of them ends before the transaction does: what a post decides is decided before
    its end (security.md RACE-08).
    """
    statement = _KEPT_POSTS if keep else _POSTS
    return db.session.scalars(statement, {"user": user_id, "day": day}).all()


def held_of(columns: Sequence[Any]) -> HeldPost:
    """Return the post that the values of ``HELD_COLUMNS`` are."""
    post_id, role, *place, deputy_for_id = columns
    return HeldPost(post_id, role, Place(*place), deputy_for_id is not None)


def held_posts(user_id: int, day: date) -> tuple[HeldPost, ...]:
    """Return the posts of an account as ``posts_in_force`` does with ``keep``, for the guard."""
    return tuple(map(held_of, _HELD_POSTS.rows({"user": user_id, "day": day})))


def principal_of(user: User, posts: Sequence[Post], unread: int = 0) -> Principal:
    """Return the principal of an account with its posts of today and its unread letters."""
    held = tuple(
        HeldPost(post.id, post.role, post.organization.place, post.deputy_for_id is not None)
        for post in posts
    )
    return Principal(user.id, user.person_id, held, unread)


_PLACE = Kept(select(*HELD_COLUMNS[2:-1]).where(Organization.code == bindparam("code")))


def place_of_code(code: str) -> Place | None:
    """Return the organization behind an opaque code."""
    row = _PLACE.row({"code": code})
    return Place(*row) if row else None


def holders_at(organization_id: int, roles: Sequence[Role], day: date) -> Sequence[Post]:
    """Return who holds one of the roles at an organization on a day."""
    asked = {"organization": organization_id, "roles": roles, "day": day}
    return db.session.scalars(_HOLDERS, asked).all()


def keepers_at(organization_ids: Collection[int], day: date) -> Sequence[Post]:
    """Return who keeps the queues of grassroots organizations on a day: one statement."""
    held = Post.organization_id.in_(organization_ids), Post.role.in_(KEEPERS)
    statement = select(Post).options(joinedload(Post.user), joinedload(Post.organization))
    found = statement.where(*held, *_IN_FORCE).order_by(Post.id)
    return db.session.scalars(found, {"day": day}).all()


def handler_of(organization: Organization, day: date) -> int:
    """Return the id of the organization that handles what is handed in at this one: one statement.

    Itself, where it is a branch of county level or above or has a secretary or coordinator in
    force; else the county above it, else the city, else the province (ux.md S02).
    """
    return _handler(organization, _keepers(organization, day))


def handler_without(organization: Handled, barred: set[int], day: date) -> int:
    """Return who handles at an organization what some accounts may not decide.

    Nobody decides his own, or his ward's. Where these are the only keepers in force, the county
    does, where they are its only officers the city, and so on (security.md LED-04).
    """
    keepers = _keepers(organization, day)
    handler_id = _handler(organization, keepers)
    if keepers - barred and handler_id == organization.id:
        return handler_id
    ids = ids_of_path(organization.path)
    branch = branch_of(organization.county_id, organization.city_id, organization.path)
    return _office_without(ids[: ids.index(branch) + 1], barred, day)


def office_without(office: Organization, barred: set[int], day: date) -> int:
    """Return who decides at an office what some accounts may not: itself, else the next above.

    An office whose officers are all barred leaves it to the one above (domain.md MEM-44).
    """
    return _office_without(ids_of_path(office.path), barred, day)


def _office_without(ids: Sequence[int], barred: set[int], day: date) -> int:
    for one in reversed(ids):
        asked = {"organization": one, "roles": (Role.OFFICER,), "day": day}
        officers = {row[0] for row in _KEEPERS_AT.rows(asked)}
        if not officers or officers - barred:
            return one
    return ids[0]


def _keepers(organization: Handled, day: date) -> set[int]:
    """Return the accounts that keep an organization on a day; nobody keeps a closed one."""
    if organization.status in GONE:
        return set()
    asked = {"organization": organization.id, "roles": KEEPERS, "day": day}
    return {row[0] for row in _KEEPERS_AT.rows(asked)}


def _handler(organization: Handled, keepers: set[int]) -> int:
    if keepers or organization.level in BRANCH_LEVELS:
        return organization.id
    return branch_of(organization.county_id, organization.city_id, organization.path)


def stuck_with(
    handler: QueryableAttribute[int],
    asker: QueryableAttribute[Any],
    organization_ids: Collection[int],
) -> ColumnElement[bool]:
    """Return the condition for what somebody asked who has a post where it is handled.

    Where others hold posts there they handle it; when one of them comes or goes it is looked at
    anew, lest it lies with the asker alone (security.md LED-04).
    """
    held = select(Post.user_id).where(Post.organization_id.in_(organization_ids))
    return and_(handler.in_(organization_ids), asker.in_(held))


def terms_of(user_id: int, role: Role, organization_id: int) -> Sequence[Post]:
    """Return every term in which an account held or will hold a role at an organization."""
    statement = (
        select(Post)
        .where(
            Post.user_id == user_id,
            Post.role == role,
            Post.organization_id == organization_id,
        )
        .order_by(Post.starts_on)
    )
    return db.session.scalars(statement).all()


def post_list(posts: Sequence[Post], last_used: int | None) -> list[PostInList]:
    """Return posts with what waits at each itself, last used first: one statement (ux.md 2.8)."""
    places, own = {post.organization_id for post in posts}, figures.OWN
    found = figures.values(places, WAITING.values(), (own,))
    lines = []
    for post in posts:
        rights = rights_of(post.role, post.organization.level)
        measures = [measure for right, measure in WAITING.items() if right in rights]
        numbers = [found.get((post.organization_id, measure, own), 0) for measure in measures]
        lines.append(PostInList(post, sum(numbers) if measures else None))
    return sorted(lines, key=lambda line: line.post.id != last_used)


def recently_ended(user_id: int, day: date) -> Sequence[Post]:
    """Return the posts of an account that ended in the last 30 days, newest first."""
    statement = (
        select(Post)
        .options(joinedload(Post.organization), joinedload(Post.ended_by))
        .where(
            Post.user_id == user_id,
            Post.ends_on < day,
            Post.ends_on >= day - timedelta(days=RECENT_END_DAYS),
        )
        .order_by(Post.ends_on.desc(), Post.id.desc())
    )
    return db.session.scalars(statement).all()
