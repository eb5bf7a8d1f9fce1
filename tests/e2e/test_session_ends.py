"""A session ends while a form is filled in: what was typed comes back after signing in (UX-R5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from accounts.models import UserSession
from accounts.rules import SessionKind
from core import clock
from core.database import db
from core.sessions import token_digest
from tests import factories as make
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.browser import Phone, phone
from tests.e2e.outbox import sign_in
from tests.e2e.server import World
from tests.e2e.words import Words
from tests.races.stage import session_of

pytestmark = pytest.mark.browser

NEW, TITLE = "/me/hours/new", "陪诊服务"
MOBILE, DOCUMENT = "13812345678", "330106198503071234"
KEPT = "() => JSON.stringify({...sessionStorage})"


def volunteer(served: World) -> tuple[str, str]:
    """Return phone and session token of a volunteer without any record."""
    number = make.make_phone()
    with served.writing():
        person = make.make_person(born_on=stage.birth())
        make.make_volunteer(person, organization_named("东二村"))
        return number, session_of(make.make_user(person, phone=number), SessionKind.PERSON)


def end_session(served: World, token: str) -> None:
    """Let a session have been used last when nobody may go on with it any more."""
    with served.writing():
        digest = UserSession.token_digest == token_digest(token)
        found = db.session.scalars(select(UserSession).where(digest)).one()
        found.seen_at = clock.now() - timedelta(days=60)


def enter_again(browser: Browser, served: World, held: Phone, number: str) -> None:
    """Sign in on the page that asks for it, as the person with this phone."""
    assert held.path().startswith("/login?next=")
    sign_in(browser, served, held, number, Words("zh"))


def value_of(held: Phone, name: str) -> str:
    return held.page.locator(f"#main [name={name}]").first.input_value()


def fill_in_hours(held: Phone) -> None:
    """Fill in a form that htmx sends, in a browser that keeps nothing for later."""
    held.page.route("**/queue.js*", lambda route: route.abort())
    held.open(NEW)
    held.put("title", TITLE)
    held.page.locator("summary").filter(has_text="开始时间和备注").click()
    held.put("note", f"2026-11-30 问 {MOBILE}\n证件 {DOCUMENT[:17]}X 第 3 楼")
    held.page.wait_for_load_state("networkidle")


def send(held: Phone) -> None:
    held.tap(held.page.locator("#main form button[type=submit]").last)


@pytest.mark.covers("UX-R5", "WEB-06")
def test_words_of_a_form_sent_by_htmx_come_back_and_numbers_do_not(
    browser: Browser, served: World
) -> None:
    number, token = volunteer(served)
    with phone(browser, served.origin, token) as held:
        fill_in_hours(held)
        end_session(served, token)
        send(held)
        kept = held.page.evaluate(KEPT)
        assert TITLE in kept
        assert not any(secret in kept for secret in (MOBILE, DOCUMENT[:17], number))
        enter_again(browser, served, held, number)
        assert held.path() == NEW
        expect(held.page.locator("#status")).to_contain_text("刚才填的内容已放回来")
        assert value_of(held, "title") == TITLE
        assert value_of(held, "note") == "2026-11-30 问 \n证件  第 3 楼"
        assert held.page.locator("[name=note]").is_visible()
        assert TITLE not in held.page.evaluate(KEPT)
        send(held)
        assert "已提交" in held.main_text()


@pytest.mark.covers("UX-R5", "WEB-06", "WEB-13")
def test_words_of_a_plain_form_come_back_without_its_phone(browser: Browser, served: World) -> None:
    number, token = volunteer(served)
    with served.reading():
        path = f"/j/{organization_named('东县').code}/group"
    with phone(browser, served.origin, token) as held:
        held.open(path)
        held.put("name", "东县书店")
        held.put("contact_phone", MOBILE)
        held.put("plan", "每月一次义卖")
        held.page.locator("#main input[type=radio]").nth(1).check(force=True)
        held.page.wait_for_load_state("networkidle")
        end_session(served, token)
        send(held)
        assert MOBILE not in held.page.evaluate(KEPT)
        enter_again(browser, served, held, number)
        assert held.path() == path
        expect(held.page.locator("#status")).to_contain_text("刚才填的内容已放回来")
        assert (value_of(held, "name"), value_of(held, "plan")) == ("东县书店", "每月一次义卖")
        assert value_of(held, "contact_phone") == ""
        assert held.page.locator("#main input[type=radio]").nth(1).is_checked()


@pytest.mark.covers("UX-R5", "WEB-10")
def test_another_account_finds_nothing_of_what_was_typed(browser: Browser, served: World) -> None:
    (_, token), (other, _) = volunteer(served), volunteer(served)
    with phone(browser, served.origin, token) as held:
        fill_in_hours(held)
        end_session(served, token)
        send(held)
        assert TITLE in held.page.evaluate(KEPT)
        enter_again(browser, served, held, other)
        assert held.path() == NEW
        held.page.wait_for_function("() => !sessionStorage.draft")
        assert value_of(held, "title") == ""


def test_what_was_taken_is_not_put_back(browser: Browser, served: World) -> None:
    _, token = volunteer(served)
    with phone(browser, served.origin, token) as held:
        held.open("/me/settings")
        held.open("/me/hours/new")
        held.put("title", TITLE)
        held.page.wait_for_load_state("networkidle")
        held.page.evaluate("document.querySelector('[name=title]').form.removeAttribute('hx-post')")
        send(held)
        assert "已提交" in held.main_text()
        held.page.wait_for_function("() => !sessionStorage.draft")
