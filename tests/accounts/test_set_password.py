"""Setting a password: long, not guessable, and the end of all other sessions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from accounts.models import User
from accounts.operations import passwords
from core.database import db
from tests.accounts.steps import (
    PASSWORD,
    events,
    give_factor,
    give_password,
    later,
    shown,
    sign_in,
    stranger,
)
from tests.cast import Cast, phone_of
from tests.client import Client, parsed

ClientOf = Callable[[str], Client]
PATH = "/me/settings/password"
NEW = "seven quiet herons over water"


def setting(client: Client, new: str, present: str = "") -> int:
    return client.post(PATH, {"password": new, "present": present}).status_code


@pytest.mark.covers("AU-11")
def test_a_new_password_ends_every_other_session(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    client, elsewhere = client_of("ben"), stranger(app)
    before = client.token
    done = client.post(PATH, {"password": NEW})
    assert (done.status_code, done.location) == (303, "/me/settings?done=password")
    assert client.token != before
    assert "密码已改好" in client.get(done.location).text
    elsewhere.http.set_cookie("session", before)
    assert elsewhere.get("/switch").status_code == 303
    assert events("password_changed", cast.user("ben").id)


@pytest.mark.covers("AU-11")
def test_the_other_browser_is_out_with_its_next_request(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    secret = give_factor(cast.user("cora"))
    other = stranger(app)
    sign_in(other, phone_of("cora"))
    other.post("/login/factor", {"code": shown(secret)})
    assert other.get("/switch").status_code == 200
    assert setting(client_of("cora"), NEW) == 303
    assert other.get("/switch").status_code == 303


def test_the_present_password_is_asked_for(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("dan")
    give_password(cast.user("dan"))
    client = sign_back_in(client, cast, "dan")
    refused = client.post(PATH, {"password": NEW, "present": "not it at all"})
    assert refused.status_code == 422
    page = parsed(refused)
    assert "现在的密码不对" in page.select("#present-error")[0].text
    assert NEW not in refused.text
    assert setting(client, NEW, PASSWORD) == 303


def sign_back_in(client: Client, cast: Cast, name: str) -> Client:
    """Sign a browser in again after a password was given, which ended its session."""
    secret = give_factor(cast.user(name))
    sign_in(client, phone_of(name))
    client.post("/login/factor", {"code": shown(secret)})
    return client


@pytest.mark.covers("AU-10")
def test_it_needs_a_fresh_second_factor(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("ben")
    with later(minutes=11):
        assert client.post(PATH, {"password": NEW}).location == f"/login/factor?next={PATH}"
    assert db.session.get_one(User, cast.user("ben").id).password_hash is None


def test_a_volunteer_has_none(client_of: ClientOf, cast: Cast) -> None:
    client = client_of("ada")
    assert client.get(PATH).location == "/me/settings"
    assert client.post(PATH, {"password": NEW}).location == "/me/settings"
    assert cast.user("ada").password_hash is None


REFUSED = [
    ("short passw0rd", False),
    ("eleven char", True),
    ("", True),
    ("x" * 129, True),
    ("password123456", True),
    ("P@ssw0rd123456", True),
    ("aaaaaaaaaaaaaa", True),
    ("abcabcabcabcabc", True),
    ("abcdefghijklmno", True),
    ("qwertyuiop123456", True),
    ("I love honghui most", True),
    ("RedCross 4 always", True),
    ("zhejiang rain 88", True),
    ("浙江的雨下了一夜又一夜吧", True),
    ("call me on 19900000014", True),
    ("call me on 00000014 ok", True),
    ("东一村的人都很好很好很好", True),
    ("我叫人ben住在河边的房子里", True),
    ("密码可以是一句很长的中文话", False),
    ("y" * 60 + "z" * 67 + "!", False),
    ("🐢🦉🐢🦊🐢🐸🐢🐝🐢🐙🐢🦋", False),
]


@pytest.mark.covers("AU-14")
@pytest.mark.parametrize(("password", "refused"), REFUSED)
def test_what_is_refused_and_what_is_not(
    client_of: ClientOf, cast: Cast, password: str, refused: bool
) -> None:
    assert phone_of("ben") == "19900000008"
    typed = password.replace("19900000014", phone_of("ben")).replace(
        "00000014", phone_of("ben")[-8:]
    )
    answer = client_of("ben").post(PATH, {"password": typed})
    assert answer.status_code == (422 if refused else 303), answer.text
    kept = db.session.get_one(User, cast.user("ben").id).password_hash
    assert (kept is None) is refused


@pytest.mark.covers("AU-14")
def test_words_that_only_persons_know_are_refused_too(
    client_of: ClientOf, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_id = cast.user("ben").person_id
    known = {person_id: ["19850615", "850615"]}
    monkeypatch.setattr(passwords, "PASSWORD_CONTEXT", [lambda one: known.get(one, [])])
    assert setting(client_of("ben"), "born 19850615 by the sea") == 422
    assert setting(client_of("ben"), "born 19850616 by the sea") == 303


@pytest.mark.covers("AU-14")
def test_nothing_is_cut_off(app: Flask, cast: Cast) -> None:
    long = "a long walk along the west lake " * 4
    give_password(cast.user("ben"), long)
    user = cast.user("ben")
    assert passwords._is_right(user, long)
    assert not passwords._is_right(user, long[:-1])
    assert not passwords._is_right(user, long[:72])


def test_the_list_of_common_passwords_holds_long_ones_only() -> None:
    words = passwords.COMMON.read_text(encoding="utf-8").split()
    assert len(words) > 1_000
    assert min(map(len, words)) >= 12
    assert words == sorted(set(words))
