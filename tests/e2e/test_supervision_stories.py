"""Scenarios 27, 29, 30, 36 and 38 of domain.md 9, walked in the browser of a small phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from core import clock
from core.audit.models import AuditEvent
from core.database import db
from core.settings import DatedSetting
from members.models import Membership
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure
from supervision.alerts.operations import begin_night, evaluate
from supervision.reports.models import Report
from supervision.reports.operations.reports import open_reports
from supervision.reports.rules import ended_periods
from supervision.rollup.operations import nightly
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import WIDTH, Phone, phone
from tests.e2e.server import World
from tests.organizations.lives import council, day, meeting, stock
from tests.venue_factories import make_venue
from volunteers.models import Volunteer, VolunteerTotal

pytestmark = pytest.mark.browser

ABOVE = ("东县", "东市", "测试省")
HOURS_OF_TWO_STARS = 18_000


def code_of(town: World, name: str) -> str:
    with town.reading():
        return organization_named(name).code


@contextmanager
def at(browser: Browser, town: World, name: str, path: str) -> Iterator[Phone]:
    """Return the phone of somebody of the cast on a page of the product."""
    with phone(browser, town.origin, token_of(name)) as held:
        assert held.page.viewport_size == {"width": WIDTH, "height": 740}
        held.open(path)
        yield held


@pytest.mark.covers("S27", "AZ-01", "LOG-05")
def test_a_person_of_another_county_is_not_there_and_the_try_is_kept(
    browser: Browser, town: World
) -> None:
    with town.reading():
        other_id = organization_named("西一村").id
        mine = Membership.person_id == stage.user_of("wes").person_id
        code = db.session.scalars(select(Membership.code).where(mine)).one()
    own, other = code_of(town, "东一村"), code_of(town, "西一村")
    with at(browser, town, "dan", f"/o/{other}/members/{code}") as keeper:
        name = keeper.page.locator("h1").inner_text()
    with at(browser, town, "cora", f"/o/{own}/members") as held:
        answer = held.open(held.page.url.replace(own, other) + f"/{code}")
        assert answer is not None
        assert answer.status == 404
        assert name not in held.page.content()
    with town.reading():
        kept = select(AuditEvent).where(AuditEvent.action == "access.denied")
        row = db.session.scalars(kept.order_by(AuditEvent.id.desc())).first()
        assert row is not None
        assert (row.actor_id, row.subject_id) == (stage.user_of("cora").id, other_id)


@pytest.mark.covers("S29", "VOL-30")
def test_a_new_matrix_holds_from_its_day_and_the_old_one_stays_visible(
    browser: Browser, town: World
) -> None:
    """Two volunteers with the same hours: one applied before the new rule, one after it."""
    _can_have_two_stars(town, "ada", "gus")
    with at(browser, town, "ada", "/me/stars") as ada:
        ada.press("申请 2 星")
        assert "东县" in ada.page.locator("#rows").inner_text()
    with town.writing():
        db.session.add(
            DatedSetting(
                name="stars.granted_by.2",
                valid_from=clock.today(),
                value=2,
                source="省里的新规定",
                entered_at=clock.now(),
            )
        )
    with at(browser, town, "gus", "/me/stars") as gus:
        gus.press("申请 2 星")
        assert "东市" in gus.page.locator("#rows").inner_text()
        assert "市级" in gus.page.locator("#ladder").inner_text().splitlines()[1]
        gus.tap(gus.page.locator("summary", has_text="以前的标准"))
        assert "县级" in gus.page.locator("#ladder-1").inner_text().splitlines()[1]
    with at(browser, town, "ada", "/me/stars") as ada:
        assert "东县" in ada.page.locator("#rows").inner_text()


def _can_have_two_stars(town: World, *names: str) -> None:
    with town.writing():
        for name in names:
            mine = Volunteer.person_id == stage.user_of(name).person_id
            volunteer = db.session.scalars(select(Volunteer).where(mine)).one()
            total = {"year": 2021, "confirmed_minutes": HOURS_OF_TWO_STARS}
            db.session.add(VolunteerTotal(volunteer_id=volunteer.id, **total))


@pytest.mark.covers("S30", "STA-05", "STA-06")
def test_a_frozen_year_stays_and_the_correction_shows_in_the_next(
    browser: Browser, town: World
) -> None:
    with town.writing():
        last = ended_periods(clock.today())[1]
        for year in (last - 1, last):
            open_reports(date(year + 1, 1, 15), clock.now())
    correct(town, last - 1, 600)
    first, following = report_code(town, last - 1), report_code(town, last)
    carry(browser, town, first, last - 1)
    correct(town, last - 1, 720)  # twelve hours
    path = f"/o/{code_of(town, '东县')}/reports/{first}"
    with at(browser, town, "cora", path) as county:
        assert "10 小时" in county.page.locator("#numbers").inner_text()
        changed = county.page.locator("#corrections").inner_text()
        assert "+12" in changed
        assert "等下一期" in changed
        for box in county.page.locator("#main [name^=reason_]").all():
            box.fill("补录一次演练")
        county.press("写明原因")
    carry(browser, town, following, last)
    with at(browser, town, "cora", path) as county:
        assert "10 小时" in county.page.locator("#numbers").inner_text()
        assert f"{last}年" in county.page.locator("#corrections").inner_text()
        county.open(f"/o/{code_of(town, '东县')}/reports/{following}")
        booked = county.page.locator("#corrections").inner_text()
        assert all(words in booked for words in ("补录一次演练", f"{last - 1}年", "+12"))


def correct(town: World, year: int, minutes: int) -> None:
    """Let confirmed minutes of a year come to a village, as hours that are recorded late do."""
    with town.writing():
        figures.add(organization_named("东一村").path, Measure.CONFIRMED_MINUTES, minutes, year)
        figures.write(db.session())


def report_code(town: World, period: int) -> str:
    with town.reading():
        county = organization_named("东县").id
        asked = select(Report.code).where(Report.organization_id == county, Report.period == period)
        return db.session.scalars(asked).one()


def carry(browser: Browser, town: World, code: str, period: int) -> None:
    """Take the report of the county all its way: submitted, checked, accepted, frozen."""
    path = f"/o/{code_of(town, '东县')}/reports/{code}"
    for name, words in (("cora", "报送"), ("eve", "核对通过"), ("gil", "接收")):
        with at(browser, town, name, path) as held:
            held.press(words)
    below = f"/o/{code_of(town, '测试省')}/reports/below?period={period}"
    with at(browser, town, "gil", below) as held:
        held.press("定稿")
        assert "已定稿" in held.main_text()


@pytest.mark.covers("S36", "CTR-03")
def test_a_silent_site_shows_at_the_county_and_in_the_list_of_the_city(
    browser: Browser, town: World
) -> None:
    with town.writing():
        for name, days in (("静", 400), ("新", 20)):
            venue = make_venue(organization_named("东一村"), name=f"{name}水会员之家")
            venue.opened_on = clock.today() - timedelta(days=days)
        db.session.commit()
        nightly(clock.today(), keep=db.session.commit, now=clock.now(), told=lambda *_counted: None)
        night, after = begin_night(clock.today()), 0
        while (found := evaluate(night, after)) is not None:
            after = found.last_id
    for name, office in (("cora", "东县"), ("eve", "东市")):
        with at(browser, town, name, f"/o/{code_of(town, office)}/home") as held:
            held.tap(held.page.locator("#alerts a", has_text="场所没有活动"))
            held.tap(held.page.locator("#rows th a").first)
            assert "静水会员之家" in held.main_text()
            assert "新水会员之家" not in held.main_text()


@pytest.mark.covers("S38", "ORG-05")
def test_a_community_directly_under_a_county_counts_everywhere(
    browser: Browser, town: World
) -> None:
    """As in 龙港市, where no township stands between a community and the county."""
    before = stocks(town)
    county = code_of(town, "东县")
    with at(browser, town, "cora", f"/o/{county}/organizations/new") as held:
        held.page.locator("#main [name=kind][value=village]").check()
        held.page.locator("#main [name=parent]").select_option(county)
        held.page.locator("#main [name=decider]").first.check()
        held.put("name", "直属社区红十字会")
        held.put("applied_on", day(20))
        held.put("contact", "壬筹备")
        held.press("提交申请")
        held.put("number", "东红〔2026〕5号")
        held.put("replied_on", day(10))
        held.press("批复同意")
        for way, facts, words in (
            ("登记成立大会", meeting(), "确定成立"),
            ("登记理事会", council(), "保存"),
        ):
            held.tap(held.page.get_by_role("link", name=way))
            fill(held, facts)
            held.press(words)
        assert "已办好" in held.main_text()
        held.open(f"/o/{county}/organizations")
        assert "直属社区" in held.main_text()
    assert stocks(town) == {name: count + 1 for name, count in before.items()}
    with town.reading():
        named = select(Organization).where(Organization.name == "直属社区红十字会")
        made = db.session.scalars(named).one()
        assert made.path == f"{organization_named('东县').path}{made.id}/"


def fill(held: Phone, facts: dict[str, str]) -> None:
    """Fill a form by the names of its fields."""
    for name, text in facts.items():
        if name == "method":
            held.page.locator(f"#main [name=method][value={text}]").check()
        else:
            held.put(name, text)


def stocks(town: World) -> dict[str, int]:
    with town.reading():
        return {name: stock(organization_named(name)) for name in ABOVE}
