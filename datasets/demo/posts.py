"""Posts of the demonstration that are on their way, and one that somebody acts in."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from accounts.models import Post
from accounts.operations.deputies import Standing, deputise
from accounts.operations.grants import Wish, propose
from accounts.queries import phone_of
from core.access.permissions import Role
from core.access.scope import HeldPost
from core.audit.operations import Actor
from core.database import db
from datasets.demo import names
from datasets.demo.people import Stage, account

COUNTY, VILLAGE, NEIGHBOUR = "上城区", "上城区/村2", "上城区/村4"
TERM, AWAY = timedelta(days=365), timedelta(days=10)


def build_posts(stage: Stage) -> None:
    """Let a county propose two posts of a village, and somebody act for its secretary."""
    village, now, today = stage.places[VILLAGE], stage.at(0), stage.today
    officer, secretary = _first(stage, COUNTY, Role.OFFICER), _first(stage, VILLAGE, Role.SECRETARY)
    held = HeldPost(officer.id, officer.role, stage.places[COUNTY].place)
    for role in (Role.SECRETARY, Role.TEAM_LEADER):
        wish = Wish(_somebody(stage), role, today, today + TERM)
        propose(wish, village, held, by=_actor(officer), now=now)
    neighbour = phone_of(_first(stage, NEIGHBOUR, Role.SECRETARY).user)
    told = Standing(neighbour, today, today + AWAY, "外出培训")
    deputise(secretary, told, by=_actor(secretary), now=now)


def _first(stage: Stage, place: str, role: Role) -> Post:
    here = Post.organization_id == stage.places[place].id
    found = select(Post).where(here, Post.role == role, Post.ends_on.is_(None)).order_by(Post.id)
    return db.session.scalars(found.limit(1)).one()


def _actor(post: Post) -> Actor:
    return Actor(post.user_id, None, post.id, post.role, post.organization_id)


def _somebody(stage: Stage) -> str:
    """Return the phone of an account that nobody else in the demonstration uses."""
    serial = stage.next_serial()
    account(stage, serial, names.name_of(serial))
    return names.phone_of(serial)
