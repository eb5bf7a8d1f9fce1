"""The home of every role: what waits, the numbers, and one tap to the next level."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import UserSession
from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM
from core.database import db
from organizations import figures
from organizations.rules import Measure, OrganizationKind
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.supervision.parts import add, home, look, tile
from volunteers.operations import log_service
from volunteers.rules import Entry, ServiceField

ClientOf = Callable[[str], Client]
MAX_STATEMENTS = 8


def tasks(page: Any) -> dict[str, str]:
    rows = page.select("#tasks li")
    return {row.select_one(".link-rows-label").contents[0].strip(): count(row) for row in rows}


def count(row: Any) -> str:
    number = row.select_one(".count")
    return str(number.text) if number else ""


@pytest.mark.covers("C1", "B1")
def test_a_secretary_sees_first_what_waits_at_the_own_organization(
    cast: Cast, client_of: ClientOf
) -> None:
    village, user = cast.organization("东一村"), cast.user("wes")
    old = make.make_application(cast.person("wes"), village, user)
    old.submitted_at = clock.now() - timedelta(days=5)
    add(cast, "东一村", Measure.APPLICATIONS_WAITING, 1)
    entry = Entry(clock.today() - timedelta(days=1), 60, "急救演练", ServiceField.FIRST_AID)
    log_service(cast.person("ada").id, entry, by=SYSTEM, now=clock.now())
    figures.write(db.session())
    page = look(client_of("ben"), home(cast, "东一村"))
    assert page.h1.text == "待办"
    assert tasks(page) == {"入会审核": "1", "时长确认": "1"}
    assert "已超 3 天" in page.select("#tasks li")[0].text
    assert "已超 3 天" not in page.select("#tasks li")[1].text
    assert page.select_one(".tabs a[aria-current] .visually-hidden").text == "，2 项"


def test_nothing_to_do_is_said_in_one_sentence(cast: Cast, client_of: ClientOf) -> None:
    page = look(client_of("finn"), home(cast, "东小学"))
    assert page.select_one("#tasks").text.strip() == "今天没有待办"


def test_the_queue_of_a_township_leaves_out_what_its_villages_handle(
    cast: Cast, client_of: ClientOf
) -> None:
    add(cast, "东一村", Measure.APPLICATIONS_WAITING, 3)
    add(cast, "东镇", Measure.APPLICATIONS_WAITING, 2)
    page = look(client_of("tom"), home(cast, "东镇"))
    assert tasks(page) == {"入会审核": "2"}


@pytest.mark.covers("C1")
def test_a_county_sees_filings_objections_and_what_is_missing(
    cast: Cast, client_of: ClientOf
) -> None:
    add(cast, "东县", Measure.FILINGS_WAITING, 18)
    add(cast, "东县", Measure.OBJECTIONS_WAITING, 2)
    add(cast, "东一村", Measure.APPLICATIONS_WAITING, 4)
    add(cast, "东县", Measure.SCHOOLS, 10)
    add(cast, "东县", Measure.SCHOOL_BRANCHES, 7)
    page = look(client_of("cora"), home(cast, "东县"))
    assert tasks(page) == {
        "时长申诉": "2",
        "会员备案": "18",
        "还没建会的学校": "3",
    }
    assert tile(page, "学校建会率") == "70.00%"
    assert "还差 3 所" in page.main.text


@pytest.mark.parametrize(
    ("who", "place"),
    [("eve", "东市"), ("gil", "测试省"), ("sam", "东县"), ("cora", "东一村"), ("tess", "东一村")],
)
def test_those_who_decide_nothing_here_get_no_queue(
    cast: Cast, client_of: ClientOf, who: str, place: str
) -> None:
    add(cast, "东一村", Measure.APPLICATIONS_WAITING, 4)
    add(cast, "东县", Measure.FILINGS_WAITING, 5)
    page = look(client_of(who), home(cast, place))
    assert not {"入会审核", "时长确认", "会员备案"} & set(tasks(page))


def test_an_organization_without_secretary_is_named_above(cast: Cast, client_of: ClientOf) -> None:
    page = look(client_of("dan"), home(cast, "西县"))
    assert tasks(page)["没有秘书的组织"] == "1"
    listed = look(client_of("dan"), f"/o/{cast.code('西县')}/vacant")
    assert [row.th.a.text for row in listed.select("#rows tr")] == ["西小学"]
    assert listed.select_one("#rows tr .note").text == "西县 · 东市"
    make.make_post(cast.user("wes"), Role.COORDINATOR, cast.organization("西小学"))
    assert "没有秘书的组织" not in tasks(look(client_of("dan"), home(cast, "西县")))


@pytest.mark.covers("C2")
def test_from_the_province_to_the_names_it_takes_one_tap_per_level(
    cast: Cast, client_of: ClientOf
) -> None:
    path, seen = home(cast, "测试省"), []
    browser = client_of("gil")
    for name in ("东市", "东县", "东镇", "东一村"):
        page = look(browser, path)
        path = link_to(page, name)
        seen.append(path)
    assert len(set(seen)) == 4
    assert not look(browser, path).select("a[href$='/members']")
    county = look(client_of("cora"), home(cast, "东一村"))
    roster = county.select_one("#main a[href$='/members']")["href"]
    assert client_of("cora").get(roster).status_code == 200


def link_to(page: Any, name: str) -> str:
    rows = page.select("#rows tr")
    return str(next(row.a["href"] for row in rows if row.th.a.text == name))


@pytest.mark.covers("AZ-07")
@pytest.mark.parametrize(
    ("who", "place", "youth", "adults"),
    [
        ("gil", "测试省", "人数过少", "人数过少"),
        ("eve", "东市", "人数过少", "人数过少"),
        ("cora", "东县", "4", "3"),
        ("eve", "东县", "人数过少", "人数过少"),
        ("finn", "东小学", "4", "3"),
    ],
)
def test_small_groups_are_hidden_above_the_own_organization(
    cast: Cast, client_of: ClientOf, who: str, place: str, youth: str, adults: str
) -> None:
    add(cast, "东小学", Measure.YOUTH_MEMBERS, 4)
    add(cast, "东小学", Measure.ADULT_MEMBERS, 3)
    page = look(client_of(who), home(cast, place))
    below = {"测试省": "东市", "东市": "东县", "东县": "东小学"}.get(place)
    if below is None:
        assert tile(page, "青少年会员") == f"{youth}人"
        assert tile(page, "成人会员") == f"{adults}人"
        return
    row = next(row for row in page.select("#rows tr") if row.th.a.text == below)
    cells = {cell["data-label"]: cell.text for cell in row.select("td")}
    assert cells["成人会员"] == adults
    assert cells["青少年会员"] == "人数过少"


def test_numbers_come_from_the_figures_with_date_and_year(cast: Cast, client_of: ClientOf) -> None:
    today = clock.today()
    add(cast, "东一村", Measure.CONFIRMED_MINUTES, 90, today.year * 100 + today.month)
    add(cast, "东一村", Measure.CONFIRMED_MINUTES, 1234, today.year)
    add(cast, "东一村", Measure.ADULT_MEMBERS, 12345)
    page = look(client_of("gil"), home(cast, "测试省"))
    assert tile(page, "本月已确认时长") == "1.5小时"
    assert tile(page, "成人会员") == "12,345人"
    assert "今年 20.6 小时" in page.main.text
    assert f"数据截至 {today.month}月{today.day}日" in page.main.text
    assert page.select_one("svg[role=img] title").text


@pytest.mark.covers("AZ-07")
def test_a_home_seen_from_above_draws_no_line_of_people(cast: Cast, client_of: ClientOf) -> None:
    today = clock.today()
    add(cast, "东一村", Measure.CONFIRMED_MINUTES, 90, today.year * 100 + today.month)
    add(cast, "东一村", Measure.VOLUNTEERS, 9)
    lines = [
        len(look(client_of(who), home(cast, "东县")).select(".tile .chart-line"))
        for who in ("cora", "gil")
    ]
    assert lines == [1, 0]


@pytest.mark.covers("AZ-07")
def test_bars_stand_beside_a_table_sorted_by_name(cast: Cast, client_of: ClientOf) -> None:
    year = clock.today().year
    add(cast, "东县", Measure.CONFIRMED_MINUTES, 60, year)
    add(cast, "西县", Measure.CONFIRMED_MINUTES, 600, year)
    for place in ("东县", "西县"):
        add(cast, place, Measure.VOLUNTEERS, 9)
    page = look(client_of("eve"), home(cast, "东市"))
    names = [row.th.a.text for row in page.select("#rows tr")]
    assert set(names) == {"东县", "西县"}
    bars = [text.text for text in page.select("figure svg text:not(.chart-value)")]
    assert bars == names


def staff_of(cast: Cast) -> list[tuple[str, str]]:
    return [
        ("gil", home(cast, "测试省")),
        ("eve", home(cast, "东市")),
        ("cora", home(cast, "东县")),
        ("sam", home(cast, "东县")),
        ("gil", home(cast, "东县")),
        ("tom", home(cast, "东镇")),
        ("ben", home(cast, "东一村")),
        ("finn", home(cast, "东小学")),
        ("cora", home(cast, "东一村")),
        ("opal", f"/o/{cast.code('测试省')}/system"),
        ("ben", "/me"),
        ("cora", f"/o/{cast.code('东县')}/organizations"),
        ("cora", f"/o/{cast.code('东县')}/organizations?q=1"),
        ("cora", f"/o/{cast.code('东县')}/schools"),
        ("gil", f"/o/{cast.code('测试省')}/schools"),
        ("cora", f"/o/{cast.code('东县')}/vacant"),
    ]


def test_no_page_asks_more_for_a_hundred_children_than_for_ten(
    cast: Cast, client_of: ClientOf, count_statements: Any
) -> None:
    def counted() -> list[int]:
        found = []
        for who, path in staff_of(cast):
            browser = client_of(who)
            browser.get(path)  # once a minute a session notes when it was seen
            with count_statements() as seen:
                assert browser.get(path).status_code == 200
            found.append(len([one for one in seen if "RELEASE" not in one]))
        return found

    grow(cast, 10)
    ten = counted()
    grow(cast, 100)
    hundred = counted()
    assert dict(zip(staff_of(cast), ten, strict=True)) == dict(
        zip(staff_of(cast), hundred, strict=True)
    )
    counts = dict(zip(staff_of(cast), hundred, strict=True))
    assert {page: count for page, count in counts.items() if count > MAX_STATEMENTS} == {}


def grow(cast: Cast, children: int) -> None:
    """Give every level below the province more organizations, people and figures."""
    for parent, kind in (
        ("测试省", OrganizationKind.CITY),
        ("东市", OrganizationKind.COUNTY),
        ("东县", OrganizationKind.VILLAGE),
        ("东镇", OrganizationKind.VILLAGE),
    ):
        above = cast.organization(parent)
        for number in range(children):
            make.make_organization(kind, f"{parent}新{children}设{number}", above)
    village = cast.organization("东一村")
    for _ in range(children // 5):
        person = make.make_person()
        make.make_membership(person, village)
        make.make_application(make.make_person(), village, cast.user("wes"))
    figures.add(village.path, Measure.ADULT_MEMBERS, children)
    figures.add(village.path, Measure.APPLICATIONS_WAITING, children)
    db.session.commit()


def test_the_home_goes_on_where_there_are_more_children(cast: Cast, client_of: ClientOf) -> None:
    grow(cast, 30)
    browser, names = client_of("cora"), []
    path: str | None = home(cast, "东县")
    while path:
        page = look(browser, path)
        names += [row.th.a.text for row in page.select("#rows tr")]
        more = page.select_one("#rows-more a")
        path = more["href"] if more else None
    assert len(names) == len(set(names)) == 33


@pytest.mark.parametrize(
    ("who", "ends_with"),
    [
        ("mia", "/me"),
        ("ben", "东一村"),
        ("gil", "测试省"),
        ("opal", "/system"),
        ("rex", "/me"),
    ],
)
def test_the_front_door_leads_everybody_home(
    cast: Cast, client_of: ClientOf, who: str, ends_with: str
) -> None:
    answer = client_of(who).get("/")
    assert answer.status_code == 303
    expected = home(cast, ends_with) if "/" not in ends_with else ends_with
    assert answer.headers["Location"].endswith(expected)
    assert client_of(who).get(answer.headers["Location"]).status_code == 200


def test_the_front_door_leads_to_the_post_used_last(cast: Cast, client_of: ClientOf) -> None:
    post = make.make_post(cast.user("duo"), Role.SECRETARY, cast.organization("东一村"))
    session = db.session.scalars(
        select(UserSession).where(UserSession.user_id == cast.user("duo").id)
    ).one()
    for last, place in ((post.id, "东一村"), (None, "东二村")):
        session.last_post_id = last
        answer = client_of("duo").get("/")
        assert answer.headers["Location"].endswith(home(cast, place))


def test_a_stranger_finds_the_way_in(app: Any, cast: Cast) -> None:
    browser = Client(app)
    page = look(browser, "/")
    links = {link["href"] for link in page.select("#main a")}
    assert {"/login", "/find", "/venues", "/activities", "/verify", "/services"} <= links
    assert {"/statistics", "/privacy", "/help"} <= links
    found = look(browser, "/find?q=东一村")
    one = f"/organizations/{cast.code('东一村')}"
    assert [link["href"] for link in found.select("#found a")] == [one]
    assert "东镇 · 东县 · 东市" in found.select_one("#found").text


@pytest.mark.covers("C8", "V1")
def test_ones_own_home_begins_with_the_button_to_log_hours(cast: Cast, client_of: ClientOf) -> None:
    page = look(client_of("ada"), "/me")
    assert page.select_one("#main a")["href"] == "/me/hours/new"
    assert "还没有时长" in page.main.text
    member = look(client_of("mia"), "/me")
    assert member.select_one("#main a[href='/me/card']")
    make.make_user(make.make_person("试新人"))
    assert not member.select("#main a[href='/me/hours/new']")


def test_somebody_who_joined_nothing_is_told_how(cast: Cast, client_of: ClientOf) -> None:
    page = look(client_of("sam"), "/me")
    assert "还没有加入组织" in page.main.text
    assert page.select_one("#main a.button")["href"] == "/find"


def test_the_operator_sees_no_person(cast: Cast, client_of: ClientOf) -> None:
    page = look(client_of("opal"), f"/o/{cast.code('测试省')}/system")
    assert "人" not in page.main.text.replace("个人信息", "")
    assert client_of("opal").get(home(cast, "测试省")).status_code == 403
    assert client_of("gil").get(f"/o/{cast.code('测试省')}/system").status_code == 403
