"""Who acts at a school in tests: somebody of the cast in his post there."""

from __future__ import annotations

from sqlalchemy import select

from accounts.models import Post
from core.audit.operations import Actor
from core.database import db
from tests.cast import Cast


def actor_of(cast: Cast, name: str, place: str) -> Actor:
    """Return somebody of the cast acting at a place where he holds a post."""
    user, organization = cast.user(name), cast.organization(place)
    post = db.session.scalars(
        select(Post).where(Post.user_id == user.id, Post.organization_id == organization.id)
    ).one()
    return Actor(user.id, user.person_id, post.id, post.role, organization.id)
