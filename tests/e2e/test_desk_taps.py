"""Taps of the jobs at a desk, in a wide window: rosters, filings, duplicates, files (ux.md 1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from core.database import db
from people.models import Person
from tests import factories as make
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import Phone, phone
from tests.e2e.server import World
from tests.people.pairs import pair_of

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 900}
TWIN = "试双生"


@pytest.fixture(scope="module")
def town(served: World) -> World:
    """Return the server with the cast, members that wait for their filing, and a pair."""
    with served.writing():
        stage.rename_cast()
        branch, born_on = organization_named("东一村"), stage.birth()
        stage.crowd(branch)
        for _ in range(3):
            user = make.make_user(make.make_person(born_on=stage.birth(), with_id=True))
            person = db.session.get_one(Person, user.person_id)
            application = make.make_application(person, branch, user)
            stage.settle()
            stage.approve(application, stage.acting("ben"))
        first, second = (
            make.make_person(TWIN, born_on=born_on, phone=phone_number)
            for phone_number in (None, None)
        )
        for one, place in ((first, "东一村"), (second, "东二村")):
            make.make_membership(one, organization_named(place))
        stage.settle()
        pair_of(first, second)
    return served


@contextmanager
def desk(browser: Browser, town: World, name: str, place: str, page: str) -> Iterator[Phone]:
    """Return the desk of somebody of the cast, on a page of an organization."""
    with town.reading():
        code = organization_named(place).code
    with phone(browser, town.origin, token_of(name)) as held:
        held.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        held.open(f"/o/{code}/{page}")
        held.start()
        yield held


@pytest.mark.covers("UX-T1", "B9")
@pytest.mark.parametrize("sheet", ["打印名单", "打印签到表"])
def test_a_sheet_to_print_in_two(browser: Browser, town: World, sheet: str) -> None:
    with desk(browser, town, "ben", "东一村", "home") as held:
        held.tap("成员")
        held.tap(sheet)
        assert held.page.locator("table.roster").count() >= 1
        assert (held.taps, held.keys) == (2, 0)


@pytest.mark.covers("UX-T1", "C5")
def test_filing_new_members_in_three(browser: Browser, town: World) -> None:
    with desk(browser, town, "cora", "东县", "home") as held:
        held.tap("会员备案")
        held.tap(held.page.locator("[data-select-all]"))
        held.tap(held.page.get_by_role("button", name="备案 3 人"))
        assert "已备案 3 人" in held.main_text()
        assert (held.taps, held.keys) == (3, 0)


@pytest.mark.covers("UX-T1", "C7")
def test_resolving_a_pair_in_two_and_the_reason(browser: Browser, town: World) -> None:
    with desk(browser, town, "cora", "东县", "duplicates") as held:
        held.tap(held.page.locator(".row-head a").first)
        held.start()
        held.tap("是同一人，看会怎样合并")
        held.put("note", "电话问过本人")
        held.tap(held.page.get_by_role("button", name="合并", exact=True))
        assert "已合并" in held.main_text()
        assert held.taps == 2


@pytest.mark.covers("UX-T1", "C9")
def test_a_list_as_a_file_in_three_and_a_message(browser: Browser, town: World) -> None:
    with desk(browser, town, "cora", "东县", "home") as held:
        held.tap(held.page.locator("#main").get_by_role("link", name="导出成员名单"))
        held.tap(held.page.locator("label.chip", has_text="报送或存档"))
        held.put("words", "交市里")
        held.tap(held.page.locator("#main").get_by_role("button", name="导出", exact=True))
        assert "开始生成了" in held.main_text()
        assert held.taps == 3
        for _ in range(60):
            held.open("/me/messages")
            if "办好了" in held.main_text():
                break
            held.page.wait_for_timeout(250)
        assert "办好了" in held.main_text()
