"""T5: the whole school into the new school year, with preview and undo, counted in taps."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select

from core import clock
from core.database import db
from schools.models import Pupil, School, SchoolClass
from schools.operations.years import year_now
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import Settings, phone
from tests.e2e.server import World
from tests.school_factories import make_class, make_pupil, make_school

pytestmark = pytest.mark.browser
SCHOOL, PUPILS = "东小学", 6


def a_school(served: World) -> str:
    """Return the code of a school with two classes of the year that ended."""
    with served.writing():
        place = organization_named(SCHOOL)
        make_school(place)
        for grade in (2, 4):
            one = make_class(place, grade=grade, year=year_now(clock.now()) - 1)
            for _ in range(PUPILS // 2):
                make_pupil(one, member=True)
        stage.settle()
        return place.code


def in_year(served: World, year: int) -> int:
    with served.reading():
        seats = select(func.count()).select_from(Pupil).join(Pupil.school_class)
        here = School.organization_id == Pupil.organization_id
        return db.session.scalar(seats.join(School, here).where(SchoolClass.year == year)) or 0


@pytest.mark.covers("T5", "UX-T1", "S23")
@pytest.mark.parametrize("javascript", [True, False])
def test_a_school_moves_up_in_three_taps(
    browser: Browser, served: World, *, javascript: bool
) -> None:
    code = a_school(served)
    with served.reading():
        year = year_now(clock.now())
    before = in_year(served, year - 1)
    settings = Settings(javascript=javascript)
    with phone(browser, served.origin, token_of("finn"), settings) as held:
        held.open(f"/o/{code}/home")
        held.start()
        held.tap(held.page.locator("#main").get_by_role("link", name="升年级"))
        assert in_year(served, year - 1) == before
        held.tap(held.page.get_by_role("button", name="升年级"))
        assert held.taps <= 3
        held.page.goto(f"{served.origin}/o/{code}/year")
        assert in_year(served, year - 1) == 0
        held.tap(held.page.get_by_role("button", name="撤销升年级"))
    assert in_year(served, year - 1) == before
