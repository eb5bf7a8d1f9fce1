"""Tabs, sidebar, breadcrumb and the acting role: no dead end, no level that may not be seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from core.access.permissions import Level, Role
from core.access.rights import RIGHTS
from supervision import menu, tabs
from tests.cast import PARTS, Cast
from tests.client import Client
from tests.supervision.parts import look

ClientOf = Callable[[str], Client]

STAFF = {
    "ben": ["待办", "成员", "活动", "我的"],
    "tom": ["待办", "成员", "活动", "我的"],
    "finn": ["待办", "班级", "活动", "我的"],
    "cora": ["督导", "组织", "备案", "我的"],
    "eve": ["督导", "组织", "学校", "我的"],
    "gil": ["督导", "组织", "学校", "我的"],
    "sam": ["督导", "组织", "学校", "我的"],
    "tess": ["首页", "活动", "记时长", "我的"],
    "opal": ["系统", "我的"],
    "pia": ["督导", "请求", "办件", "我的"],
}


def labels(page: Any) -> list[str]:
    found = []
    for tab in page.select(".tabs a"):
        if tab.select_one(".badge"):
            tab.select_one(".badge").extract()
        found.append(tab.text.strip())
    return found


def home_page(cast: Cast, browser: Client) -> Any:
    return look(browser, browser.get("/").headers["Location"])


@pytest.mark.parametrize("pair", list(RIGHTS))
def test_every_post_has_at_most_four_short_tabs(pair: tuple[Role, Level], app: Flask) -> None:
    role, level = pair
    choices = menu.choices_of(role, level)
    entries = choices.tabs
    assert 2 <= len(entries) <= 4
    with app.test_request_context():
        assert all(len(str(entry.label)) <= 3 for entry in entries)
    for entry in (*entries, *choices.sidebar, *menu.OWN_SIDEBAR, *tabs.OWN_TABS):
        assert {entry.endpoint, *entry.also} <= set(app.view_functions)


@pytest.mark.parametrize("who", list(STAFF))
def test_every_tab_and_sidebar_link_of_a_post_opens(
    cast: Cast, client_of: ClientOf, who: str
) -> None:
    browser = client_of(who)
    page = home_page(cast, browser)
    assert labels(page) == STAFF[who]
    assert len(page.select(".tabs a[aria-current=page]")) == 1
    links = {link["href"] for link in page.select(".tabs a, .sidebar a")}
    assert links
    assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize("who", list(STAFF))
def test_a_phone_finds_every_way_of_the_sidebar_on_the_home(
    cast: Cast, client_of: ClientOf, who: str
) -> None:
    page = home_page(cast, client_of(who))
    wide = {link["href"] for link in page.select(".sidebar a")}
    narrow = {link["href"] for link in page.select(".tabs a, .menu a, #main > .link-rows a")}
    assert wide
    assert not wide - narrow


def test_a_phone_finds_every_way_for_oneself_on_the_home(cast: Cast, client_of: ClientOf) -> None:
    page = look(client_of("mia"), "/me")
    wide = {link["href"] for link in page.select(".sidebar a")}
    assert {"/me/appointments", "/me/matters", "/venues/near"} <= wide
    assert not wide - {link["href"] for link in page.select(".tabs a, .menu a")}


@pytest.mark.parametrize(
    ("who", "missing"),
    [
        ("ben", {"组织", "学校"}),
        ("tess", {"组织", "学校"}),
        ("tom", {"学校"}),
        ("cora", {"加入海报"}),
    ],
)
def test_a_level_is_not_led_to_what_makes_no_sense_there(
    cast: Cast, client_of: ClientOf, who: str, missing: set[str]
) -> None:
    page = home_page(cast, client_of(who))
    words = {link.get_text(strip=True) for link in page.select(".tabs a, .sidebar a")}
    assert words
    assert not words & missing


@pytest.mark.parametrize("who", ["mia", "ada", "hana", "rex", "sam"])
def test_every_link_for_oneself_opens(cast: Cast, client_of: ClientOf, who: str) -> None:
    browser = client_of(who)
    page = look(browser, "/me")
    assert labels(page) == ["首页", "活动", "记时长", "我的"]
    links = {link["href"] for link in page.select(".tabs a, .sidebar a, #main a")}
    assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.covers("C2")
@pytest.mark.parametrize(
    ("who", "place", "screen", "linked"),
    [
        ("gil", "东一村", "home", ["测试省", "东市", "东县", "东镇"]),
        ("gil", "东县", "organizations", ["测试省", "东市"]),
        ("eve", "东一村", "home", ["东市", "东县", "东镇"]),
        ("cora", "东一村", "schools", ["东县", "东镇"]),
        ("ben", "东一村", "home", []),
        ("tess", "东一村", "home", []),
    ],
)
def test_the_breadcrumb_links_only_what_may_be_seen_and_keeps_the_screen(
    cast: Cast, client_of: ClientOf, who: str, place: str, screen: str, linked: list[str]
) -> None:
    browser = client_of(who)
    page = look(browser, f"/o/{cast.code(place)}/{screen}")
    crumbs = page.select_one(".crumbs")
    assert crumbs["aria-label"] == "组织层级"
    assert crumbs.select_one("[aria-current=page]").text == place
    links = {link["href"] for link in crumbs.select("a")}
    assert links == {f"/o/{cast.code(name)}/{screen}" for name in linked}
    assert all(browser.get(link).status_code == 200 for link in links)


@pytest.mark.covers("C8")
def test_the_role_is_changed_in_two_taps(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of("duo")
    page = home_page(cast, browser)
    chip = page.select_one("a.acting")
    assert chip.span.text == "东二村 · 秘书"
    switch = look(browser, chip["href"])
    targets = {link["href"] for link in switch.select("#main a")}
    assert {"/me", f"/o/{cast.code('东二村')}/home"} <= targets


def test_a_post_acts_in_its_own_name_also_below(cast: Cast, client_of: ClientOf) -> None:
    page = look(client_of("cora"), f"/o/{cast.code('东一村')}/home")
    assert page.select_one("a.acting span").text == "东县 · 工作人员"
    tab = page.select_one(".tabs a")
    assert tab["href"] == f"/o/{cast.code('东县')}/home"


def test_an_error_page_in_a_post_keeps_the_navigation(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of("ben").get(f"/o/{cast.code('东一村')}/schools")
    assert answer.status_code == 200
    missing = client_of("ben").get(f"/o/{cast.code('西一村')}/home")
    assert missing.status_code == 404
    assert cast.code("西一村") not in missing.text.replace(f"/o/{cast.code('西一村')}/home", "")
    assert set(STAFF) <= set(PARTS)


def test_a_county_reaches_the_posts_of_its_villages_from_its_own_list(
    cast: Cast, client_of: ClientOf
) -> None:
    browser = client_of("cora")
    county, village = cast.code("东县"), cast.code("东一村")
    own = {link["href"] for link in look(browser, f"/o/{county}/grants").select("#main a")}
    assert f"/o/{county}/grants/new" not in own
    assert f"/o/{county}/organizations" in own
    rows = look(browser, f"/o/{county}/grants?show=below").select("#rows a[href]")
    below = {str(link["href"]) for link in rows}
    assert f"/o/{village}/grants" in below
    posts = [link for link in below if link.startswith(f"/o/{village}/posts/")]
    assert posts
    assert browser.get(posts[0]).status_code == 200
    assert not [link for link in below if link.startswith(f"/o/{county}/posts/")]
    there = look(browser, f"/o/{village}/grants").select("#main a[href]")
    assert f"/o/{village}/grants/new" in {link["href"] for link in there}
