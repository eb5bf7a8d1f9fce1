"""Every page at four text sizes, in light and dark, on a narrow phone (ux.md 6.2)."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.cast import Cast
from tests.e2e import gates
from tests.e2e.browser import Phone, Settings, Windows
from tests.e2e.pages import NO_PAGES, SHEETS, Sheet
from tests.e2e.scenery import Scenery, furnish
from tests.e2e.server import World
from tests.e2e.words import data_words, untranslated

pytestmark = pytest.mark.browser

FEWEST_TARGETS = 2
FEWEST_RULES = 25
FEWEST_SIZED = 2
FEWEST_SHEETS = 70
#: Pages looked at in English on every commit; ``make pages`` looks at all of them.
CORE = {"accounts.sign_in", "members.join", "members.queue", "members.card", "people.profile"}
CORE |= {"supervision.my_home", "volunteers.log_service", "volunteers.own_hours"}
FULL = os.environ.get("PAGES") == "full"
#: Of the empty, wrong and long states of rarer pages a commit looks at every third.
LOOKED_AT = [
    sheet
    for number, sheet in enumerate(SHEETS)
    if FULL or not sheet.state or sheet.endpoint in CORE or number % 3 == 0
]
IN_ENGLISH = [sheet for sheet in SHEETS if sheet.endpoint in CORE or FULL]


@pytest.fixture(scope="module")
def scenery(served: World) -> Scenery:
    """Return everything that pages can show."""
    return furnish(served)


@pytest.fixture(scope="module")
def data(served: World, scenery: Scenery) -> list[str]:
    """Return what people typed: it stays as it is in every language."""
    with served.reading():
        return data_words()


@pytest.fixture(scope="module")
def windows(browser: Browser, served: World) -> Iterator[Windows]:
    """Return the phones that the pages of this module are looked at on."""
    kept = Windows(browser, served.origin)
    with kept.stack:
        yield kept


@pytest.fixture
def awake(served: World) -> Iterator[None]:
    """See every session just now, so that none ends while others are looked at."""
    with served.writing():
        Cast.load()
    logged = served.logged()
    yield
    assert served.faults(logged) == []


@pytest.mark.covers(
    "UX-A1", "UX-A2", "UX-A3", "UX-A4", "UX-A9", "UX-P5", "UX-P8", "UX-P10", "UX-T3"
)
@pytest.mark.parametrize("sheet", LOOKED_AT, ids=lambda sheet: sheet.name)
def test_a_page_passes_every_gate(
    windows: Windows, scenery: Scenery, awake: None, sheet: Sheet
) -> None:
    problems: list[str] = []
    settings = Settings(size=gates.SIZES[0], height=gates.LOW)
    token = scenery.token(sheet.who)
    with windows.phone(token, settings, is_kept=token is not None and not sheet.walk) as held:
        visit(held, sheet, scenery)
        for size in sizes_of(sheet):
            is_fresh = sheet.walk is None and size == gates.SIZES[0]
            found = gates.look(held.page, size, is_fresh=is_fresh, themes=themes_of(sheet))
            problems += found.problems
            assert found.targets >= FEWEST_TARGETS
            assert found.rules >= (FEWEST_RULES if size == gates.SIZES[0] else FEWEST_SIZED)
        if sizes_of(sheet) != gates.SIZES:
            problems += gates.look_narrow(held.page, gates.SIZES[-1])
    assert problems == []


@pytest.mark.covers("UX-A3", "UX-A4", "UX-A9")
@pytest.mark.parametrize("sheet", IN_ENGLISH, ids=lambda sheet: sheet.name)
def test_a_page_speaks_english_and_keeps_its_width(
    windows: Windows, scenery: Scenery, data: list[str], awake: None, sheet: Sheet
) -> None:
    settings = Settings(language="en", size="largest", height=gates.LOW)
    token = scenery.token(sheet.who)
    with windows.phone(token, settings, is_kept=token is not None) as held:
        answer = held.open(scenery.path(sheet.path))
        assert answer is not None
        assert answer.status == sheet.status
        left = untranslated(held.page, data)
        problems = gates.look_narrow(held.page, "largest")
    assert [*left, *problems] == []


def sizes_of(sheet: Sheet) -> tuple[str, ...]:
    """Return the text sizes at which all gates hold: every one for the pages used most.

    Of other pages the first, of their empty, wrong and long states none: those are looked at in
    the largest for width and order. ``make pages`` takes every page at every size.
    """
    if FULL or sheet.endpoint in CORE:
        return gates.SIZES
    return () if sheet.state else gates.SIZES[:1]


def themes_of(sheet: Sheet) -> tuple[str, ...]:
    """Return the colours: dark ones too for the pages used most, which show every kind of part."""
    return gates.THEMES if FULL or sheet.endpoint in CORE else gates.THEMES[:1]


def visit(held: Phone, sheet: Sheet, scenery: Scenery) -> None:
    """Open a page and bring it into the state to look at."""
    answer = held.open(scenery.path(sheet.path))
    assert answer is not None
    assert answer.status == sheet.status, scenery.path(sheet.path)
    if sheet.walk:
        sheet.walk(held)


def test_the_list_names_every_page_of_the_product(served: World) -> None:
    rules = [rule for rule in served.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    pages = {rule.endpoint for rule in rules} - set(NO_PAGES)
    listed = {sheet.endpoint for sheet in SHEETS if not sheet.endpoint.startswith("errors.")}
    assert pages == listed
    assert len(SHEETS) >= FEWEST_SHEETS
    assert len({sheet.name for sheet in SHEETS}) == len(SHEETS)
