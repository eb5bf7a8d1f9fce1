"""From the poster to the province: one person joins, serves, and every level's number grows.

With ``REDCROSS_PICTURES=<folder>`` the walk in Chinese with script also writes a picture of
every step and of every role's home into that folder, at the width of a phone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator

from tests import factories as make
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import Phone, Settings, phone
from tests.e2e.outbox import sign_in
from tests.e2e.server import World
from tests.e2e.words import Words

pytestmark = pytest.mark.browser

#: Read before the tests take the product's settings out of the environment.
PICTURES = os.environ.get("REDCROSS_PICTURES")
BRANCH = "东一村"
#: Who looks at the numbers of which place.
LEVELS = {BRANCH: "ben", "东县": "cora", "东市": "eve", "测试省": "gil"}
MEMBERS, HELPERS, HOURS = "成人会员", "志愿者", "本月已确认时长"
SERVED_HOURS = 2
HOMES = {
    "home-volunteer": ("ada", None),
    "home-member": ("mia", None),
    "home-secretary": ("ben", BRANCH),
    "home-school": ("finn", "东小学"),
    "home-county": ("cora", "东县"),
    "home-city": ("eve", "东市"),
    "home-province": ("gil", "测试省"),
}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody whom nobody knows yet, with a document and a service of his own."""

    name: str
    phone: str
    born_on: date
    title: str


NEWCOMERS = {
    ("zh", True): Newcomer("试春生", "19956660001", date(1991, 3, 4), "春季急救课"),
    ("zh", False): Newcomer("试夏生", "19956660002", date(1992, 6, 5), "夏季防溺水"),
    ("en", True): Newcomer("试秋生", "19956660003", date(1993, 9, 6), "秋季献血站"),
    ("en", False): Newcomer("试冬生", "19956660004", date(1994, 12, 7), "冬季送温暖"),
}
#: Each language and each way once on every commit; ``make pages`` walks all four.
COMMITTED = [("zh", True), ("en", False)]
FULL = os.environ.get("PAGES") == "full"


@pytest.fixture(scope="module")
def codes(served: World) -> Mapping[str, str]:
    """Return name of a place -> its code; enough people are there that numbers are shown."""
    with served.writing():
        stage.rename_cast()
        stage.list_schools()
        branch = organization_named(BRANCH)
        for place in (BRANCH, "西一村", "北一村"):
            stage.crowd(organization_named(place))
        stage.queue_of_applications(branch, safe=3, doubtful=1)
        stage.queue_of_records(branch, 2)
        for days in (40, 12):
            stage.confirm(stage.log(stage.user_of("ada"), "急救演练", days), stage.acting("ben"))
        stage.log(stage.user_of("ada"), "急救演练", 1)
        stage.settle()
        return {name: organization_named(name).code for name in (*LEVELS, "东小学")}


@dataclass(frozen=True, slots=True)
class Story:
    """One walk: who, in which language, with or without script."""

    browser: Browser
    served: World
    codes: Mapping[str, str]
    who: Newcomer
    settings: Settings

    @property
    def say(self) -> Words:
        """Return what says a text in the language of the walk."""
        return Words(self.settings.language)

    @contextmanager
    def staff(self, name: str) -> Iterator[Phone]:
        """Return the phone of somebody of the cast."""
        with phone(self.browser, self.served.origin, token_of(name), self.settings) as held:
            yield held

    def picture(self, held: Phone, name: str) -> None:
        """Keep what the window shows, where pictures are asked for."""
        if PICTURES and self.settings == Settings():
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            held.page.screenshot(path=Path(PICTURES, f"{name}.png"), scale="css")

    def numbers(self) -> dict[str, dict[str, float]]:
        """Return place -> label in Chinese -> the number on the home of the place."""
        found = {}
        for place, name in LEVELS.items():
            labels = (MEMBERS, HELPERS, HOURS) if place == BRANCH else (MEMBERS, HOURS)
            with self.staff(name) as held:
                held.open(f"/o/{self.codes[place]}/home")
                found[place] = {label: tile(held, self.say(label)) for label in labels}
        return found

    # ------------------------------------------------------------------------------- joining

    def join_as_member(self, held: Phone) -> None:
        """Scan the poster, sign in by code, name oneself, hand in."""
        held.open(f"/j/{self.codes[BRANCH]}")
        self.picture(held, "join")
        held.tap(self.say("当会员"))
        sign_in(self.browser, self.served, held, self.who.phone, self.say)
        held.put("name", self.who.name)
        held.tap(self.say("下一步"))
        held.put("id_number", make.make_id_number(self.who.born_on))
        held.tap(self.say("下一步"))
        assert self.who.name in held.main_text()
        assert make.make_id_number(self.who.born_on)[:14] not in held.main_text()
        self.hand_in(held, "check", "progress")

    def join_as_volunteer(self, held: Phone) -> None:
        """Scan the poster again: name and phone are known already."""
        held.open(f"/j/{self.codes[BRANCH]}")
        held.tap(self.say("当志愿者"))
        self.hand_in(held, "check-volunteer", "progress-volunteer")

    def hand_in(self, held: Phone, check: str, progress: str) -> None:
        """Send what was checked; the status says that it waits."""
        assert BRANCH in held.main_text()
        self.picture(held, check)
        held.tap(self.say("提交申请"))
        assert tag(held) == self.say("待审核")
        self.picture(held, progress)

    def approve(self, picture: str) -> None:
        """Tick the newcomer in the secretary's queue and approve."""
        with self.staff("ben") as held:
            held.open(f"/o/{self.codes[BRANCH]}/applications")
            self.picture(held, picture)
            self.tick_and_send(held)
            assert self.say("已通过 %(num)d 人，短信稍后发出。", num=1) in held.main_text()
            assert self.row(held).count() == 0

    def row(self, held: Phone) -> Locator:
        """Return the newcomer's row of a list."""
        return held.page.locator("tr[data-row]").filter(has_text=self.who.name)

    def tick_and_send(self, held: Phone) -> None:
        """Choose the newcomer's row and press the button that stands above the list."""
        held.tap(self.row(held).locator(".row-check label"))
        held.tap(held.page.locator("[data-bulk] button"))

    def is_approved(self, held: Phone) -> None:
        """See on the progress page that it is done."""
        held.page.reload()
        assert tag(held) == self.say("已通过")

    def show_card(self, held: Phone) -> None:
        """Open the member card from the home."""
        held.open("/me")
        self.picture(held, "home-new-member")
        held.tap(self.say("会员证"))
        card = held.main_text()
        assert self.who.name in card
        assert BRANCH in card
        assert self.say("已通过，待备案") in card
        assert held.page.locator("#main svg").count() == 1
        self.picture(held, "card")

    # --------------------------------------------------------------------------------- hours

    def log_hours(self, held: Phone) -> None:
        """Enter the first service; its status says that it waits."""
        held.open("/me")
        held.tap(self.say("记时长"))
        held.put("title", self.who.title)
        self.picture(held, "log-hours")
        held.tap(held.page.locator("#main button[type=submit]").last)
        assert tag(held) == self.say("待确认")
        assert self.who.title in held.main_text()
        assert self.say("%(hours)s 小时", hours=SERVED_HOURS) in held.main_text()
        self.picture(held, "hours-sent")

    def confirm_hours(self) -> None:
        """Tick the newcomer in the secretary's queue of hours and confirm."""
        with self.staff("ben") as held:
            held.open(f"/o/{self.codes[BRANCH]}/hours")
            self.picture(held, "confirm")
            self.tick_and_send(held)
            served = self.say("%(hours)s 小时", hours=SERVED_HOURS)
            said = self.say("已确认 %(num)d 条，%(hours)s。", num=1, hours=served)
            assert said in held.main_text()
            assert self.row(held).count() == 0
            self.picture(held, "confirmed")

    def sees_total(self, held: Phone) -> None:
        """See the confirmed hours on the own home, and the word beside the record."""
        held.open("/me")
        total = self.say("%(hours)s 小时", hours=SERVED_HOURS)
        assert held.page.locator("#hours .big").inner_text() == total
        held.tap(self.say("我的时长"))
        record = held.page.locator("tr[data-row]").filter(has_text=self.who.title)
        assert record.locator(".tag").inner_text() == self.say("已确认")


def tag(held: Phone) -> str:
    """Return the first status word of the page."""
    return held.page.locator("#main .tag").first.inner_text()


def tile(held: Phone, label: str) -> float:
    """Return the number under a label. Raises ValueError where it is not shown as a number."""
    named = held.page.locator(".tile-label").get_by_text(label, exact=True)
    value = held.page.locator(".tile").filter(has=named).locator(".tile-value")
    return float(value.evaluate("(part) => part.firstChild.textContent").replace(",", ""))


@pytest.mark.covers("V1", "V2", "UX-R1", "UX-P10", "S1", "S13")
@pytest.mark.parametrize(("language", "javascript"), NEWCOMERS if FULL else COMMITTED)
def test_from_the_poster_to_the_province(
    browser: Browser, served: World, codes: Mapping[str, str], language: str, *, javascript: bool
) -> None:
    settings = Settings(language=language, javascript=javascript)
    story = Story(browser, served, codes, NEWCOMERS[language, javascript], settings)
    logged, before = served.logged(), story.numbers()
    with phone(browser, served.origin, settings=settings) as held:
        story.join_as_member(held)
        story.approve("queue")
        story.is_approved(held)
        story.show_card(held)
        story.join_as_volunteer(held)
        story.approve("queue-volunteer")
        story.log_hours(held)
        story.confirm_hours()
        story.sees_total(held)
        assert all(url.startswith((served.origin, "data:")) for url in held.requests)
    grown = {MEMBERS: 1, HELPERS: 1, HOURS: SERVED_HOURS}
    expected = {
        place: {label: number + grown[label] for label, number in numbers.items()}
        for place, numbers in before.items()
    }
    assert story.numbers() == expected
    take_pictures_of_homes(story)
    assert served.faults(logged) == []


def take_pictures_of_homes(story: Story) -> None:
    """Look at the home of every role; the words of the place or the person stand on it."""
    for picture, (name, place) in HOMES.items():
        with story.staff(name) as held:
            held.open(f"/o/{story.codes[place]}/home" if place else "/me")
            assert held.page.locator("h1").inner_text()
            story.picture(held, picture)
