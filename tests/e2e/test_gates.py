"""Weight, view, focus and double taps on core pages; and that each gate of pages can fail."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Response
from sqlalchemy import func, select

from accounts.rules import SessionKind
from core.database import db
from tests import factories as make
from tests.cast import Cast, organization_named, token_of
from tests.e2e import gates, stage
from tests.e2e.browser import Settings, phone
from tests.e2e.scenery import Scenery, furnish
from tests.e2e.server import World
from tests.races.stage import session_of
from volunteers.models import ServiceRecord

pytestmark = pytest.mark.browser

KIB = 1024
FIRST_BYTES, FIRST_REQUESTS = 50 * KIB, 6
REPEAT_BYTES, REPEAT_REQUESTS = 15 * KIB, 2
KINDS = {"document": 14 * KIB, "stylesheet": 12 * KIB, "script": 24 * KIB}
HEAVY = (
    ("ada", "/me", "/me/hours"),
    ("ada", "/me/hours/new", "/me"),
    ("ben", "/o/{branch}/home", "/o/{branch}/applications"),
    ("ben", "/o/{branch}/applications", "/o/{branch}/hours"),
    ("cora", "/o/{county}/home", "/o/{county}/organizations"),
)
#: Screen, who, address, and what must be seen without scrolling (UX-T2).
IN_VIEW = (
    ("S09", "ada", "/me", "#main a.button-main"),
    ("S10", "ada", "/me/hours/new", "#main button.button-main"),
    ("S12", "gus", "/q/{fixed}", "#main button.button-main"),
    ("S32", "ben", "/o/{branch}/events/{running_activity}/desk", "#main .actions a.button-main"),
    ("S23", "ben", "/o/{branch}/applications", ".select-bar label, .select-bar .button"),
)


@pytest.fixture(scope="module")
def scenery(served: World) -> Scenery:
    return furnish(served)


@pytest.fixture(autouse=True)
def _awake(served: World, scenery: Scenery) -> None:
    """See every session just now."""
    with served.writing():
        Cast.load()


class Wire:
    """What came over the wire: kind of request and size as a web server would send it.

    The application does not compress: nginx does (deploy/), so the size is measured gzipped.
    """

    def __init__(self, page: Page) -> None:
        self.responses: list[Response] = []
        page.on("response", self._on_response)

    def _on_response(self, answer: Response) -> None:
        self.responses.append(answer)

    def fetched(self, page: Page) -> list[tuple[str, int]]:
        """Return what was fetched from the server since the last question, none of it cached."""
        fresh = {one["url"] for one in page.evaluate(gates.TRANSFERS) if one["fetched"]}
        found = [
            (
                answer.request.resource_type,
                gates.wire_size(answer.body(), answer.headers.get("content-type", "")),
            )
            for answer in self.responses
            if answer.url in fresh
        ]
        self.responses.clear()
        return found


@pytest.mark.covers("UX-P1", "UX-P2", "UX-P3")
@pytest.mark.parametrize(("who", "first", "then"), HEAVY)
def test_a_page_is_light_the_first_time_and_lighter_the_next(
    browser: Browser, served: World, scenery: Scenery, who: str, first: str, then: str
) -> None:
    with phone(browser, served.origin, token_of(who)) as held:
        wire = Wire(held.page)
        held.open(scenery.path(first))
        fetched = wire.fetched(held.page)
        assert {kind for kind, _ in fetched} >= {"document", "stylesheet", "script"}
        assert len(fetched) <= FIRST_REQUESTS
        assert sum(size for _, size in fetched) <= FIRST_BYTES
        for kind, most in KINDS.items():
            assert sum(size for found, size in fetched if found == kind) <= most, kind
        held.open(scenery.path(then))
        again = wire.fetched(held.page)
        assert 1 <= len(again) <= REPEAT_REQUESTS
        assert sum(size for _, size in again) <= REPEAT_BYTES


@pytest.mark.covers("UX-T2")
@pytest.mark.parametrize("size", gates.SIZES)
@pytest.mark.parametrize(("screen", "who", "path", "target"), IN_VIEW)
def test_the_main_action_is_in_view(
    browser: Browser,
    served: World,
    scenery: Scenery,
    screen: str,
    who: str,
    path: str,
    target: str,
    size: str,
) -> None:
    settings = Settings(size=size, height=gates.LOW)
    with phone(browser, served.origin, token_of(who), settings) as held:
        held.open(scenery.path(path))
        box = held.page.locator(target).filter(visible=True).first.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= gates.LOW, (screen, size, box)


@pytest.mark.covers("UX-R2")
@pytest.mark.parametrize("javascript", [True, False])
def test_three_fast_taps_leave_one_record(
    browser: Browser, served: World, *, javascript: bool
) -> None:
    token, person_id = new_volunteer(served)
    with phone(browser, served.origin, token, Settings(javascript=javascript)) as held:
        held.open("/me/hours/new")
        held.put("title", "急救演练")
        button = held.page.locator("#main form button[type=submit]").last
        button.evaluate("(it) => { it.click(); it.click(); it.click(); }")
        held.settle()
        held.page.wait_for_url("**/me/hours/*")
    with served.reading():
        own = ServiceRecord.person_id == person_id
        assert db.session.scalar(select(func.count()).where(own)) == 1


@pytest.mark.covers("UX-A6")
def test_the_focus_goes_to_the_result(browser: Browser, served: World) -> None:
    token, _ = new_volunteer(served)
    with phone(browser, served.origin, token) as held:
        held.open("/me/hours/new")
        held.tap(held.page.locator("#main form button[type=submit]").last)
        assert held.focused().startswith("section:")
        held.put("title", "急救演练")
        held.tap(held.page.locator("#main form button[type=submit]").last)
        assert held.focused().startswith("h1:")
        held.tap("撤回")
        assert held.focused().startswith("div:已撤回")


@pytest.mark.covers("UX-A6")
def test_the_focus_goes_to_the_first_new_row(
    browser: Browser, served: World, scenery: Scenery
) -> None:
    with phone(browser, served.origin, token_of("ben")) as held:
        held.open(scenery.path("/o/{branch}/applications"))
        rows = held.page.locator("#safe tr")
        before = rows.count()
        held.tap("加载更多")
        assert rows.count() > before
        assert held.page.evaluate(
            "(n) => document.activeElement.closest('tr') ==="
            " document.querySelectorAll('#safe tr')[n]",
            before,
        )


def new_volunteer(served: World) -> tuple[str, int]:
    """Return session token and person of a volunteer without any record."""
    with served.writing():
        person = make.make_person(born_on=stage.birth())
        make.make_volunteer(person, organization_named("东二村"))
        return session_of(make.make_user(person), SessionKind.PERSON), person.id


# ------------------------------------------------------------------------------ gates can fail

SPOILED = {
    "UX-A1 light": """() => {
      document.querySelector('h1').innerHTML = '<img src="data:,">';
    }""",
    "UX-A3": """() => {
      const wide = document.createElement('p');
      wide.textContent = 'wide';
      wide.style.width = '900px';
      document.querySelector('#main').append(wide);
    }""",
    "UX-A4": """() => {
      const button = document.querySelector('.button-main');
      button.style.cssText = 'min-height: 0; height: 20px; padding: 0';
    }""",
    "UX-A9": """() => {
      document.querySelector('#main').append(document.createElement('h1'));
    }""",
    "UX-T3": "() => { document.querySelector('.tabs').style.height = '400px'; }",
    "UX-P8": """() => {
      for (let n = 0; n < 1300; n += 1) document.querySelector('#main').append(new Image());
    }""",
}


@pytest.mark.parametrize(("gate", "script"), SPOILED.items(), ids=list(SPOILED))
def test_a_gate_sees_a_page_that_fails_it(
    browser: Browser, served: World, gate: str, script: str
) -> None:
    with phone(browser, served.origin, token_of("ada"), Settings(height=gates.LOW)) as held:
        held.open("/me")
        assert gates.look(held.page, "standard").problems == []
        held.page.evaluate(script)
        found = gates.look(held.page, "standard").problems
        held.faults.clear()
    assert any(gate in problem for problem in found), found


FOREIGN = "fetch('http://127.0.0.1:9/x').catch(() => 0)"
FAULTS = (
    ("console.error('no')", False, "console: no"),
    (FOREIGN, False, "Content Security Policy"),
    (FOREIGN, True, "foreign request: http://127.0.0.1:9/x"),
)


@pytest.mark.parametrize(("script", "bypass_csp", "fault"), FAULTS)
def test_a_fault_on_a_phone_is_noticed(
    browser: Browser, served: World, script: str, fault: str, *, bypass_csp: bool
) -> None:
    with phone(browser, served.origin, settings=Settings(bypass_csp=bypass_csp)) as held:
        held.open("/")
        held.page.evaluate(script)
        held.settle()
        found, held.faults = held.faults, []
    assert any(fault in one for one in found), found


def test_a_layout_that_moves_is_noticed(browser: Browser, served: World) -> None:
    with phone(browser, served.origin) as held:
        held.open("/")
        held.page.evaluate("""() => new Promise((done) => setTimeout(() => {
          const block = document.createElement('div');
          block.textContent = 'late';
          block.style.height = '300px';
          document.querySelector('#main').prepend(block);
          requestAnimationFrame(() => requestAnimationFrame(done));
        }, 600))""")
        assert held.page.evaluate(gates.SHIFTS) > gates.MOST_SHIFT
