"""How accounts are shown to officials: a phone that somebody types tells no name (PRV-06)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from accounts.models import Post, User
from accounts.queries.posts import GONE
from accounts.queries.users import phone_of
from core.database import db
from organizations.models import Organization
from organizations.queries import under
from organizations.rules import ids_of_path


def masked_phone(user: User) -> str:
    """Return the phone of an account without its middle."""
    phone = phone_of(user)
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def name_of(user: User) -> str:
    """Return how somebody who holds a post is shown to officials: by name, else masked phone."""
    return user.display_name or masked_phone(user)


def shown_names(users: Iterable[User], place: Organization) -> dict[int, str]:
    """Return ``account -> how it is shown`` to who gives posts at a place: one statement.

    Officials of its Red Cross, and of those above, by name; everybody else as he was typed. The
    account of a member keeps his name, so whoever types phones would learn whose they are.
    """
    known = {user.id: user for user in users}
    if not known:
        return {}
    held = (
        select(Post.user_id)
        .join(Post.organization)
        .where(Post.user_id.in_(known), Post.deputy_for_id.is_(None), _near(place))
    )
    colleagues = set(db.session.scalars(held))
    return {
        key: name_of(user) if key in colleagues else masked_phone(user)
        for key, user in known.items()
    }


def is_colleague(user: User, place: Organization, day: date) -> bool:
    """Return whether an account holds a post of its own on a day at the Red Cross of a place.

    Or above it, up to the province; a post that is held for somebody else does not count.
    """
    mine = Post.user_id == user.id, Post.deputy_for_id.is_(None), Post.starts_on <= day
    still = or_(Post.ends_on.is_(None), Post.ends_on >= day)
    alive = Organization.status.not_in(GONE)
    statement = select(Post.id).join(Post.organization).where(*mine, still, alive, _near(place))
    return db.session.scalars(statement.limit(1)).first() is not None


def _near(place: Organization) -> ColumnElement[bool]:
    """Return the condition for the Red Cross of a place, all under it, and those above it."""
    ids = ids_of_path(place.path)
    above = ids[: ids.index(place.branch_id) + 1]
    return or_(under("".join(f"{one}/" for one in above)), Organization.id.in_(above))
