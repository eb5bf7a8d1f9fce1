"""A roll call on paper keyed back: taps counted, and by the keyboard alone without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from core import clock
from core.database import db
from tests import factories as make
from tests.activity_factories import make_activity, make_signup, shift_of
from tests.e2e import stage
from tests.e2e.browser import Settings, phone
from tests.e2e.server import World
from tests.units import png
from volunteers.models import ServiceRecord, ServiceSheet
from volunteers.rules import ServiceMethod, ServiceStatus

pytestmark = pytest.mark.browser
PEOPLE, ABSENT = 30, 3
PHOTO: Any = {"name": "sheet.png", "mimeType": "image/png", "buffer": png(7, 7)}


def a_roster(served: World, name: str, people: int) -> tuple[str, str, str]:
    """Return code and secretary's token of a branch, and the address of yesterday's roster."""
    with served.writing():
        place, token = stage.new_branch(name)
        day = clock.today() - timedelta(days=1)
        start = clock.day_bounds(day)[0] + timedelta(hours=9)
        shift = shift_of(make_activity(place, starts_at=start, seats=people))
        for _ in range(people):
            being = make.make_person(born_on=stage.birth())
            make.make_volunteer(being, place)
            make_signup(shift, being)
        stage.settle()
        return place.code, token, f"/o/{place.code}/shifts/{shift.code}"


def recorded(served: World) -> list[ServiceRecord]:
    """Return the records of the sheet that was sent last."""
    with served.reading():
        last = select(ServiceSheet.id).order_by(ServiceSheet.id.desc()).limit(1)
        found = select(ServiceRecord).where(ServiceRecord.sheet_id == last.scalar_subquery())
        return list(db.session.scalars(found))


@pytest.mark.covers("UX-T1", "B4", "B5")
def test_thirty_people_from_paper_in_four_taps_and_one_for_each_absent(
    browser: Browser, served: World
) -> None:
    _code, token, roster = a_roster(served, "纸一村", PEOPLE)
    with phone(browser, served.origin, token) as held:
        held.open(roster)
        held.start()
        held.tap("录入纸质签到表")
        held.put("people", str(PEOPLE - ABSENT))
        held.put("hours", str(2 * (PEOPLE - ABSENT)))
        held.page.set_input_files("#file", PHOTO)
        held.tap("下一步")
        for number in (4, 11, 27):
            held.tap(held.page.locator(f"label:has([name='rows-{number}-absent'])"))
        held.tap(held.page.get_by_role("button", name="整列填"))
        assert "27 人，54 小时" in held.main_text()
        held.tap(held.page.get_by_role("button", name="送出，请人复核"))
        assert "已送出" in held.main_text()
        assert held.taps == 4 + ABSENT
    records = recorded(served)
    assert len(records) == PEOPLE - ABSENT
    assert {(one.method, one.status, one.minutes) for one in records} == {
        (ServiceMethod.ROLL_CALL, ServiceStatus.PENDING, 120)
    }


@pytest.mark.covers("B4", "UX-A8")
def test_the_grid_is_keyed_without_touch_and_without_javascript(
    browser: Browser, served: World
) -> None:
    _code, token, roster = a_roster(served, "纸二村", 2)
    settings = Settings(javascript=False)
    with phone(browser, served.origin, token, settings) as held:
        held.open(roster)
        held.tap("录入纸质签到表")
        held.put("people", "2")
        held.put("hours", "3.5")
        held.page.set_input_files("#file", PHOTO)
        held.tap("下一步")
        press, write = held.page.keyboard.press, held.page.keyboard.type
        held.page.locator("#rows-0-start").focus()
        for text in ("0900", "1100"):
            write(text)
            press("Tab")
        for _ in range(2):  # over the length and the box
            press("Tab")
        for text in ("", "", "1.5"):
            write(text)
            press("Tab")
        press("Enter")  # on the box nothing, in a field it saves
        held.page.locator("#rows-1-hours").focus()
        press("Enter")
        held.settle()
        assert "已保存" in held.main_text()
        assert "2 人，3.5 小时" in held.main_text()
        held.page.get_by_role("button", name="送出，请人复核").focus()
        press("Enter")
        held.settle()
        assert "已送出" in held.main_text()
    assert sorted(one.minutes for one in recorded(served)) == [90, 120]
