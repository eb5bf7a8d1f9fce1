"""Deputies: a second signature where the post needs one, and back with a post that closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts import operations
from accounts.models import Post, PostGrant
from accounts.operations.deputies import Standing
from accounts.rules.grants import GrantStatus
from core import clock
from core.audit.operations import SYSTEM, Actor
from core.database import db
from organizations.operations import Plan, close_organization, reopen_organization
from tests.cast import Cast, phone_of
from tests.client import Client

Clients = Callable[[str], Client]
COUNTY, PLACE = "东县", "东二村"
DAYS = timedelta(days=10)


def post_of(cast: Cast, name: str) -> Post:
    """Return the post of somebody of the cast."""
    return db.session.scalars(select(Post).where(Post.user_id == cast.user(name).id)).one()


def deputies_of(post: Post) -> list[Post]:
    """Return who acts for the holder of a post."""
    db.session.expire_all()
    return list(db.session.scalars(select(Post).where(Post.deputy_for_id == post.id)))


@pytest.mark.covers("AZ-09", "AZ-10")
def test_a_deputy_of_an_officer_is_agreed_to_by_a_second_person(
    cast: Cast, client_of: Clients
) -> None:
    gil, eve = client_of("gil"), client_of("eve")
    post, today = post_of(cast, "cora"), clock.today()
    told = {
        "phone": phone_of("ben"),
        "starts_on": today.isoformat(),
        "ends_on": (today + DAYS).isoformat(),
        "reason": "住院",
    }
    way = f"/o/{cast.code(COUNTY)}/posts/{post.id}/deputy"
    assert eve.post(way, {**told, "reason": ""}).status_code == 422
    asked = eve.post(way, told)
    assert asked.status_code == 303
    grant = db.session.scalars(select(PostGrant)).one()
    assert deputies_of(post) == []
    page = asked.location
    assert "住院" in eve.page(page).text
    assert eve.post(f"{page}/second").status_code == 422  # the one who asked
    assert deputies_of(post) == []
    assert gil.post(f"{page}/second").status_code == 303
    (held,) = deputies_of(post)
    assert (held.user_id, held.ends_on, held.reason) == (
        cast.user("ben").id,
        today + DAYS,
        "住院",
    )
    assert (grant.status, grant.post_id) == (GrantStatus.ACCEPTED, held.id)


@pytest.mark.covers("AZ-09", "AZ-10")
@pytest.mark.parametrize("whose", ["cora", "ben"])
def test_nobody_is_seated_for_a_post_or_out_of_one_that_ended_meanwhile(
    cast: Cast, client_of: Clients, whose: str
) -> None:
    post, today = post_of(cast, "cora"), clock.today()
    told = {
        "phone": phone_of("ben"),
        "starts_on": today.isoformat(),
        "ends_on": (today + DAYS).isoformat(),
        "reason": "住院",
    }
    asked = client_of("eve").post(f"/o/{cast.code(COUNTY)}/posts/{post.id}/deputy", told)
    post_of(cast, whose).ends_on = today - timedelta(days=1)
    db.session.commit()
    assert client_of("gil").post(f"{asked.location}/second").status_code == 422
    assert deputies_of(post) == []


@pytest.mark.covers("AZ-09")
def test_who_gives_a_post_alone_names_a_deputy_alone(cast: Cast, client_of: Clients) -> None:
    post, today = post_of(cast, "tess"), clock.today()
    told = Standing(phone_of("tom"), today, today + DAYS, "出差")
    way = f"/o/{cast.code('东一村')}/posts/{post.id}/deputy"
    form = {
        "phone": told.phone,
        "starts_on": told.starts_on.isoformat(),
        "ends_on": told.ends_on.isoformat(),
        "reason": told.reason,
    }
    assert client_of("cora").post(way, form).status_code == 303
    assert [one.user_id for one in deputies_of(post)] == [cast.user("tom").id]


@pytest.mark.covers("AZ-10", "ORG-17")
def test_who_acted_for_another_does_so_again_when_a_closing_was_a_mistake(cast: Cast) -> None:
    place, today, now = cast.organization(PLACE), clock.today(), clock.now()
    post = post_of(cast, "bea")
    by = Actor(post.user_id, None, post.id, post.role, post.organization_id)
    told = Standing(phone_of("tess"), today, today + DAYS, "出差")
    held = operations.deputise(post, told, by=by, now=now)
    close_organization(place, Plan("东红〔2026〕8号", today), by=SYSTEM, now=now)
    assert {one.ends_on for one in (post, held)} == {today}
    reopen_organization(place, by=SYSTEM, now=now)
    db.session.expire_all()
    assert (post.ends_on, held.ends_on) == (None, today + DAYS)
