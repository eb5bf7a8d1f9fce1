"""Signing in by phone and one-time code."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from accounts.models import OneTimeCode, User
from accounts.queries import find_user_by_phone
from core.database import db
from tests import factories as make
from tests.accounts.steps import (
    answer,
    ask,
    events,
    last_code,
    last_text,
    later,
    other_than,
    session_of,
    sign_in,
    stranger,
)
from tests.cast import Cast, phone_of
from tests.client import Client, parsed


@pytest.fixture
def browser(app: Flask, cast: Cast) -> Client:
    return stranger(app)


def test_a_volunteer_signs_in_with_four_taps_and_returns(browser: Client) -> None:
    page = browser.page("/login?next=/me/settings")
    forms = [form for form in page.select("main form") if form.select("input:not([type=hidden])")]
    assert [form["action"] for form in forms] == ["/login/send"]
    assert len(forms[0].select("button")) == 1  # tap 1: get code
    code_page = browser.get(ask(browser, phone_of("ada"), next="/me/settings").location)
    form = parsed(code_page).select_one("form[action='/login/code']")
    assert form is not None
    assert len(form.select("input[type=checkbox]")) == 1  # tap 2: agree
    assert len(form.select("button")) == 1  # tap 3: sign in
    assert "checked" not in form.select("input[type=checkbox]")[0].attrs
    done = answer(browser, last_code(phone_of("ada")), next="/me/settings")
    assert (done.status_code, done.location) == (303, "/me/settings")
    assert "登录设备" in browser.page("/me/settings").text


def test_a_new_phone_gets_an_account_without_person_or_post(browser: Client) -> None:
    phone = make.make_phone()
    assert sign_in(browser, phone).status_code == 303
    user = find_user_by_phone(phone)
    assert user is not None
    assert (user.person_id, user.posts) == (None, [])
    assert browser.get("/me/settings").status_code == 200


def test_a_phone_is_typed_as_people_type(browser: Client) -> None:
    ask(browser, " +86 199-0000 0001 ")
    assert answer(browser, last_code(phone_of("ada"))).status_code == 303
    session = session_of(browser)
    assert session is not None
    assert session.user.display_name == "人ada"


@pytest.mark.parametrize(
    ("phone", "words"),
    [("", "请填写手机号"), ("138001380", "现在是 9 位"), ("1380013800x", "只能有数字")],
)
def test_what_is_wrong_with_a_phone_stands_beside_it(
    browser: Client, phone: str, words: str
) -> None:
    refused = ask(browser, phone)
    assert refused.status_code == 422
    page = parsed(refused)
    assert page.title is not None
    assert page.title.text.startswith("错误：")
    assert words in page.select("#phone-error")[0].text


@pytest.mark.covers("AU-08")
def test_the_message_ends_with_what_phones_fill_in_by_themselves(browser: Client) -> None:
    ask(browser, phone_of("ada"))
    text = last_text(phone_of("ada"))
    assert re.fullmatch(r"@127\.0\.0\.1 #\d{6}", text.splitlines()[-1])
    assert last_code(phone_of("ada")) in text.splitlines()[0]


@pytest.mark.covers("AU-13")
def test_the_message_names_the_configured_host_only(browser: Client) -> None:
    browser.get("/login")
    browser.http.set_cookie("session", browser.token, domain="evil.example")
    asked = browser.post(
        "/login/send",
        {"phone": phone_of("ada")},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    assert asked.status_code == 303
    assert "evil" not in last_text(phone_of("ada"))


@pytest.mark.covers("AU-08")
def test_a_code_works_once(browser: Client, app: Flask) -> None:
    ask(browser, phone_of("ada"))
    code = last_code(phone_of("ada"))
    token = browser.token
    assert answer(browser, code).status_code == 303
    again = stranger(app)
    again.http.set_cookie("session", token)
    refused = answer(again, code)
    assert refused.status_code == 422
    assert "验证码已过期" in refused.text
    assert session_of(again) is None


@pytest.mark.covers("AU-08")
def test_a_code_works_in_the_browser_that_asked_for_it_only(app: Flask, browser: Client) -> None:
    ask(browser, phone_of("ada"))
    code = last_code(phone_of("ada"))
    thief = stranger(app)
    ask(thief, make.make_phone())
    assert answer(thief, code).status_code == 422
    assert session_of(thief) is None
    assert answer(browser, code).status_code == 303


@pytest.mark.covers("AU-08")
def test_five_wrong_codes_spoil_it(browser: Client, cast: Cast) -> None:
    ask(browser, phone_of("ada"))
    code = last_code(phone_of("ada"))
    for _ in range(5):
        refused = answer(browser, other_than(code))
        assert refused.status_code == 422
        assert "验证码不对，请看最新一条短信" in refused.text
    spoiled = answer(browser, code)
    assert spoiled.status_code == 422
    assert "输错次数太多" in spoiled.text
    assert session_of(browser) is None
    assert [event.result for event in events("code_checked", cast.user("ada").id)] == [
        "refused"
    ] * 5


@pytest.mark.covers("AU-08")
def test_a_code_lives_ten_minutes(browser: Client) -> None:
    ask(browser, phone_of("ada"))
    with later(minutes=10):
        expired = answer(browser, last_code(phone_of("ada")))
        assert expired.status_code == 422
        assert "验证码已过期，请重新获取" in expired.text
        ask(browser, phone_of("ada"))
    with later(minutes=19, seconds=50):
        assert answer(browser, last_code(phone_of("ada"))).status_code == 303


@pytest.mark.covers("AU-08")
def test_a_new_code_replaces_the_one_before(browser: Client) -> None:
    ask(browser, phone_of("ada"))
    first = last_code(phone_of("ada"))
    with later(seconds=61):
        assert browser.post("/login/code/again").status_code == 303
        second = last_code(phone_of("ada"))
        if first != second:
            assert answer(browser, first).status_code == 422
        assert answer(browser, second).status_code == 303


@pytest.mark.covers("AU-08")
def test_three_codes_an_hour_go_to_a_phone_whoever_asks(app: Flask, browser: Client) -> None:
    phone = make.make_phone()
    assert ask(browser, phone).status_code == 303
    soon = ask(browser, phone)
    assert (soon.status_code, soon.headers["Retry-After"]) == (429, "60")
    with later(minutes=2):
        assert ask(stranger(app), phone).status_code == 303
    with later(minutes=4):
        assert browser.post("/login/code/again").status_code == 303
    with later(minutes=6):
        refused = ask(stranger(app), phone)
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 54 * 60
        assert re.search(r"获取太频繁，请 5[34] 分钟后再试", refused.text)
        assert browser.post("/login/code/again").status_code == 429
        assert ask(browser, make.make_phone()).status_code == 303
    with later(minutes=61):
        assert ask(browser, phone).status_code == 303


@pytest.mark.covers("AU-08")
def test_codes_and_phones_are_not_kept_readable(browser: Client) -> None:
    ask(browser, phone_of("ada"))
    code = last_code(phone_of("ada"))
    row = db.session.query(OneTimeCode).one()
    kept = f"{row.phone} {row.code_digest.hex()} {row.binding}"
    assert code not in kept
    assert phone_of("ada") not in kept


def without_keys(text: str) -> str:
    """Return a page without what differs on every page: tokens, keys, what was typed."""
    text = re.sub(r'(name="(csrf_token|idempotency_key)" value|content)="[^"]*"', "", text)
    return re.sub(r"尾号 \d{4}|value=\"\d{6}\"|data-countdown=\"\d+\"", "", text)


@pytest.mark.covers("AU-07")
def test_known_and_unknown_phones_are_answered_alike(app: Flask, cast: Cast) -> None:
    answers = []
    for phone in (phone_of("ben"), make.make_phone()):
        client = stranger(app)
        asked = ask(client, phone)
        page = client.get(asked.location)
        refused = answer(client, other_than(last_code(phone)))
        answers.append(
            (
                asked.status_code,
                asked.location,
                page.status_code,
                without_keys(page.text),
                refused.status_code,
                without_keys(refused.text),
            )
        )
    assert answers[0] == answers[1]


def test_without_the_tick_nothing_is_tried_and_the_code_is_kept(browser: Client) -> None:
    ask(browser, phone_of("ada"))
    code = last_code(phone_of("ada"))
    refused = browser.post("/login/code", {"code": code})
    assert refused.status_code == 422
    page = parsed(refused)
    assert "请先勾选同意，再登录" in page.text
    assert page.select("input[name=code]")[0]["value"] == code
    assert db.session.query(OneTimeCode).one().tries == 0
    assert answer(browser, code).status_code == 303


def test_the_code_page_without_a_code_leads_to_the_start(browser: Client) -> None:
    assert browser.get("/login/code").location == "/login"
    assert browser.post("/login/code/again").location == "/login"
    refused = answer(browser, "123456")
    assert refused.status_code == 422
    assert parsed(refused).select("form[action='/login/send']")


def test_htmx_gets_the_whole_page_to_take_its_part_from(browser: Client) -> None:
    headers = {"HX-Request": "true"}
    asked = browser.post("/login/send", {"phone": phone_of("ada")}, headers=headers)
    page = parsed(browser.get(asked.location, headers=headers))
    assert page.select("main form[action='/login/code'] input[name=code][data-focus]")
    often = browser.post("/login/send", {"phone": phone_of("ada")}, headers=headers)
    assert often.status_code == 429
    assert parsed(often).select_one("[data-error-message]")
    assert not parsed(often).select("main")


def test_a_suspended_account_is_told_after_the_right_code_only(browser: Client) -> None:
    ask(browser, phone_of("sue"))
    code = last_code(phone_of("sue"))
    assert "停用" not in answer(browser, other_than(code)).text
    assert "停用" in answer(browser, code).text
    assert session_of(browser) is None


def test_both_sides_of_signing_in_are_in_the_audit(browser: Client, cast: Cast) -> None:
    ada = cast.user("ada")
    sign_in(browser, phone_of("ada"))
    (event,) = events("sign_in", ada.id)
    assert (event.actor_id, event.result, event.detail_values) == (
        ada.id,
        "done",
        {"method": "code"},
    )


def test_who_is_signed_in_goes_on(browser: Client) -> None:
    sign_in(browser, phone_of("ada"))
    for path in ("/login", "/login/code", "/login/password"):
        assert browser.get(f"{path}?next=/switch").location == "/switch"


@pytest.mark.covers("AU-16")
def test_a_demo_account_cannot_sign_in_where_people_are_real(
    app: Flask, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = make.make_phone()
    user: User = make.make_user(phone=phone)
    user.is_demo = True
    db.session.commit()
    ask(browser, phone)
    code = last_code(phone)
    monkeypatch.setattr(type(app.config["REDCROSS"]), "is_production", True)
    assert "停用" in answer(browser, code).text
    assert session_of(browser) is None
