"""Stories of places on a phone of 360 pixels: scenarios 18, 20, 35 and 41 of domain.md 9."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from accounts.rules import SessionKind
from activities.models import Activity, Shift, VenueHours
from activities.rules.venues import VenueKind
from core import clock
from core.database import db
from organizations.models import Division, Organization
from organizations.rules.life import term_end
from tests import factories as make
from tests.activity_factories import make_signup
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import Settings, held_by, phone
from tests.e2e.server import World
from tests.organizations.lives import seat
from tests.races.stage import session_of
from tests.venue_factories import EVENING, MORNING, make_venue

pytestmark = pytest.mark.browser

BRANCH, COUNTY, CITY = "东一村", "东县", "东市"
DOZEN, HOURS = 12, 2
WEEKEND = (5, 6)
#: A county of two towns, the first with two villages: code -> (the code above, level, name).
AREAS = {
    "990000000000": (None, "province", "试省"),
    "990100000000": ("990000000000", "city", "试市"),
    "990101000000": ("990100000000", "county", "试县"),
    "990101001000": ("990101000000", "township", "试一镇"),
    "990101002000": ("990101000000", "township", "试二镇"),
    "990101001200": ("990101001000", "village", "试一村"),
    "990101001201": ("990101001000", "village", "试二村"),
}


@pytest.fixture(scope="module")
def codes(town: World) -> Mapping[str, str]:
    """Return name of a place -> its code."""
    with town.reading():
        return {name: organization_named(name).code for name in (BRANCH, COUNTY, CITY)}


@pytest.mark.covers("S18", "ORG-12", "ORG-17")
def test_a_term_that_is_over_is_red_above_until_the_meeting_is_recorded(
    browser: Browser, town: World, codes: Mapping[str, str]
) -> None:
    today = clock.today()
    with town.writing():
        village = organization_named(BRANCH)
        old = seat(village, term_end(today, -5) - timedelta(days=12))
        village.term_ends_on = old.ends_on = today - timedelta(days=12)
    lists = {name: f"/o/{codes[name]}/organizations?state=overdue" for name in (COUNTY, CITY)}
    for name, place in (("cora", COUNTY), ("eve", CITY)):
        with held_by(browser, town, token_of(name), lists[place]) as held:
            row = held.page.locator("#rows tr", has_text=BRANCH)
            assert row.locator(".tag-error").inner_text() == "超期未换届"
            assert "已超期 12 天" in row.inner_text()
    held_on = (today - timedelta(days=1)).isoformat()
    with held_by(browser, town, token_of("ben"), f"/o/{codes[BRANCH]}/councils") as held:
        held.tap("登记换届")
        told = {"held_on": held_on, "due": "40", "present": "38", "result": "试会长 38 票当选"}
        told |= {"minutes": "按程序进行", "head": "试会长", "secretary": "试秘书"}
        for name, words in (told | {"starts_on": held_on}).items():
            held.put(name, words)
        held.press("保存")
        assert "应到 40 人，实到 38 人" in held.main_text()
    with town.reading():
        ends_on = organization_named(BRANCH).term_ends_on
        assert ends_on == term_end(date.fromisoformat(held_on), 5)
    with held_by(browser, town, token_of("cora"), lists[COUNTY]) as held:
        assert BRANCH not in held.page.locator("#found").inner_text()


@pytest.mark.covers("S20", "CTR-02", "B5")
def test_an_activity_in_the_member_home_is_entered_once_and_counts_for_all(
    browser: Browser, town: World, codes: Mapping[str, str]
) -> None:
    with town.writing():
        home = make_venue(organization_named(BRANCH), name="东一村会员之家").code
    here = f"/o/{codes[BRANCH]}"
    with held_by(browser, town, token_of("ben"), f"{here}/events/new") as held:
        told = {"title": "包粽子", "seats": "20", "description": "一起包", "risks": "室内进行"}
        for name, words in told.items():
            held.put(name, words)
        held.page.locator("select[name=field]").select_option(index=1)
        held.page.locator("select[name=venue]").select_option(label="东一村会员之家")
        held.put("day", (clock.today() + timedelta(days=3)).isoformat())
        held.put("start", "09:00")
        held.put("end", "11:00")
        held.press("发布")
        assert "已发布" in held.main_text()
    with town.writing():
        code = today_with_a_dozen("包粽子").code
    with held_by(browser, town, token_of("ben"), f"{here}/events/{code}") as held:
        held.tap("现场")
        held.tap("全部到场")
        held.tap("结束活动，记时长")
        held.press("确认")
        assert f"已给 {DOZEN} 人记" in held.main_text()
        held.open(f"{here}/venue-signs/{home}?year={clock.today().year}")
        words = " ".join(held.main_text().split())
    for told_there in ("活动 1 场", f"志愿者 {DOZEN} 人次"):
        assert told_there in words


def today_with_a_dozen(title: str) -> Activity:
    """Return an activity that was posted, as if it were just over, with twelve signed up."""
    activity = db.session.scalars(select(Activity).where(Activity.title == title)).one()
    shift = db.session.scalars(select(Shift).where(Shift.activity_id == activity.id)).one()
    start = clock.now().replace(second=0, microsecond=0) - timedelta(minutes=150)
    shift.starts_at, shift.ends_at = start, start + timedelta(hours=HOURS)
    activity.first_starts_at, activity.last_ends_at = shift.starts_at, shift.ends_at
    for _ in range(DOZEN):
        person = make.make_person(born_on=stage.birth())
        make.make_volunteer(person, organization_named(BRANCH))
        make_signup(shift, person)
    return activity


@pytest.mark.covers("S35", "MEM-43", "CTR-01")
def test_a_workshop_whose_leader_leaves_is_named_anew_within_thirty_days(
    browser: Browser, town: World, codes: Mapping[str, str]
) -> None:
    with town.writing():
        branch = organization_named(BRANCH)
        leader, heir = (make.make_person(born_on=stage.birth()) for _ in range(2))
        make.make_membership(leader, branch)
        number = make.make_membership(heir, branch).number
        token = session_of(make.make_user(leader), SessionKind.PERSON)
        keeper = db.session.get_one(type(leader), stage.acting("ben").person_id)
        kind, name = VenueKind.MEMBER_WORKSHOP, "银发工作室"
        venue = make_venue(branch, kind, name=name, keeper=keeper, leader=leader)
        file = f"/o/{codes[COUNTY]}/venues/{venue.code}"
    with held_by(browser, town, token, "/me/card") as held:
        held.tap("退会")
        held.press("确定退会")
        assert "已退会" in held.main_text(), held.main_text()
    today = clock.today()
    with held_by(browser, town, token_of("cora"), f"/o/{codes[COUNTY]}/venues") as held:
        held.open(f"/o/{codes[COUNTY]}/venues?lacks=leader")
        assert "银发工作室" in held.main_text(), held.main_text()
        held.tap("银发工作室")
        limit = today + timedelta(days=30)
        assert "没有有效领办人" in held.main_text()
        assert f"{limit.month}月{limit.day}日前要重新命名或者摘牌" in held.main_text()
        held.tap("重新命名")
        held.put("plaque_number", "东 002")
        held.put("named_on", today.isoformat())
        held.put("leader", number)
        held.press("重新命名")
        assert held.path().startswith(file)
        assert "东 002" in held.main_text()


@pytest.mark.covers("S41", "UX-A4")
def test_a_citizen_finds_the_nearest_station_and_its_hours_in_large_print(
    browser: Browser, town: World
) -> None:
    with town.writing():
        divide()
        station("远站", "990101002000")
        station("近站", "990101001200")
        station("邻站", "990101001201")
    with phone(browser, town.origin, None, Settings(size="largest")) as held:
        held.open("/")
        assert held.page.locator("html").get_attribute("data-size") == "largest"
        held.tap("找服务场所")
        for name in ("试市", "试县", "试一镇", "试一村"):
            if name != "试市":
                held.tap(held.page.locator("summary", has_text="再选近一点"))
            held.tap(held.page.locator("a.chip-link", has_text=name))
        rows = held.page.locator("#rows li").all_inner_texts()
        rows = [row for row in rows if row.split("\n")[0].endswith("站")]
        assert [row.split("\n")[0] for row in rows] == ["近站", "邻站", "远站"]
        rings = ("本村（社区）", "本乡镇（街道）", "本县（市、区）")
        assert [ring in row for ring, row in zip(rings, rows, strict=True)] == [True] * 3
        held.tap("近站")
        assert "现在开放，到 17:00" in held.main_text()
        assert held.page.locator("a[href='tel:057100000002']").count() == 1
        assert held.page.locator("#week tr").count() == 7
        wide = "document.documentElement.scrollWidth <= window.innerWidth"
        assert held.page.evaluate(wide)


def divide() -> None:
    """Write the divisions of a county."""
    for code, (above, level, name) in AREAS.items():
        row = Division(code=code, parent_code=above, level=level, name=name)
        row.valid_from = date(2023, 6, 30)
        db.session.add(row)
        db.session.flush()


def station(name: str, division: str) -> None:
    """Open a service station in a division, every day from nine to five."""
    village: Organization = organization_named(BRANCH)
    venue = make_venue(village, VenueKind.SERVICE_STATION, name=name)
    venue.division_code = division
    for weekday in WEEKEND:
        hours = VenueHours(venue_id=venue.id, weekday=weekday, opens=MORNING, closes=EVENING)
        db.session.add(hours)
    db.session.flush()
