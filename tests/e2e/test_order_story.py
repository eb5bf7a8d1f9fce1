"""From a red figure to an order that was done, on a phone, tap by tap (scenario 28)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from core import clock
from core.database import db
from organizations import figures
from organizations.rules import Measure
from supervision.alerts.operations import begin_night, evaluate
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import Phone, phone
from tests.e2e.server import World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def town(served: World) -> World:
    """Return the server with terms that are over at a village of the county."""
    with served.writing():
        stage.rename_cast()
        stage.settle()
        put(Measure.OVERDUE_ELECTIONS, 2)
        put(Measure.SILENT_VENUES, 1)
    return served


def put(measure: Measure, count: int) -> None:
    """Let a figure of the village change, and evaluate, as the night would."""
    figures.add(organization_named("东一村").path, measure, count)
    figures.write(db.session())
    night, after = begin_night(clock.today()), 0
    while (found := evaluate(night, after)) is not None:
        after = found.last_id


@contextmanager
def at(browser: Browser, town: World, name: str, place: str) -> Iterator[Phone]:
    """Return a phone 360 pixels wide on the home of an organization."""
    with town.reading():
        code = organization_named(place).code
    with phone(browser, town.origin, token_of(name)) as held:
        assert held.page.viewport_size is not None
        assert held.page.viewport_size["width"] <= 360
        held.open(f"/o/{code}/home")
        held.start()
        yield held


@pytest.mark.covers("S28", "S18", "UX-T1", "C1", "C3", "C4")
def test_the_city_sees_red_orders_gives_back_once_and_closes(browser: Browser, town: World) -> None:
    with at(browser, town, "eve", "东市") as city:
        assert "换届超期" in city.main_text()  # nothing tapped
        assert "红色" in city.main_text()
        city.tap(city.page.locator("#alerts a", has_text="换届超期"))
        assert "东县" in city.main_text()
        city.start()
        city.tap(city.page.get_by_role("link", name="发督办").first)
        city.tap(city.page.get_by_role("button", name="发出"))
        assert "督办单已发出" in city.main_text()
        assert (city.taps, city.keys) == (2, 0)
    answer_twice(browser, town)
    with at(browser, town, "eve", "东市") as city:
        city.tap(city.page.locator("#alerts a", has_text="督办：换届超期").first)
        assert "两个村都开了会" in city.main_text()
        city.tap(city.page.get_by_role("button", name="复核通过"))
        assert "已办结" in city.main_text()
        assert (city.taps, city.keys) == (2, 0)


def answer_twice(browser: Browser, town: World) -> None:
    """Receive the order, reply, get it back once, reply again."""
    with at(browser, town, "cora", "东县") as county:
        assert "督办：换届超期" in county.main_text()
        assert county.page.locator("#alerts a.text-link").first.is_visible()
        county.tap(county.page.locator("#alerts a", has_text="督办：换届超期").first)
        county.tap(county.page.get_by_role("button", name="签收"))
        reply(county, "一个村已换届")
    with at(browser, town, "eve", "东市") as city:
        city.tap(city.page.locator("#alerts a", has_text="督办：换届超期").first)
        city.tap(city.page.locator("summary", has_text="退回再办"))
        city.put("words", "还有一个村")
        city.tap(city.page.get_by_role("button", name="退回再办"))
        assert "退回过 1 次" in city.main_text()
    with at(browser, town, "cora", "东县") as county:
        county.tap(county.page.locator("#alerts a", has_text="督办：换届超期").first)
        reply(county, "两个村都开了会")


def reply(held: Phone, words: str) -> None:
    """Report an order as done: the line joins the thread without a page, and the result is read."""
    held.put("words", words)
    held.pages.clear()
    held.tap(held.page.get_by_role("button", name="报办结"))
    assert "待复核" in held.main_text()
    assert words in held.page.locator("#thread li").last.inner_text()
    assert held.pages == []
    assert held.focused().startswith("div:已办好")


@pytest.mark.covers("S18")
def test_the_county_sees_the_branch_and_its_order_closes_itself(
    browser: Browser, town: World
) -> None:
    with at(browser, town, "cora", "东县") as county:
        county.tap(county.page.locator("#alerts a", has_text="场所没有活动"))
        county.tap(county.page.get_by_role("link", name="发督办").first)
        county.tap(county.page.get_by_role("button", name="发出"))
        address = county.page.url
    with town.writing():
        put(Measure.SILENT_VENUES, -1)
    with at(browser, town, "cora", "东县") as county:
        county.page.goto(address)
        assert "已恢复，自动办结" in county.main_text()
        assert "指标恢复，自动办结" in county.main_text()
