"""Deputies of a post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from accounts.models import Post
from core.database import db


def deputies_of(post_id: int, day: date) -> Sequence[Post]:
    """Return who acts for a post on a day or later, the first to begin first."""
    still = or_(Post.ends_on.is_(None), Post.ends_on >= day)
    return db.session.scalars(
        select(Post)
        .options(joinedload(Post.user))
        .where(Post.deputy_for_id == post_id, still)
        .order_by(Post.starts_on, Post.id)
    ).all()


def deputy_at(post_id: int, code: str) -> Post | None:
    """Return who acts for a post, by the number in an address."""
    if not (code.isascii() and code.isdecimal()) or len(code) > 9:  # noqa: PLR2004
        return None
    found = db.session.get(Post, int(code))
    return found if found is not None and found.deputy_for_id == post_id else None
