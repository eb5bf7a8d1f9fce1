"""The session: renewed at every step, opaque, limited in time, ended at once."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import UserSession
from accounts.rules import SessionKind
from core.config import Environment
from core.database import db
from core.sessions import token_digest
from tests.accounts.steps import (
    events,
    give_factor,
    later,
    session_of,
    shown,
    sign_in,
    stranger,
)
from tests.cast import Cast, phone_of
from tests.client import Client

ClientOf = Callable[[str], Client]


def is_signed_in(client: Client) -> bool:
    return client.get("/me/settings").status_code == 200


@pytest.mark.covers("AU-01")
def test_every_step_gives_a_new_token_and_the_old_one_is_nobody(app: Flask, cast: Cast) -> None:
    secret = give_factor(cast.user("ben"))
    client = stranger(app)
    client.get("/login")
    tokens = [client.token]
    sign_in(client, phone_of("ben"))
    tokens.append(client.token)
    client.post("/login/factor", {"code": shown(secret)})
    tokens.append(client.token)
    assert is_signed_in(client)
    with later(minutes=11):
        client.post("/login/factor", {"code": shown(secret)})
        tokens.append(client.token)
        assert is_signed_in(client)
        client.post("/logout")
        tokens.append(client.token)
    assert len(set(tokens)) == len(tokens) == 5
    for token in tokens:
        assert not is_signed_in(Client(app, token))


@pytest.mark.covers("AU-02", "AU-03")
def test_cookies_hold_nothing_but_a_random_token(app: Flask, cast: Cast) -> None:
    secret = give_factor(cast.user("ben"))
    client = stranger(app)
    sign_in(client, phone_of("ben"))
    client.post("/login/factor", {"code": shown(secret)})
    seen = 0
    for name in ("session", "device"):
        cookie = client.http.get_cookie(name)
        assert cookie is not None
        assert cookie.http_only
        assert (cookie.same_site, cookie.path) == ("Lax", "/")
        raw = base64.urlsafe_b64decode(cookie.value + "=")
        assert len(raw) * 8 >= 128
        for opened in (raw, _inflated(raw)):
            with pytest.raises((UnicodeDecodeError, json.JSONDecodeError)):
                json.loads(opened.decode())
            seen += 1
    assert seen == 4


def _inflated(raw: bytes) -> bytes:
    try:
        return zlib.decompress(raw)
    except (zlib.error, binascii.Error):
        return raw


@pytest.mark.covers("AU-02")
def test_a_copied_cookie_is_worth_nothing_after_signing_out(app: Flask, cast: Cast) -> None:
    client = stranger(app)
    sign_in(client, phone_of("ada"))
    client.http.set_cookie("size", "larger")
    thief = Client(app, client.token)
    assert is_signed_in(thief)
    left = client.post("/logout")
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(thief)
    assert not is_signed_in(client)
    kept = client.http.get_cookie("size")
    assert kept is not None
    assert kept.value == "larger"
    assert "已退出登录" in client.get(left.location).text


LIMITS = [
    (SessionKind.PERSON, "ada", 7 * 86_400, 30 * 86_400),
    (SessionKind.POST, "ben", 30 * 60, 12 * 3600),
    (SessionKind.PROVINCE, "gil", 15 * 60, 8 * 3600),
    (SessionKind.PROVINCE, "opal", 15 * 60, 8 * 3600),
]


@pytest.mark.covers("AU-04")
@pytest.mark.parametrize(("kind", "name", "idle", "absolute"), LIMITS)
def test_sessions_end_by_rest_and_by_age(
    app: Flask, cast: Cast, kind: SessionKind, name: str, idle: int, absolute: int
) -> None:
    client = stranger(app)
    secret = give_factor(cast.user(name))
    sign_in(client, phone_of(name))
    if kind is not SessionKind.PERSON:
        client.post("/login/factor", {"code": shown(secret)})
    session = session_of(client)
    assert session is not None
    assert session.kind is kind
    with later(seconds=idle - 5):
        assert is_signed_in(client)
    with later(seconds=2 * idle - 15):
        assert is_signed_in(client)  # it was used in between
    with later(seconds=3 * idle):
        assert not is_signed_in(client)
    for end, alive in ((absolute - 5, True), (absolute + 5, False)):
        session.seen_at = session.created_at + timedelta(seconds=end - 1)
        db.session.commit()
        with later(seconds=end):
            assert is_signed_in(client) is alive


@pytest.mark.covers("AU-04")
def test_a_fragment_that_is_polled_extends_nothing(app: Flask, client_of: ClientOf) -> None:
    client = client_of("ben")
    polled = {"HX-Request": "true"}
    with later(minutes=20):
        assert client.get("/me/settings", headers=polled).status_code == 200
    with later(minutes=31):
        assert client.get("/me/settings", headers=polled).status_code == 401
    other = client_of("cora")
    with later(minutes=20):
        assert other.get("/me/settings").status_code == 200
    with later(minutes=31):
        assert other.get("/me/settings", headers=polled).status_code == 200


@pytest.mark.covers("WEB-06", "AU-04")
def test_a_sleeping_session_does_not_answer_htmx_with_a_form(client_of: ClientOf) -> None:
    client = client_of("ben")
    with later(hours=1):
        gone = client.get("/me/settings", headers={"HX-Request": "true"})
    assert (gone.status_code, gone.text) == (401, "")
    assert gone.headers["HX-Redirect"].startswith("/login?next=")


@pytest.mark.covers("WEB-06", "WEB-16")
def test_who_sent_a_form_too_late_comes_back_to_the_page_of_the_form(
    app: Flask, cast: Cast
) -> None:
    own = app.config["REDCROSS"].origin
    pages = {
        own + "/me/requests/new?kind=copy": "/login?next=/me/requests/new?kind%3Dcopy",
        "https://evil.example/me/settings": "/login?next=/me/hours/new",
        own + ".evil.example/me": "/login?next=/me/hours/new",
        own + "//evil.example": "/login?next=/me/hours/new",
        "": "/login?next=/me/hours/new",
    }
    for page, wanted in pages.items():
        headers = {"HX-Request": "true", "HX-Current-URL": page}
        answer = stranger(app).post("/me/hours/new", headers=headers)
        assert (answer.status_code, answer.text) == (401, ""), page
        assert answer.headers["HX-Redirect"] == wanted, page
        plain = stranger(app).post("/me/hours/new", headers={"Referer": page})
        assert (plain.status_code, plain.location) == (303, wanted), page


@pytest.mark.covers("AU-11", "AU-17")
def test_one_ends_own_sessions_and_nobody_elses(app: Flask, cast: Cast) -> None:
    here, there = stranger(app), stranger(app)
    sign_in(here, phone_of("ada"))
    with later(minutes=2):
        sign_in(there, phone_of("ada"))
        row = session_of(there)
        assert row is not None
        foreign = db.session.scalars(
            select(UserSession).where(UserSession.user_id == cast.user("ben").id)
        ).first()
        assert foreign is not None
        assert here.post(f"/me/settings/sessions/{foreign.id}/end").status_code == 404
        done = here.post(f"/me/settings/sessions/{row.id}/end")
        assert done.location == "/me/settings?done=session"
        assert not is_signed_in(there)
        assert is_signed_in(here)
        assert "已退出登录" in here.get(done.location).text
        assert events("session_ended", row.id)


@pytest.mark.covers("AU-17")
def test_all_other_sessions_end_with_one_tap(app: Flask, cast: Cast) -> None:
    browsers = [stranger(app) for _ in range(3)]
    for number, client in enumerate(browsers):
        with later(minutes=2 * number):
            sign_in(client, phone_of("ada"))
    assert browsers[0].post("/me/settings/sessions/end").status_code == 303
    assert [is_signed_in(client) for client in browsers] == [True, False, False]


def test_signing_in_as_another_ends_the_session_of_the_browser(app: Flask, cast: Cast) -> None:
    client = stranger(app)
    sign_in(client, phone_of("nell"))
    before = client.token
    sign_in(client, phone_of("ada"))
    row = db.session.scalars(
        select(UserSession).where(UserSession.token_digest == token_digest(before))
    ).one()
    assert row.ended_at is not None
    now_in = session_of(client)
    assert now_in is not None
    assert now_in.user_id == cast.user("ada").id


def test_where_one_is_signed_in_is_told_in_words(app: Flask, cast: Cast) -> None:
    client = stranger(app)
    client.http.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 MicroMessenger/8.0"
    )
    sign_in(client, phone_of("ada"))
    assert "微信 · Android" in client.page("/me/settings").text
    assert app.config["REDCROSS"].environment is Environment.TEST
