"""What is said to who cannot see: each save, error and count; and that no refusal is silent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route, expect

from accounts.rules import SessionKind
from tests import factories as make
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.browser import Phone, phone
from tests.e2e.server import World
from tests.races.stage import session_of

pytestmark = pytest.mark.browser

NEW = "/me/hours/new"
REFUSALS = (400, 403, 404, 409, 413, 429, 500, 502, 503)
FRAGMENT = '<div class="error-body"><p data-error-message>这条刚刚已由别人处理</p></div>'
MEMBERS = 23  # one page and a bit more


def says(held: Phone, words: str) -> None:
    expect(held.page.locator("#status[role=status][aria-live=polite]")).to_contain_text(words)


def send(held: Phone) -> None:
    held.tap(held.page.locator("#main form button[type=submit]").last)


def new_volunteer(served: World) -> str:
    with served.writing():
        person = make.make_person(born_on=stage.birth())
        make.make_volunteer(person, organization_named("东二村"))
        return session_of(make.make_user(person), SessionKind.PERSON)


@pytest.mark.covers("UX-A7", "WEB-07")
def test_an_error_and_each_save_of_hours_are_said(browser: Browser, served: World) -> None:
    with phone(browser, served.origin, new_volunteer(served)) as held:
        held.open(NEW)
        send(held)
        says(held, "有 1 处要改")
        assert held.page.title().startswith("错误：")
        assert held.page.locator("[name=title]").get_attribute("aria-invalid") == "true"
        held.put("title", "陪诊服务")
        send(held)
        says(held, "已提交")
        held.press("撤回")
        says(held, "已撤回")


@pytest.mark.covers("UX-A7")
def test_counts_of_lists_and_decisions_are_said(browser: Browser, served: World) -> None:
    with served.writing():
        place, token = stage.new_branch("南听村")
        for _ in range(MEMBERS):
            make.make_membership(make.make_person(born_on=stage.birth()), place)
        one = make.make_person("试独名", born_on=stage.birth())
        make.make_membership(one, place)
        stage.queue_of_applications(place, 2, 0)
        stage.queue_of_records(place, 2)
        stage.settle()
        home = f"/o/{place.code}"
    with phone(browser, served.origin, token) as held:
        held.open(f"{home}/members")
        shown = held.page.locator("#main [data-row]").count()
        held.tap("加载更多")
        says(held, f"列出 {MEMBERS + 1} 条")
        assert shown < MEMBERS
        search = held.page.locator("#main [data-search]")
        search.press_sequentially("试独名")
        says(held, "列出 1 条")
        search.fill("没有这个人")
        says(held, "没有找到『没有这个人』")
        held.open(f"{home}/applications")
        held.tap(held.page.locator("[data-select-all]"))
        expect(held.page.locator("output[data-select-count]")).to_have_text("已选 2")
        held.tap(held.page.get_by_role("button", name="通过 2 人"))
        says(held, "已通过 2 人")
        held.open(f"{home}/hours")
        held.tap(held.page.locator("[data-select-all]"))
        held.tap(held.page.get_by_role("button", name="确认 2 条"))
        says(held, "已确认 2 条")


@pytest.mark.covers("WEB-07")
def test_no_refusal_is_silent_and_the_words_stay(browser: Browser, served: World) -> None:
    with phone(browser, served.origin, new_volunteer(served)) as held:
        held.open(NEW)
        held.put("title", "陪诊服务")
        for status in REFUSALS:
            answered = answering(held, status, FRAGMENT if status == 409 else "")
            held.page.evaluate("document.querySelector('#status').textContent = ''")
            send(held)
            region = held.page.locator("#status")
            expect(region, str(status)).to_be_visible()
            expect(region).to_contain_text("这条刚刚已由别人处理" if status == 409 else "没有")
            assert held.page.locator("[name=title]").input_value() == "陪诊服务"
            assert answered == [status]
            held.page.unroute("**" + NEW)
        held.faults.clear()  # each refusal is one, on purpose


def answering(held: Phone, status: int, body: str) -> list[int]:
    """Let every form be answered so; return what was answered by now."""
    answered: list[int] = []

    def answer(route: Route) -> None:
        answered.append(status)
        route.fulfill(status=status, body=body, content_type="text/html; charset=utf-8")

    held.page.route("**" + NEW, answer)
    return answered
