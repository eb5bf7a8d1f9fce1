"""The second factor: asked of every post, set up once, replaced only by who has it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import RecoveryCode, User
from accounts.operations import grant_post
from accounts.queries import pending_secret
from accounts.rules import is_recovery_code
from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM
from core.database import db
from tests.accounts.steps import (
    events,
    give_factor,
    later,
    session_of,
    shown,
    sign_in,
    stranger,
    wrong,
)
from tests.cast import PARTS, Cast, phone_of
from tests.client import Client, parsed

ClientOf = Callable[[str], Client]
#: With ``make security`` everybody opens the pages of all of them, with a commit those of one.
PLACES = ("东一村", "东县", "测试省")
FULL = os.environ.get("SECURITY") == "full"
POSTS = [
    name for name, part in PARTS.items() if part.posts and not part.ended and not part.suspended
]


@pytest.fixture
def secret(cast: Cast) -> str:
    return give_factor(cast.user("ben"))


@pytest.fixture
def half_way(app: Flask, secret: str) -> Client:
    """Return a browser in which ben did the first factor only."""
    client = stranger(app)
    assert sign_in(client, phone_of("ben")).location == "/login/factor"
    return client


def pages_of(app: Flask, org: str) -> list[str]:
    """Return every page that may be opened with an organization only, and one's own pages."""
    paths = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and rule.arguments <= {"org"}:
            path = str(rule.rule).replace("<org>", org)
            if path.startswith(("/o/", "/me", "/switch")):
                paths.append(path)
    return paths


@pytest.mark.covers("AU-09")
@pytest.mark.parametrize("name", POSTS)
def test_no_page_opens_half_way(app: Flask, cast: Cast, name: str) -> None:
    client = stranger(app)
    first = sign_in(client, phone_of(name))
    assert first.location == "/login/factor"
    looked, turn = 0, sorted(POSTS).index(name)
    for place in PLACES if FULL else [PLACES[turn % len(PLACES)]]:
        for path in pages_of(app, cast.code(place)):
            refused = client.get(path)
            assert refused.status_code == 303, path
            assert refused.location.startswith("/login?next="), path
            assert "人" not in refused.text
            looked += 1
    assert looked >= 12
    wanted = client.get("/login?next=/switch")
    assert wanted.location == "/login/factor?next=/switch"


@pytest.mark.covers("AU-09")
def test_a_post_granted_meanwhile_asks_for_the_factor_too(app: Flask, cast: Cast) -> None:
    client = stranger(app)
    sign_in(client, phone_of("ada"))
    assert client.get("/switch").status_code == 200
    grant_post(
        cast.user("ada"),
        Role.SECRETARY,
        cast.organization("东二村"),
        clock.today(),
        None,
        by=SYSTEM,
        now=clock.now(),
    )
    assert client.get("/switch").status_code == 303
    assert client.get("/login/factor").location == "/login/factor/set-up"


def test_the_code_of_the_authenticator_opens(half_way: Client, secret: str, cast: Cast) -> None:
    done = half_way.post("/login/factor", {"code": shown(secret), "next": "/me/settings"})
    assert (done.status_code, done.location) == (303, "/me/settings")
    assert half_way.get("/me/settings").status_code == 200
    assert events("factor_checked", cast.user("ben").id)[-1].result == "done"


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_one_step_of_thirty_seconds_either_way(
    half_way: Client, secret: str, steps: int, status: int
) -> None:
    assert half_way.post("/login/factor", {"code": shown(secret, steps)}).status_code == status


def test_a_code_opens_once_and_so_does_every_older_one(
    app: Flask, half_way: Client, secret: str
) -> None:
    code, older = shown(secret), shown(secret, -1)
    assert half_way.post("/login/factor", {"code": code}).status_code == 303
    with later(seconds=61):
        again = stranger(app)
        sign_in(again, phone_of("ben"))
    for used in (code, older):
        assert again.post("/login/factor", {"code": used}).status_code == 422
    with later(seconds=61):
        assert again.post("/login/factor", {"code": shown(secret)}).status_code == 303


def test_five_wrong_ones_end_the_session(
    app: Flask, half_way: Client, secret: str, cast: Cast
) -> None:
    kept = Client(app, half_way.token)
    for _ in range(4):
        refused = half_way.post("/login/factor", {"code": wrong(secret)})
        assert refused.status_code == 422
        assert "验证码不对" in refused.text
    ended = half_way.post("/login/factor", {"code": wrong(secret)})
    assert (ended.status_code, ended.location) == (303, "/login?ended=1")
    assert "验证码输错 5 次" in half_way.get(ended.location).text
    for browser in (half_way, kept):
        assert session_of(browser) is None
        browser.post("/login/factor", {"code": shown(secret)})
        assert browser.get("/me/settings").status_code == 303
    results = [event.result for event in events("factor_checked", cast.user("ben").id)]
    assert results == ["refused"] * 5


# --------------------------------------------------------------------------------------- set-up


def set_up(client: Client, user: User) -> tuple[str, list[str]]:
    """Set up the second factor through the pages; return the secret and the recovery codes."""
    client.post("/login/factor/start", {"next": "/switch"})
    page = client.page("/login/factor/set-up")
    codes = [item.text.replace(" ", "") for item in page.select("#recovery li")]
    assert page.select("#scan svg path")
    db.session.refresh(user)
    secret = pending_secret(user)
    assert secret is not None
    assert secret in page.select("#scan")[0].text.replace(" ", "")
    return secret, codes


@pytest.fixture
def first_time(app: Flask, cast: Cast) -> Client:
    client = stranger(app)
    sign_in(client, phone_of("ben"))
    return client


@pytest.mark.covers("AU-09")
def test_a_post_sets_its_factor_up_at_the_first_sign_in(first_time: Client, cast: Cast) -> None:
    user = cast.user("ben")
    assert first_time.get("/login/factor").location == "/login/factor/set-up"
    assert "开始设置" in first_time.page("/login/factor/set-up").text
    secret, codes = set_up(first_time, user)
    assert len(set(codes)) == 10
    assert all(is_recovery_code(code) for code in codes)
    refused = first_time.post("/login/factor/set-up", {"code": wrong(secret), "kept": "y"})
    assert refused.status_code == 422
    assert [item.text.replace(" ", "") for item in parsed(refused).select("#recovery li")] == codes
    assert first_time.post("/login/factor/set-up", {"code": shown(secret)}).status_code == 422
    assert first_time.get("/switch").status_code == 303
    done = first_time.post(
        "/login/factor/set-up", {"code": shown(secret), "kept": "y", "next": "/switch"}
    )
    assert (done.status_code, done.location) == (303, "/switch")
    assert first_time.get("/switch").status_code == 200
    assert events("factor_confirmed", user.id)
    assert codes[0] not in first_time.get("/me/settings").text
    assert "备用码还有 10 个" in first_time.get("/me/settings").text


def test_a_set_up_that_was_left_begins_anew(app: Flask, first_time: Client, cast: Cast) -> None:
    seen, _ = set_up(first_time, cast.user("ben"))
    with later(minutes=2):
        again = stranger(app)
        sign_in(again, phone_of("ben"))
        assert "开始设置" in again.page("/login/factor/set-up").text
        begun = again.post("/login/factor/set-up", {"code": shown(seen), "kept": "y"})
        assert begun.location == "/login/factor/set-up"
        assert again.get("/switch").status_code == 303


def test_recovery_codes_open_once_and_are_kept_as_digests(
    app: Flask, first_time: Client, cast: Cast
) -> None:
    user = cast.user("ben")
    secret, codes = set_up(first_time, user)
    first_time.post("/login/factor/set-up", {"code": shown(secret), "kept": "y"})
    kept = db.session.scalars(select(RecoveryCode).where(RecoveryCode.user_id == user.id)).all()
    assert len(kept) == 10
    assert not {row.digest for row in kept} & {code.encode() for code in codes}
    with later(minutes=2):
        client = stranger(app)
        sign_in(client, phone_of("ben"))
        typed = f"{codes[3][:5]} {codes[3][5:]}".upper()
        assert client.post("/login/factor", {"code": typed}).status_code == 303
        assert "备用码还有 9 个" in client.get("/me/settings").text
    with later(minutes=4):
        again = stranger(app)
        sign_in(again, phone_of("ben"))
        assert again.post("/login/factor", {"code": codes[3]}).status_code == 422
        assert again.post("/login/factor", {"code": codes[4]}).status_code == 303
    assert len(events("recovery_code_used", user.id)) == 2


@pytest.mark.covers("AU-09")
def test_half_way_nobody_replaces_the_factor(half_way: Client, secret: str, cast: Cast) -> None:
    for answer in (
        half_way.get("/login/factor/set-up"),
        half_way.post("/login/factor/start"),
        half_way.post("/login/factor/set-up", {"code": shown(secret), "kept": "y"}),
    ):
        assert (answer.status_code, answer.location) == (303, "/login/factor")
    user = cast.user("ben")
    db.session.refresh(user)
    assert pending_secret(user) is None


@pytest.mark.covers("AU-10", "AU-11")
def test_a_new_factor_needs_the_old_one_fresh_and_ends_other_sessions(
    app: Flask, half_way: Client, secret: str, cast: Cast, client_of: ClientOf
) -> None:
    user, elsewhere = cast.user("ben"), client_of("ben")
    half_way.post("/login/factor", {"code": shown(secret)})
    with later(minutes=11):
        asked = half_way.post("/login/factor/start")
        assert asked.location == "/login/factor?next=/me/settings"
        assert half_way.post("/login/factor", {"code": shown(secret)}).status_code == 303
        new, _ = set_up(half_way, user)
        assert new != secret
        assert elsewhere.get("/switch").status_code == 200
        done = half_way.post("/login/factor/set-up", {"code": shown(new), "kept": "y"})
        assert done.status_code == 303
        assert half_way.get("/switch").status_code == 200
        assert elsewhere.get("/switch").status_code == 303
    with later(minutes=13):
        client = stranger(app)
        sign_in(client, phone_of("ben"))
        assert client.post("/login/factor", {"code": shown(secret)}).status_code == 422
        assert client.post("/login/factor", {"code": shown(new)}).status_code == 303


@pytest.mark.covers("AU-10")
def test_a_fresh_factor_is_asked_again_after_ten_minutes(client_of: ClientOf, cast: Cast) -> None:
    secret = give_factor(cast.user("ben"))
    client = client_of("ben")
    path = "/me/settings/password"
    assert client.get(path).status_code == 200
    with later(minutes=9, seconds=50):
        assert client.get(path).status_code == 200
    with later(minutes=10):
        asked = client.get(path)
        assert (asked.status_code, asked.location) == (303, f"/login/factor?next={path}")
        htmx = client.get(path, headers={"HX-Request": "true"})
        assert (htmx.status_code, htmx.headers["HX-Redirect"]) == (401, asked.location)
        assert "第二道验证" in client.page(asked.location).text
        back = client.post("/login/factor", {"code": shown(secret), "next": path})
        assert back.location == path
        assert client.get(path).status_code == 200


def test_a_person_without_post_is_never_asked(app: Flask, cast: Cast) -> None:
    client = stranger(app)
    sign_in(client, phone_of("ada"))
    with later(minutes=30):
        assert client.get("/me/settings").status_code == 200
        assert client.get("/login/factor?next=/switch").location == "/switch"
        assert client.get("/login/factor/set-up").location == "/me/settings"
        assert client.post("/login/factor/start").location == "/me/settings"


def test_the_picture_holds_the_secret(first_time: Client, cast: Cast) -> None:
    set_up(first_time, cast.user("ben"))
    text = first_time.get("/login/factor/set-up").text
    assert re.search(r"<svg[^>]*>.*<path", text, re.DOTALL)
    assert not re.search(r"style=|<script>|data:", text)


def test_without_a_begun_set_up_nothing_is_confirmed(first_time: Client) -> None:
    answer = first_time.post("/login/factor/set-up", {"code": "123456", "kept": "y"})
    assert answer.location == "/login/factor/set-up"
    answer = first_time.post("/login/factor", {"code": "123456"})
    assert answer.location == "/login/factor/set-up"
