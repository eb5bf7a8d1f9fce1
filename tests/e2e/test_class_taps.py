"""T4: a class activity with three absent in four taps and one for each of them (ux.md 1.4)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from core.database import db
from schools.models import SchoolClass
from schools.queries.attending import tally_of_class
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import Settings, phone
from tests.e2e.server import World
from tests.school_factories import make_class, make_pupil

pytestmark = pytest.mark.browser

CLASS_SIZE, ABSENT = 45, 3


@pytest.fixture(scope="module")
def town(served: World) -> World:
    """Return the server with a class of forty-five at the school."""
    with served.writing():
        stage.list_schools()
        for number in (41, 42):
            school_class = make_class(organization_named("东小学"), grade=8, number=number)
            for _ in range(CLASS_SIZE):
                make_pupil(school_class, member=True)
        stage.settle()
    return served


@pytest.mark.covers("UX-T1", "T4")
@pytest.mark.parametrize("javascript", [True, False])
def test_a_class_activity_with_three_absent(
    browser: Browser, town: World, *, javascript: bool
) -> None:
    number = 41 if javascript else 42
    settings = Settings(javascript=javascript)
    with town.reading():
        code = organization_named("东小学").code
    with phone(browser, town.origin, token_of("finn"), settings) as held:
        held.open(f"/o/{code}/home")
        held.start()
        held.tap(held.page.locator(".tabs a", has_text="班级"))
        row = held.page.locator("#main tr[data-row]", has_text=f"八年级{number}班")
        held.tap(row.get_by_role("link", name="登记活动"))
        held.tap(held.page.locator("label.chip", has_text="生命教育"))
        boxes = held.page.locator("#rows td.row-check label")
        for place in range(ABSENT):
            held.tap(boxes.nth(place))
        present = CLASS_SIZE - ABSENT
        button = held.page.locator("#main form .button-main")
        words = f"登记 {present} 人" if javascript else f"登记 {CLASS_SIZE} 人"
        assert button.inner_text() == words
        held.tap(button)
        assert f"已登记 {present} 人" in held.main_text()
        assert (held.taps, held.keys) == (4 + ABSENT, 0)
        assert held.faults == []
    with town.reading():
        found = db.session.query(SchoolClass).filter_by(number=number).one()
        assert tally_of_class(found.id).times == present
