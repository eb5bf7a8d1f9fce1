"""C1 and C2 on a phone: what to act on without a tap, and one tap per level of an indicator."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import phone
from tests.e2e.server import World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def town(served: World) -> World:
    """Return the server with the cast and a list of schools."""
    with served.writing():
        stage.rename_cast()
        stage.list_schools()
        stage.settle()
    return served


@pytest.mark.covers("UX-T1", "C1")
def test_what_to_act_on_stands_on_the_home(browser: Browser, town: World) -> None:
    with town.reading():
        county = organization_named("东县").code
    with phone(browser, town.origin, token_of("cora")) as held:
        held.open(f"/o/{county}/home")
        held.start()
        assert held.shows("还没建会的学校")
        assert held.taps == 0


@pytest.mark.covers("UX-T1", "C2")
def test_an_indicator_is_one_tap_per_level_down_to_the_list(browser: Browser, town: World) -> None:
    with town.reading():
        province, county = organization_named("测试省").code, organization_named("东县").code
    with phone(browser, town.origin, token_of("gil")) as held:
        held.open(f"/o/{province}/home")
        held.start()
        held.tap(held.page.locator(".tile-label").get_by_role("link", name="成人会员", exact=True))
        assert held.page.locator("h1").inner_text() == "成人会员"
        for level, place in enumerate(("东市", "东县", "东二村"), start=2):
            held.tap(held.page.locator(".row-head").get_by_role("link", name=place, exact=True))
            assert held.shows(f"{place}，现在")
            assert held.taps == level
        assert held.page.get_by_text("看名单").count() == 0
    with phone(browser, town.origin, token_of("cora")) as held:
        held.open(f"/o/{county}/supervise?metric=I05")
        held.start()
        held.tap(held.page.locator(".row-head").get_by_role("link", name="东二村", exact=True))
        held.tap(held.page.get_by_role("link", name="看名单"))
        assert held.path() == f"/o/{code_of(town)}/members"
        assert held.taps == 2


def code_of(town: World) -> str:
    with town.reading():
        return organization_named("东二村").code
