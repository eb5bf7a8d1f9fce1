"""Windows beside each other and pages one comes back to: whole pages, one effect, nothing mixed."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect
from sqlalchemy import func, select

from accounts.models import User
from accounts.rules import SessionKind
from core import clock
from core.access.permissions import Role
from core.audit.models import AuditEvent
from core.audit.operations import Actor
from core.database import db
from tests import factories as make
from tests.cast import organization_named
from tests.e2e import stage
from tests.e2e.browser import HEIGHT, Phone, phone
from tests.e2e.server import World
from tests.races.stage import keeper, session_of
from volunteers.models import ServiceRecord
from volunteers.operations import log_service
from volunteers.rules import Entry, ServiceField

pytestmark = pytest.mark.browser

NEW, TITLE = "/me/hours/new", "陪诊服务"
RECORDS = 18
WHOLE = "html > head > meta[name=htmx-config]"
SCROLLED_PX = 2
LATE_MS = 200
OPEN_FOLDS = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"
NOTE_BUSY = """() => {
  const button = document.querySelector('#main [name=title]').form.querySelector('[type=submit]');
  const isBusy = () => button.disabled || button.getAttribute('aria-disabled') === 'true';
  addEventListener('submit', () => setTimeout(() => { sessionStorage.busy = isBusy(); }, 0), true);
}"""
WITHOUT_HTMX = r"""() => {
  for (const form of [...document.querySelectorAll('#main form')])
    form.outerHTML = form.outerHTML.replaceAll(/ hx-[a-z-]+="[^"]*"/g, '');
}"""


def helper(served: World, records: int = 0) -> tuple[int, str]:
    """Return account and session token of a volunteer with so many records that wait."""
    with served.writing():
        user, token = stage.new_volunteer(organization_named("东二村"))
        for days in range(records):
            day = clock.today() - timedelta(days=days + 1)
            entry = Entry(day, 60, TITLE, ServiceField.OTHER)
            by = Actor(user.id, user.person_id)
            log_service(user.person_id or 0, entry, by=by, now=clock.now() - timedelta(hours=1))
        stage.settle()
        return user.id, token


def is_whole(page: Page, heading: str | re.Pattern[str]) -> None:
    """See a page with everything around it, not a part that was shown bare."""
    expect(page.locator("h1")).to_have_text(heading)
    for part in (WHOLE, "header", "footer", "#main", "#status"):
        expect(page.locator(part)).to_have_count(1)


@pytest.mark.covers("UX-R4", "WEB-05")
def test_back_and_forward_show_whole_pages_where_one_was(browser: Browser, served: World) -> None:
    _, token = helper(served, RECORDS)
    with phone(browser, served.origin, token) as held:
        page = held.page
        held.open("/me")
        held.open("/me/hours")
        is_whole(page, "我的时长")
        link = page.locator("#main .row-head a").nth(RECORDS - 3)
        link.scroll_into_view_if_needed()
        page.wait_for_timeout(LATE_MS)
        before = page.evaluate("scrollY")
        assert before > HEIGHT / 2
        held.tap(link)
        detail = held.path()
        held.press("撤回")
        expect(page.locator("#main")).to_contain_text("已撤回")
        for _ in range(2):  # what was done has an address of its own
            if held.path().startswith(detail):
                page.go_back()
                held.settle()
        is_whole(page, "我的时长")
        assert abs(page.evaluate("scrollY") - before) <= SCROLLED_PX
        expect(page.locator("#main tr[data-row]").nth(RECORDS - 3)).to_contain_text("已撤回")
        page.go_forward()
        held.settle()
        stays_whole(page)


def stays_whole(page: Page) -> None:
    """See the same page whole when it is loaded anew, here and in a tab of its own."""
    is_whole(page, re.compile("."))
    expect(page.locator("#main")).to_contain_text("已撤回")
    page.reload()
    is_whole(page, re.compile("."))
    again = page.context.new_page()
    again.goto(page.url)
    is_whole(again, re.compile("."))


@pytest.mark.covers("WEB-04", "WEB-06")
def test_every_form_sends_its_token_also_after_signing_in_elsewhere(
    browser: Browser, served: World
) -> None:
    user_id, token = helper(served)
    with phone(browser, served.origin, token) as held:
        sent: list[Request] = []
        held.page.on("request", lambda one: sent.append(one) if one.method == "POST" else None)
        held.open(NEW)
        held.put("title", TITLE)
        with served.writing():
            fresh = session_of(db.session.get_one(User, user_id), SessionKind.PERSON)
        held.page.context.add_cookies([{"name": "session", "value": fresh, "url": held.origin}])
        first = held.page.locator("meta[name=csrf-token]").get_attribute("content")
        send(held)
        expect(held.page.locator("#status")).to_contain_text("请再提交一次，内容还在")
        second = held.page.locator("meta[name=csrf-token]").get_attribute("content")
        assert held.page.locator("[name=title]").input_value() == TITLE
        send(held)
        assert "已提交" in held.main_text()
        held.press("撤回")
        assert "已撤回" in held.main_text()
        tokens = [request.headers.get("x-csrftoken") for request in sent]
        assert tokens[:2] == [first, second]
        assert first != second
        assert len(tokens) == 3
        assert all(tokens)
        held.faults = [one for one in held.faults if "htmx:" not in one and "419" not in one]


@pytest.mark.covers("WEB-15", "RACE-17", "UX-R2")
@pytest.mark.parametrize("is_htmx", [True, False])
def test_five_enters_and_a_double_tap_are_one_request(
    browser: Browser, served: World, *, is_htmx: bool
) -> None:
    user_id, token = helper(served)
    with phone(browser, served.origin, token) as held:
        for act in (press_enter_five_times, tap_twice_at_once):
            held.open(NEW)
            if not is_htmx:
                held.page.evaluate(WITHOUT_HTMX)
            held.page.evaluate(OPEN_FOLDS)
            held.put("title", f"{act.__name__} {is_htmx}")
            held.page.evaluate(NOTE_BUSY)
            posted = holding(held.page)
            act(held)
            held.page.wait_for_timeout(LATE_MS)
            assert len(posted) == 1
            posted[0].continue_()
            expect(held.page.locator("#main")).to_contain_text("已提交")
            held.page.wait_for_load_state("load")
            assert len(posted) == 1
            assert held.page.evaluate("sessionStorage.busy") == "true"
            held.page.unroute("**" + NEW)
    with served.reading():
        own = ServiceRecord.person_id == db.session.get_one(User, user_id).person_id
        kept = select(ServiceRecord.title, func.count()).where(own).group_by(ServiceRecord.title)
        assert [number for _, number in db.session.execute(kept)] == [1, 1]


def holding(page: Page) -> list[Route]:
    """Hold every form of the page back; return what waits."""
    posted: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            posted.append(route)
        else:
            route.continue_()

    page.route("**" + NEW, hold)
    return posted


def send(held: Phone) -> None:
    held.tap(held.page.locator("#main form button[type=submit]").last)


def press_enter_five_times(held: Phone) -> None:
    held.page.locator("#main [name=title]").focus()
    for _ in range(5):
        held.page.keyboard.press("Enter")


def tap_twice_at_once(held: Phone) -> None:
    box = held.page.locator("#main form button[type=submit]").last
    box.evaluate("async b => { b.click(); await new Promise(d => setTimeout(d, 40)); b.click(); }")


@pytest.mark.covers("WEB-18")
def test_two_windows_in_two_posts_do_not_mix(browser: Browser, served: World) -> None:
    with served.writing():
        both = keeper("东一村")
        user = db.session.get_one(User, both.user_id)
        make.make_post(user, Role.SECRETARY, organization_named("东二村"))
        places = [organization_named(name) for name in ("东一村", "东二村")]
        homes = [f"/o/{place.code}/applications" for place in places]
        ids = [place.id for place in places]
        for place in places:
            stage.queue_of_applications(place, 1, 0)
        stage.settle()
    with phone(browser, served.origin, both.token) as one:
        other = Phone(one.page.context.new_page(), one.origin)
        for held, path in ((one, homes[0]), (other, homes[1])):
            held.open(path)
        for held in (one, other):  # the first window acts although the second was opened later
            held.tap(held.page.locator("[data-select-all]"))
            held.tap(held.page.get_by_role("button", name="通过 1 人"))
            assert "已通过 1 人" in held.main_text()
        for held, path, name in ((one, homes[0], "东一村"), (other, homes[1], "东二村")):
            assert held.path().startswith(path)
            assert held.page.locator(".acting").inner_text().startswith(name)
        third = Phone(one.page.context.new_page(), one.origin)
        third.open(homes[0])
        assert "已通过" not in third.main_text()  # what was said to one window is said to no other
        assert other.faults == third.faults == []
    with served.reading():
        acts = select(AuditEvent.organization_id).where(
            AuditEvent.actor_id == both.user_id, AuditEvent.action == "applications.approve"
        )
        assert Counter(db.session.scalars(acts)) == Counter(ids)
