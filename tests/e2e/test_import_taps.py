"""Handing in a list on the screen: taps, pages and what was mended (ux.md B7, B8, T1 to T3)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select

from core.database import db
from members.models import Membership
from organizations.models import Organization
from people.models import Person
from tests.e2e import stage
from tests.e2e.browser import Phone, Settings, phone
from tests.e2e.server import World
from tests.members.lists import as_lines, document, people

pytestmark = pytest.mark.browser

CLASS, BAD = 45, 3


def members_of(town: World, code: str) -> int:
    """Return how many memberships an organization has."""
    with town.reading():
        statement = (
            select(func.count())
            .select_from(Membership)
            .join(Organization, Organization.id == Membership.organization_id)
            .where(Organization.code == code)
        )
        return db.session.scalar(statement) or 0


def branch(town: World, name: str) -> tuple[str, str]:
    """Return code and secretary's token of a new branch."""
    with town.writing():
        place, token = stage.new_branch(name)
        stage.settle()
        return place.code, token


def mend(held: Phone, number: int, text: str) -> None:
    """Type a cell anew and wait until the page says that the row is in order."""
    box = held.page.locator(f'input[name="{number}-id_number"]')
    box.fill(text)
    box.blur()
    held.page.locator(f"#row-{number} .note").wait_for()


@pytest.mark.covers("UX-T1", "B8", "T1", "T2", "T3")
def test_a_list_of_45_is_pasted_mended_imported_and_taken_back(
    browser: Browser, town: World
) -> None:
    code, token = branch(town, "粘贴社区")
    rows = people(CLASS, "粘")
    wanted = {number: rows[number - 1][1] for number in (5, 17, 33)}
    for number in wanted:
        rows[number - 1][1] = rows[number - 1][1][:16]
    with phone(browser, town.origin, token) as held:
        held.open(f"/o/{code}/home")
        held.start()
        held.tap("粘贴名单")
        held.page.locator("textarea").fill(as_lines(rows))
        held.tap(held.page.get_by_role("button", name="识别"))
        assert f"可导入 {CLASS - BAD} · 要改 {BAD}" in held.main_text()
        for number, text in wanted.items():
            mend(held, number, text)
        assert f"可导入 {CLASS} · 要改 0" in held.main_text()
        held.tap(held.page.get_by_role("button", name=re.compile(f"导入 {CLASS} 人")))
        assert f"导入了 {CLASS} 人" in held.main_text()
        assert held.taps == 3
        assert len(held.pages) <= 4, held.pages
        assert members_of(town, code) == CLASS
        held.tap(held.page.get_by_role("button", name="撤销这次导入"))
        held.page.get_by_text(f"已撤销 {CLASS} 人").wait_for()
    assert members_of(town, code) == 0


@pytest.mark.covers("UX-T1", "B7")
def test_one_elder_in_three_taps(browser: Browser, town: World) -> None:
    code, token = branch(town, "代录社区")
    with phone(browser, town.origin, token) as held:
        held.open(f"/o/{code}/members")
        held.start()
        held.tap("代录一位")
        held.put("name", "录桂香")
        held.put("id_number", document())
        held.tap(held.page.get_by_role("checkbox"))
        held.tap(held.page.get_by_role("button", name="保存"))
        assert "已录入" in held.main_text()
        assert held.taps == 3
    with town.reading():
        assert db.session.scalar(select(Person.id).where(Person.name == "录桂香"))


def test_without_javascript_rows_are_mended_together(browser: Browser, town: World) -> None:
    code, token = branch(town, "静页社区")
    rows = people(3, "静")
    good, rows[1][1] = rows[1][1], "1"
    with phone(browser, town.origin, token, Settings(javascript=False)) as held:
        held.page.goto(f"{town.origin}/o/{code}/imports/paste")
        held.page.locator("textarea").fill(as_lines(rows))
        held.page.get_by_role("button", name="识别").click()
        held.page.locator('input[name="2-id_number"]').fill(good)
        held.page.get_by_role("button", name="保存修改").click()
        assert "可导入 3 · 要改 0" in held.page.locator("#main").inner_text()
        held.page.get_by_role("button", name="导入 3 人").click()
        assert "导入了 3 人" in held.page.locator("#main").inner_text()
    assert members_of(town, code) == 3
