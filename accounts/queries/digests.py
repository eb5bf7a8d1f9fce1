"""Who has work waiting on a day, and where: from the maintained figures, never counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import contains_eager, load_only

from accounts.models import Letter, Post, User
from accounts.queries.posts import GONE, WAITING
from core.access.permissions import Permission
from core.access.rights import rights_of
from core.database import db
from organizations import figures
from organizations.models import PLACE_COLUMNS, Organization
from organizations.rules import Measure

#: What waits beside the queues: whose right does it, and how much of it there is by place.
BESIDE: list[tuple[Permission, Callable[[Collection[int]], Mapping[int, int]]]] = []


def keepers_after(after: int, day: date, topic: str, limit: int) -> Sequence[User]:
    """Return the next open accounts by id that hold a post on a day and have no letter yet."""
    held = exists().where(Post.user_id == User.id, *_in_force(day))
    told = exists().where(Letter.topic == topic, Letter.user_id == User.id)
    statement = (
        select(User)
        .options(
            load_only(User.code, User.person_id, User.phone, User.suspended_at, User.digest_by_sms)
        )
        .where(User.id > after, User.suspended_at.is_(None), held, ~told)
        .order_by(User.id)
        .limit(limit)
    )
    return db.session.scalars(statement).all()


def duties_of(user_ids: Sequence[int], day: date) -> dict[int, list[tuple[Organization, int]]]:
    """Return ``account -> organizations at which something waits for its posts``, most first.

    Two statements, and one for each kind beside the queues. Two posts at one organization are one
    place; each queue counts once.
    """
    posts = db.session.scalars(
        select(Post)
        .join(Post.organization)
        .options(contains_eager(Post.organization).load_only(*PLACE_COLUMNS))
        .where(Post.user_id.in_(user_ids), *_in_force(day), Organization.status.not_in(GONE))
        .order_by(Post.id)
    ).all()
    asked = {post.organization_id for post in posts}
    found = figures.values(asked, WAITING.values(), (figures.OWN,))
    beside = [(right, count(asked)) for right, count in BESIDE] if asked else []
    queues: dict[tuple[int, int], set[Measure]] = defaultdict(set)
    others: dict[tuple[int, int], set[Permission]] = defaultdict(set)
    places: dict[int, Organization] = {}
    for post in posts:
        places[post.organization_id] = post.organization
        rights = rights_of(post.role, post.organization.level)
        mine = {measure for right, measure in WAITING.items() if right in rights}
        queues[post.user_id, post.organization_id] |= mine
        others[post.user_id, post.organization_id] |= {right for right, _ in beside} & set(rights)
    duties: dict[int, list[tuple[Organization, int]]] = defaultdict(list)
    for (user_id, place), measures in queues.items():
        count = sum(found.get((place, one, figures.OWN), 0) for one in measures)
        mine_beside = others[user_id, place]
        count += sum(known.get(place, 0) for right, known in beside if right in mine_beside)
        if count > 0:
            duties[user_id].append((places[place], count))
    for lines in duties.values():
        lines.sort(key=lambda line: (-line[1], line[0].path))
    return dict(duties)


def _in_force(day: date) -> tuple[ColumnElement[bool], ...]:
    return (Post.starts_on <= day, or_(Post.ends_on.is_(None), Post.ends_on >= day))
