"""Signing in by password: for posts, slow to guess, and never closed to its owner."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import argon2
import pytest
from flask import Flask
from sqlalchemy import select

from accounts import operations
from accounts.models import KnownDevice, User
from accounts.operations import passwords
from core import clock
from core.audit.operations import SYSTEM
from core.config import Config
from core.database import db
from tests import factories as make
from tests.accounts.steps import (
    PASSWORD,
    events,
    give_factor,
    give_password,
    later,
    session_of,
    shown,
    sign_in,
    stranger,
    tries_of,
    wrong,
)
from tests.cast import Cast, phone_of
from tests.client import Client, parsed

Counting = Callable[[], AbstractContextManager[list[str]]]
WRONG = "wrong tortoise battery 7"


@pytest.fixture
def ben(cast: Cast) -> User:
    user = cast.user("ben")
    give_password(user)
    give_factor(user)
    return user


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note every password that is really looked at."""
    seen: list[str] = []
    plain_verify = argon2.PasswordHasher.verify

    def verify(hasher: argon2.PasswordHasher, kept: str, password: str) -> bool:
        seen.append(password)
        return plain_verify(hasher, kept, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verify)
    return seen


def try_password(client: Client, password: str, phone: str = "") -> int:
    fields = {"phone": phone or phone_of("ben"), "password": password}
    return client.post("/login/password", fields).status_code


def known_browser(app: Flask, secret: str) -> Client:
    """Return a browser in which ben finished both factors and signed out."""
    client = stranger(app)
    sign_in(client, phone_of("ben"))
    client.post("/login/factor", {"code": shown(secret)})
    client.post("/logout")
    return client


def test_a_post_signs_in_by_password_and_second_factor(app: Flask, ben: User) -> None:
    client = stranger(app)
    secret = give_factor(ben)
    fields = {"phone": phone_of("ben"), "password": PASSWORD, "next": "/switch"}
    first = client.post("/login/password", fields)
    assert (first.status_code, first.location) == (303, "/login/factor?next=/switch")
    second = client.post("/login/factor", {"code": shown(secret), "next": "/switch"})
    assert (second.status_code, second.location) == (303, "/switch")
    assert client.get("/switch").status_code == 200
    assert [event.detail_values for event in events("sign_in", ben.id)] == [{"method": "password"}]


@pytest.mark.covers("AU-05")
def test_the_eleventh_try_is_refused_without_looking(
    app: Flask, ben: User, hashes: list[str]
) -> None:
    secret = give_factor(ben)
    with later(minutes=-10):
        owner = known_browser(app, secret)
    guesser = stranger(app)
    for _ in range(10):
        assert try_password(guesser, WRONG) == 422
    assert len(hashes) == 10
    refused = guesser.post("/login/password", {"phone": phone_of("ben"), "password": PASSWORD})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 300
    assert re.search(r"请 [1-5] 分钟后再试", refused.text)
    assert len(hashes) == 10
    assert try_password(stranger(app), PASSWORD) == 429
    assert try_password(owner, PASSWORD) == 303  # no lock-out by strangers
    with later(minutes=5, seconds=1):
        assert try_password(stranger(app), PASSWORD) == 303


@pytest.mark.covers("AU-05")
def test_a_known_device_has_its_own_ten_tries(app: Flask, ben: User, hashes: list[str]) -> None:
    secret = give_factor(ben)
    with later(minutes=-10):
        owner = known_browser(app, secret)
    for _ in range(10):
        assert try_password(owner, WRONG) == 422
    assert try_password(owner, PASSWORD) == 429
    assert len(hashes) == 10
    assert try_password(stranger(app), PASSWORD) == 303


def test_the_device_of_one_account_is_a_stranger_to_another(
    app: Flask, cast: Cast, ben: User
) -> None:
    secret = give_factor(ben)
    client = known_browser(app, secret)
    give_password(cast.user("cora"))
    for _ in range(10):
        try_password(stranger(app), WRONG, phone_of("cora"))
    assert try_password(client, PASSWORD, phone_of("cora")) == 429


@pytest.mark.covers("AU-05")
def test_twenty_wrong_tries_close_the_password_until_it_is_opened(
    app: Flask, ben: User, hashes: list[str]
) -> None:
    secret = give_factor(ben)
    guesser = stranger(app)
    for minutes in (0, 6):
        with later(minutes=minutes):
            for _ in range(10):
                assert try_password(guesser, WRONG) == 422
    assert db.session.get_one(User, ben.id).locked_at is not None
    assert [event.action for event in events("user_locked", ben.id)] == ["user_locked"]
    with later(minutes=30):
        refused = stranger(app).post(
            "/login/password", {"phone": phone_of("ben"), "password": PASSWORD}
        )
        assert refused.status_code == 422
        assert "密码登录已关闭" in refused.text
        assert len(hashes) == 20
        owner = stranger(app)
        sign_in(owner, phone_of("ben"))  # the owner's phone still opens
        assert owner.post("/login/factor", {"code": shown(secret)}).status_code == 303
        assert session_of(owner)
    operations.unlock_user(db.session.get_one(User, ben.id), by=SYSTEM)
    assert try_password(stranger(app), PASSWORD) == 303


def test_the_right_password_alone_does_not_clear_wrong_tries(app: Flask, ben: User) -> None:
    client = stranger(app)
    secret = give_factor(ben)
    for _ in range(3):
        try_password(client, WRONG)
    assert try_password(client, PASSWORD) == 303
    assert tries_of(ben) == 3
    client.post("/login/factor", {"code": shown(secret)})
    assert tries_of(ben) == 0


def test_wrong_second_factors_count_towards_the_lock(app: Flask, ben: User) -> None:
    secret = give_factor(ben)
    for minutes in (0, 1, 6, 7):
        with later(minutes=minutes):
            client = stranger(app)
            assert try_password(client, PASSWORD) == 303
            for _ in range(5):
                client.post("/login/factor", {"code": wrong(secret)})
    assert db.session.get_one(User, ben.id).locked_at is not None
    with later(minutes=30):
        assert try_password(stranger(app), PASSWORD) == 422


def without_keys(text: str) -> str:
    return re.sub(
        r'(name="(csrf_token|idempotency_key|phone)" value|content|value)="[^"]*"', "", text
    )


@pytest.mark.covers("AU-07")
def test_unknown_phones_are_answered_and_closed_like_known_ones(app: Flask, ben: User) -> None:
    answers = []
    for phone in (phone_of("ben"), phone_of("ada"), make.make_phone()):
        client = stranger(app)
        seen = []
        for minutes in (0, 6, 12):
            with later(minutes=minutes):
                for _ in range(11):
                    refused = client.post("/login/password", {"phone": phone, "password": WRONG})
                    seen.append((refused.status_code, without_keys(refused.text)))
        answers.append(seen)
    statuses = [[status for status, _ in seen] for seen in answers]
    assert statuses[0] == ([422] * 10 + [429]) + ([422] * 10 + [422]) + [422] * 11
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.covers("AU-07")
def test_a_phone_without_account_costs_the_same_work(
    app: Flask, ben: User, hashes: list[str], count_statements: Counting
) -> None:
    costs = []
    for phone in (phone_of("ben"), phone_of("ada"), make.make_phone()):
        client = stranger(app)
        client.http.set_cookie("device", "d" * 43)
        try_password(client, WRONG, phone)
        hashes.clear()
        with count_statements() as seen:
            try_password(client, WRONG, phone)
        costs.append((len(hashes), len(seen)))
    assert costs[0] == costs[1] == costs[2]
    assert costs[0][0] == 1


@pytest.mark.covers("AU-15")
def test_passwords_are_kept_as_argon2id_and_grow_with_the_settings(
    app: Flask, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = ben.password_hash or ""
    parameters = argon2.extract_parameters(kept)
    assert (parameters.type, parameters.time_cost) == (argon2.Type.ID, 3)
    assert PASSWORD not in kept
    monkeypatch.setattr(passwords, "config_value", lambda _name: 2048)
    client = stranger(app)
    assert try_password(client, PASSWORD) == 303
    grown = db.session.get_one(User, ben.id).password_hash or ""
    assert argon2.extract_parameters(grown).memory_cost == 2048


@pytest.mark.covers("AU-15")
def test_the_default_cost_is_that_of_the_bar() -> None:
    assert Config.__dataclass_fields__["password_memory_kib"].default == 65_536


@pytest.mark.parametrize(
    ("name", "factor", "words"),
    [("ada", True, "这个账号请用验证码登录"), ("ben", False, "请先用验证码登录一次")],
)
def test_who_has_no_post_or_no_second_factor_uses_codes(
    app: Flask, cast: Cast, name: str, factor: bool, words: str
) -> None:
    user = cast.user(name)
    give_password(user)
    if factor:
        give_factor(user)
    client = stranger(app)
    assert (
        words
        not in client.post("/login/password", {"phone": phone_of(name), "password": WRONG}).text
    )
    refused = client.post("/login/password", {"phone": phone_of(name), "password": PASSWORD})
    assert (refused.status_code, words in refused.text) == (422, True)
    assert session_of(client) is None


def test_a_suspended_account_stays_outside(app: Flask, cast: Cast) -> None:
    sue = cast.user("sue")
    give_password(sue)
    give_factor(sue)
    client = stranger(app)
    refused = client.post("/login/password", {"phone": phone_of("sue"), "password": PASSWORD})
    assert (refused.status_code, "停用" in refused.text) == (422, True)
    assert session_of(client) is None


def test_what_is_missing_is_said_beside_the_field(app: Flask, cast: Cast) -> None:
    refused = stranger(app).post("/login/password", {"phone": phone_of("ben")})
    assert refused.status_code == 422
    page = parsed(refused)
    assert "请填写密码" in page.select("#password-error")[0].text
    typed = stranger(app).post("/login/password", {"phone": phone_of("ben"), "password": WRONG})
    assert WRONG not in typed.text


def test_good_and_bad_tries_are_in_the_audit_by_account(app: Flask, ben: User) -> None:
    client = stranger(app)
    try_password(client, WRONG)
    try_password(client, PASSWORD)
    assert [(event.result, event.detail_values) for event in events("sign_in", ben.id)] == [
        ("refused", {"method": "password"}),
        ("done", {"method": "password"}),
    ]


def test_a_browser_is_known_once_both_factors_are_done(app: Flask, ben: User) -> None:
    client = stranger(app)
    try_password(client, PASSWORD)
    statement = select(KnownDevice).where(KnownDevice.user_id == ben.id)
    assert db.session.scalars(statement).all() == []
    secret = give_factor(ben)
    client.post("/login/factor", {"code": shown(secret)})
    cookie = client.http.get_cookie("device")
    (device,) = db.session.scalars(statement).all()
    assert cookie is not None
    assert cookie.value not in device.token_digest
    assert device.created_at <= clock.now()
