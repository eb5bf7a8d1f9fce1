"""Commands of accounts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from accounts.models import User
from accounts.queries import find_user_by_phone, posts_in_force
from core import clock
from core.database import db
from tests import factories as make
from tests.accounts.steps import PASSWORD, ask, give_factor, later, shown, stranger
from tests.cast import Cast, phone_of
from tests.client import Client

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, cast: Cast) -> Run:
    def command(*words: str, typed: str | None = None) -> Result:
        return app.test_cli_runner().invoke(args=["accounts", *words], input=typed)

    return command


def test_an_account_is_made_and_given_a_post(run: Run, cast: Cast) -> None:
    phone, place = make.make_phone(), cast.code("东一村")
    assert run("create-user", phone, "--name", "试甲").exit_code == 0
    assert run("grant", phone, "secretary", place).exit_code == 0
    user = find_user_by_phone(phone)
    assert user is not None
    assert user.display_name == "试甲"
    (post,) = posts_in_force(user.id, clock.today())
    assert (post.role, post.organization.code) == ("secretary", place)
    again = run("grant", phone, "secretary", place)
    assert (again.exit_code, "同样的职务" in again.output) == (1, True)
    ended = run("end-post", phone, "secretary", place)
    assert ended.exit_code == 0
    assert not posts_in_force(user.id, clock.today())
    assert run("end-post", phone, "secretary", place).exit_code == 1


def test_terms_are_given_by_day_and_announced(run: Run, cast: Cast) -> None:
    phone, place = make.make_phone(), cast.code("北一村")
    run("create-user", phone)
    dated = run("grant", phone, "secretary", place, "--from", "2030-01-01", "--to", "2030-06-30")
    assert dated.exit_code == 0
    assert "1 began, 0 ended" in run("announce-terms", "--on", "2030-01-01").output
    assert "0 began, 1 ended" in run("announce-terms", "--on", "2030-07-01").output
    assert run("end-post", phone, "secretary", place, "--on", "2029-01-01").exit_code == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("grant", "19910000000", "secretary", "none"), "no account"),
        (("unlock", "12"), "11 位"),
        (("create-user", "12"), "11 位"),
        (("grant", phone_of("ada"), "secretary", "none"), "no organization"),
        (("factor-code", phone_of("ada")), "no second factor"),
    ],
)
def test_what_is_not_there_is_told(run: Run, words: tuple[str, ...], reason: str) -> None:
    result = run(*words)
    assert (result.exit_code, reason in result.output) == (1, True)


def test_a_password_is_asked_for_twice_and_held_to_the_rules(run: Run, cast: Cast) -> None:
    phone = phone_of("ben")
    assert run("set-password", phone, typed="short\nshort\n").exit_code == 1
    assert run("set-password", phone, typed=f"{PASSWORD}\nother\n").exit_code != 0
    kept = run("set-password", phone, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert kept.exit_code == 0
    assert PASSWORD not in kept.output
    assert (db.session.get_one(User, cast.user("ben").id).password_hash or "").startswith(
        "$argon2id"
    )


@pytest.mark.covers("AU-11")
def test_sessions_are_ended_and_accounts_closed_and_opened(
    run: Run, cast: Cast, client_of: Callable[[str], Client]
) -> None:
    ben, cora = client_of("ben"), client_of("cora")
    assert (ben.get("/switch").status_code, cora.get("/switch").status_code) == (200, 200)
    assert "1 sessions ended" in run("sign-out-all", phone_of("ben")).output
    assert run("suspend", phone_of("cora")).exit_code == 0
    db.session.commit()
    assert (ben.get("/switch").status_code, cora.get("/switch").status_code) == (303, 303)
    assert run("resume", phone_of("cora")).exit_code == 0
    assert run("unlock", phone_of("cora")).exit_code == 0
    user = db.session.get_one(User, cast.user("cora").id)
    assert (user.suspended_at, user.locked_at) == (None, None)


def test_the_code_of_an_authenticator_is_told_outside_production_only(
    app: Flask, run: Run, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = give_factor(cast.user("ben"))
    assert run("factor-code", phone_of("ben")).output.strip() == shown(secret)
    monkeypatch.setattr(type(app.config["REDCROSS"]), "is_production", True)
    refused = run("factor-code", phone_of("ben"))
    assert (refused.exit_code, shown(secret) in refused.output) == (1, False)


def test_what_nobody_needs_any_more_is_deleted(
    app: Flask, run: Run, client_of: Callable[[str], Client]
) -> None:
    client, browser = client_of("ben"), stranger(app)
    ask(browser, phone_of("ada"))
    browser.post("/login/password", {"phone": phone_of("ada"), "password": PASSWORD})
    assert "0 codes, 0 tries, 0 sessions, 0 devices" in run("purge").output
    assert client.get("/switch").status_code == 200
    with later(days=2):
        assert "1 codes, 0 tries, 0 sessions, 0 devices" in run("purge").output
    with later(days=31):
        assert "0 codes, 1 tries, 0 sessions, 0 devices" in run("purge").output
    with later(days=183):
        assert "0 sessions, 0 devices" in run("purge").output
    with later(days=184):
        assert re.search(r"[1-9]\d+ sessions", run("purge").output)


@pytest.mark.covers("AU-08", "PRV-17")
def test_codes_go_out_after_all_older_ones_were_removed(app: Flask, run: Run, cast: Cast) -> None:
    assert ask(stranger(app), phone_of("ada")).status_code == 303
    with later(days=2):
        run("purge")
        assert ask(stranger(app), phone_of("ada")).status_code == 303
