"""A teacher takes a class in on a phone: taps, pages, bad rows, errors taken home (T1 to T3)."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from core.database import db
from people.models import Person
from schools.models import Pupil
from schools.rules.pupils import PupilStatus
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import Phone, Settings, phone
from tests.e2e.server import World
from tests.school_factories import make_class, make_school
from tests.schools.lists import ID_NUMBER, NAME, PHONE, as_cells, children

pytestmark = pytest.mark.browser

CLASS, BAD = 45, 4


@pytest.fixture(scope="module")
def town(served: World) -> World:
    """Return the server with the school of the cast on the list."""
    with served.writing():
        stage.rename_cast()
        make_school(organization_named("东小学"))
        stage.settle()
    return served


def school_code(town: World) -> str:
    with town.reading():
        return organization_named("东小学").code


def drafts(town: World, start: str) -> int:
    """Return how many drafts there are of children whose names begin so."""
    with town.reading():
        statement = select(func.count()).select_from(Pupil).join(Pupil.person)

        which = Person.name.startswith(start), Pupil.status == PupilStatus.DRAFT
        return db.session.scalar(statement.where(*which)) or 0


def spoil(rows: list[list[str]]) -> dict[int, tuple[str, str]]:
    """Damage four rows, and return row -> the field to mend and what belongs there."""
    wanted = {}
    for number, field, column, bad in (
        (2, "id_number", ID_NUMBER, "3.30E+17"),
        (14, "id_number", ID_NUMBER, rows[12][ID_NUMBER][:15]),
        (27, "guardian_phone", PHONE, "1390000"),
        (39, "class_name", 3, "向日葵"),
    ):
        wanted[number] = field, rows[number - 2][column]
        rows[number - 2][column] = bad
    return wanted


def mend(held: Phone, number: int, field: str, text: str) -> None:
    """Type a cell anew and wait until the page says that the row is in order."""
    box = held.page.locator(f'input[name="{number}-{field}"]')
    box.fill(text)
    box.blur()
    held.page.locator(f"#row-{number} .note").wait_for()


@pytest.mark.covers("UX-T1", "T1", "T2", "S36", "S38", "S39")
def test_a_class_of_45_with_4_bad_rows_is_pasted_and_taken_in(
    browser: Browser, town: World
) -> None:
    code = school_code(town)
    rows = children(CLASS, "触")
    wanted = spoil(rows)
    with phone(browser, town.origin, token_of("finn")) as held:
        held.open(f"/o/{code}/imports/paste?subject=pupils")
        held.start()
        held.page.locator("textarea").fill(as_cells(rows))
        held.tap(held.page.get_by_role("button", name="识别"))
        assert f"可导入 {CLASS - BAD} · 要改 {BAD}" in held.main_text()
        before = held.taps
        for number, (field, text) in wanted.items():
            mend(held, number, field, text)
        assert f"可导入 {CLASS} · 要改 0" in held.main_text()
        held.tap(held.page.get_by_role("button", name=re.compile(f"导入 {CLASS} 人")))
        assert held.taps == before + 1  # T2: four edits, one tap
        assert f"导入了 {CLASS} 人" in held.main_text()
        assert "没有人入会" in held.main_text()
        assert held.taps == 2
        assert len(held.pages) <= 3, held.pages
    assert drafts(town, "触") == CLASS


@pytest.mark.covers("T1", "S35")
def test_lines_of_a_chat_are_pasted_at_the_class(browser: Browser, town: World) -> None:
    code = school_code(town)
    with town.writing():
        made = make_class(organization_named("东小学"), grade=5, number=9).code
        stage.settle()
    rows = children(3, "聊")
    lines = "\n".join(f"{row[NAME]} {row[ID_NUMBER]} {row[PHONE]}" for row in rows)
    with phone(browser, town.origin, token_of("finn")) as held:
        held.open(f"/o/{code}/classes/{made}")
        held.start()
        held.tap("粘贴名单")
        held.page.locator("textarea").fill(lines)
        held.tap(held.page.get_by_role("button", name="识别"))
        held.tap(held.page.get_by_role("button", name="导入 3 人"))
        assert held.taps == 3
    assert drafts(town, "聊") == 3


@pytest.mark.covers("T2", "T3")
def test_without_javascript_rows_are_mended_and_the_rest_is_taken_home(
    browser: Browser, town: World, tmp_path: Path
) -> None:
    code = school_code(town)
    rows = children(CLASS, "静")
    wanted = spoil(rows)
    left = 39
    with phone(browser, town.origin, token_of("finn"), Settings(javascript=False)) as held:
        held.page.goto(f"{town.origin}/o/{code}/imports/paste?subject=pupils")
        held.page.locator("textarea").fill(as_cells(rows))
        held.page.get_by_role("button", name="识别").click()
        for number, (field, text) in wanted.items():
            if number != left:
                held.page.locator(f'input[name="{number}-{field}"]').fill(text)
        held.page.get_by_role("button", name="保存修改").click()
        assert f"可导入 {CLASS - 1} · 要改 1" in held.page.locator("#main").inner_text()
        held.page.get_by_role("button", name=f"导入 {CLASS - 1} 人，其余先留着").click()
        assert f"导入了 {CLASS - 1} 人" in held.page.locator("#main").inner_text()
        with held.page.expect_download() as coming:
            held.page.get_by_role("link", name="下载没导入的行").click()
        path = tmp_path / "left.xlsx"
        coming.value.save_as(path)
    assert drafts(town, "静") == CLASS - 1
    sheet = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes())).get_sheet_by_index(0)
    heads, row = sheet.to_python()
    assert row[NAME] == rows[left - 2][NAME]
    assert heads[-1] == "原因"
    assert "三年级2班" in str(row[-1])
