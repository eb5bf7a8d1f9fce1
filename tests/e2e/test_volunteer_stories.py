"""Stories of volunteers on a phone: scenarios 4, 5, 7-10, 12, 39, 40 of domain.md 9."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from activities.rules import Ground
from core import clock
from core.database import db
from people.models import Person
from people.operations.erasures import erase_due
from tests.activity_factories import make_activity, shift_of
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import held_by, phone
from tests.e2e.server import World
from tests.volunteering import give_minutes
from volunteers.models import StarGrant, Volunteer

pytestmark = pytest.mark.browser

BRANCH, COUNTY = "东一村", "东县"
TWENTY_HOURS, STAR_2 = 1200, 18_000


@pytest.fixture(scope="module")
def town(served: World) -> World:
    """Return the server with the cast under Chinese names; every story has its own volunteer."""
    with served.writing():
        stage.rename_cast()
    return served


@pytest.fixture
def volunteer(town: World) -> tuple[str, int]:
    """Return the session token of a volunteer with confirmed hours, and who it is."""
    with town.writing():
        user, token = stage.new_veteran(organization_named(BRANCH))
        stage.settle()
        return token, user.person_id or 0


def at(town: World, place: str, path: str) -> str:
    with town.reading():
        return f"/o/{organization_named(place).code}{path}"


def volunteer_of(person_id: int) -> Volunteer:
    """Return whoever a person is as a volunteer; the hours of one forgotten stand there too."""
    return db.session.scalars(select(Volunteer).where(Volunteer.person_id == person_id)).one()


@pytest.mark.covers("S4", "S5", "S7")
def test_a_time_that_is_taken_and_an_agreement_to_read(
    browser: Browser, town: World, volunteer: tuple[str, int]
) -> None:
    token, _ = volunteer
    with town.writing():
        branch, start = organization_named(BRANCH), clock.now() + timedelta(days=4)
        first = shift_of(make_activity(branch, title="献血站引导", starts_at=start)).code
        later = make_activity(branch, title="义诊", starts_at=start + timedelta(minutes=90))
        second = shift_of(later).code
        long = make_activity(branch, title="暑期值守", starts_at=start + timedelta(days=2))
        long.grounds = Ground.LONG.value
        third = shift_of(long).code
    with held_by(browser, town, token, f"/events/shifts/{first}") as held:
        held.tap(held.page.locator("#main").get_by_role("button", name="报名"))
        assert "已报名" in held.main_text()
        held.open(f"/events/shifts/{second}")
        assert "和您报的『献血站引导』" in held.main_text()
        assert held.page.locator("#main").get_by_role("button", name="报名").count() == 0
        held.open(f"/events/shifts/{third}")
        held.tap(held.page.locator("#main").get_by_role("button", name="报名"))
        assert "请先看协议" in held.main_text()
        held.tap(held.page.get_by_role("checkbox"))
        held.tap(held.page.locator("#main").get_by_role("button", name="报名"))
        assert "您同意的志愿服务协议" in held.main_text()


@pytest.mark.covers("S8")
def test_at_twenty_hours_one_asks_and_the_county_answers(
    browser: Browser, town: World, volunteer: tuple[str, int]
) -> None:
    token, person_id = volunteer
    own = "/me/volunteer/registration"
    with town.writing():
        give_minutes(volunteer_of(person_id), TWENTY_HOURS - 6)
    with held_by(browser, town, token, own) as held:
        assert "还差 0.1 小时" in held.main_text()
        assert held.page.locator("#main").get_by_role("button", name="提交申请").count() == 0
        with town.writing():
            give_minutes(volunteer_of(person_id), TWENTY_HOURS)
        held.open(own)
        held.tap("提交申请")
        assert "待审核" in held.main_text()
    with held_by(browser, town, token_of("cora"), at(town, COUNTY, "/registrations")) as held:
        held.tap(held.page.locator("#main tr[data-row] a").first)
        held.tap(held.page.locator("#main").get_by_role("button", name="通过"))
        assert "已通过" in held.main_text()
    with held_by(browser, town, token, "/me/volunteer") as held:
        assert "注册志愿者" in held.main_text()


@pytest.mark.covers("S9")
def test_a_star_lies_open_with_a_masked_name_before_it_is_granted(
    browser: Browser, town: World, volunteer: tuple[str, int]
) -> None:
    token, person_id = volunteer
    with town.writing():
        give_minutes(volunteer_of(person_id), STAR_2)
    with held_by(browser, town, token, "/me/stars") as held:
        held.tap("申请 2 星")
        assert "已提交" in held.main_text()
    for name, place, act in (("ben", BRANCH, "时长已核对"), ("cora", COUNTY, "开始公示")):
        with held_by(browser, town, token_of(name), at(town, place, "/stars")) as held:
            held.tap(held.page.locator("#main tr[data-row] a").first)
            held.tap(held.page.locator("#main").get_by_role("button", name=act))
            held.page.wait_for_url("**done=done**")
    with town.reading():
        full = db.session.get_one(Person, person_id).name
    with held_by(browser, town, token_of("ada"), "/me/stars/notices") as held:
        assert full not in held.main_text()
        held.tap("提异议")
        held.put("note", "他三月不在本地")
        held.tap("提交异议")
        assert "公示暂停" in held.main_text()
    with town.reading():
        assert db.session.scalars(select(StarGrant.status)).one() == "objected"


@pytest.mark.covers("S10", "S39", "S40", "V12", "UX-T1")
def test_a_certificate_is_had_in_three_taps_and_anybody_may_check_it(
    browser: Browser, town: World, volunteer: tuple[str, int]
) -> None:
    token, _ = volunteer
    with held_by(browser, town, token, "/me") as held:
        held.start()
        held.tap(held.page.locator("#tabs a").last)
        held.tap("开证明")
        held.tap("生成证明")
        assert (held.taps, held.keys) == (3, 0)
        number = re.search(r"编号\W+(\S+)", held.main_text())
        link = held.page.get_by_role("link", name="核验页").get_attribute("href")
    assert number
    assert link
    with phone(browser, town.origin) as anybody:
        anybody.open(link)
        assert "真实有效" in anybody.page.title()
        assert number.group(1) in anybody.main_text()
        wrong = anybody.open(link[:-1] + ("0" if link[-1] != "0" else "1"))
        assert wrong is not None
        assert "查不到" in anybody.page.title()
    with held_by(browser, town, token_of("cora"), at(town, COUNTY, "/certificates")) as held:
        held.tap(held.page.locator("#main tr[data-row] a").first)
        held.tap("作废")
        held.tap(held.page.locator("#main label").first)
        held.tap(held.page.locator("#main").get_by_role("button", name="作废"))
    with phone(browser, town.origin) as anybody:
        anybody.open(link)
        assert "已作废" in anybody.page.title()
        assert "作废日期" in anybody.main_text()


@pytest.mark.covers("S12")
def test_who_closes_the_account_is_forgotten(
    browser: Browser, town: World, volunteer: tuple[str, int]
) -> None:
    token, person_id = volunteer
    with held_by(browser, town, token, "/me/settings") as held:
        held.tap("注销账号")
        held.tap("还是志愿者")
        held.tap(held.page.get_by_role("checkbox"))
        held.tap(held.page.locator("#main").get_by_role("button", name="退出志愿者"))
        held.open("/me/account/close")
        held.tap(held.page.get_by_role("checkbox"))
        held.tap(held.page.locator("#main").get_by_role("button", name="注销账号"))
        assert held.path().startswith("/login")
        assert "最后一天之前再登录" in held.main_text()
    with town.writing():
        person = db.session.get_one(Person, person_id)
        assert erase_due(clock.now() + timedelta(days=16)) == 1
        assert (person.name, person.phone) == ("***", None)
        assert volunteer_of(person.id).pseudonym
