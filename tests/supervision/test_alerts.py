"""Alerts begin and end by themselves, stand where somebody acts on them, and tell nobody's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask

from core import clock
from core.access.permissions import Level, Permission, Reach, Role
from core.access.scope import HeldPost, Principal, Scope
from core.audit.operations import SYSTEM
from core.database import db
from members.rules import MembershipStatus
from organizations.models import FigureStock
from organizations.rules import Measure, OrganizationKind, OrganizationStatus
from supervision.alerts.defaults import RULES
from supervision.alerts.models import Alert
from supervision.alerts.operations import set_threshold
from supervision.alerts.queries import open_alerts, thresholds_on
from supervision.alerts.rules import Colour, Threshold
from supervision.indicators.operations import TargetFacts, set_target
from supervision.rollup.operations import nightly
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.supervision.order_parts import alert_at, late_elections, night
from tests.supervision.parts import add, home, look

ClientOf = Callable[[str], Client]


def alerts_of(page: Any) -> dict[str, str]:
    """Return what the home tells of alerts: label -> organizations."""
    return {
        row.select_one(".link-rows-label").contents[0].strip(): f"{row.select_one('.count').text} "
        + row.select_one(".note").text.partition(" · ")[0].split()[-1]
        for row in page.select("#alerts li")
        if row.select_one(".count")
    }


def rows(page: Any) -> list[str]:
    return [row.th.a.text for row in page.select("#rows tr")]


@pytest.mark.covers("S18", "C1")
def test_an_overdue_election_is_red_at_county_and_city_on_their_homes(
    cast: Cast, client_of: ClientOf
) -> None:
    late_elections(cast, "东一村")
    assert night() == (3, 0)  # the village, its county, its city
    county = look(client_of("cora"), home(cast, "东县"))
    assert alerts_of(county) == {"换届超期": "1 个组织"}
    assert county.select_one("#alerts .tag").text == "红色"
    city = look(client_of("eve"), home(cast, "东市"))
    assert alerts_of(city) == {"换届超期": "1 个组织"}
    listed = look(client_of("eve"), city.select_one("#alerts a")["href"])
    assert rows(listed) == ["东县"]
    concerned = look(client_of("eve"), listed.select_one("#rows a")["href"])
    assert "状态" in concerned.text or concerned.h1
    assert rows(look(client_of("cora"), f"/o/{cast.code('东县')}/alerts")) == ["东一村"]
    assert alerts_of(look(client_of("noa"), home(cast, "北县"))) == {}


def test_evaluating_again_changes_nothing_and_a_figure_that_recovers_ends_its_alert(
    cast: Cast,
) -> None:
    late_elections(cast, "东一村", 2)
    assert night() == (3, 0)
    before = {row.code: (row.figure, row.since) for row in db.session.query(Alert)}
    assert night() == (0, 0)
    assert {row.code: (row.figure, row.since) for row in db.session.query(Alert)} == before
    late_elections(cast, "东一村", -2)
    assert night() == (0, 3)
    ended = db.session.query(Alert).populate_existing().all()
    assert {row.ended_on for row in ended} == {clock.today()}
    late_elections(cast, "东一村")
    assert night() == (3, 0)
    assert db.session.query(Alert).count() == 6  # the earlier ones stay as history


def test_an_alert_follows_its_figure_from_yellow_to_red_and_keeps_its_first_day(cast: Cast) -> None:
    add(cast, "东县", Measure.SCHOOLS, 10)
    add(cast, "东县", Measure.SCHOOL_BRANCHES, 9)
    night()
    found = alert_at("东县", "A06")
    assert (found.colour, found.figure, found.red_since) == (Colour.YELLOW, 9_000, None)
    found.since = found.as_of = clock.today() - timedelta(days=9)
    db.session.flush()
    add(cast, "东县", Measure.SCHOOL_BRANCHES, -3)
    night()
    db.session.expire_all()
    found = alert_at("东县", "A06")
    assert (found.colour, found.figure, found.threshold) == (Colour.RED, 6_000, 8_000)
    assert found.since == clock.today() - timedelta(days=9)
    assert found.red_since == found.as_of == clock.today()


def test_what_comes_near_its_deadline_is_yellow(cast: Cast, client_of: ClientOf) -> None:
    village = cast.organization("东一村")
    village.term_ends_on = clock.today() + timedelta(days=20)
    db.session.flush()
    night()
    found = alert_at("东一村")
    assert (found.colour, found.figure, found.near) == (Colour.YELLOW, 0, 1)
    assert alert_at("东县").near == 1
    page = look(client_of("cora"), f"/o/{cast.code('东县')}/alerts")
    assert page.select_one("#rows").get_text(" ").count("快到期") == len(page.select("#rows tr"))
    assert "快到期 1 个" in page.select_one("#rows").get_text(" ")


def test_a_filing_is_yellow_from_four_fifths_of_its_days_on_and_red_when_they_are_over(
    cast: Cast,
) -> None:
    """Of 15 working days 12 are over on the last three: that is when a county can still act."""
    today, colours = clock.today(), {}
    joined = make.make_membership(make.make_person(), cast.organization("东一村"))
    joined.status = MembershipStatus.APPROVED
    ends = {left: clock.add_working_days(today, left) for left in (4, 3, 1)}
    for left, due in {**ends, -1: today - timedelta(days=3)}.items():
        approved = due
        while clock.add_working_days(approved, 15) > due:
            approved -= timedelta(days=1)
        joined.approved_at = clock.at(approved, time(9))
        db.session.commit()
        nightly(today, keep=db.session.commit, now=clock.now(), told=lambda *_told: None)
        night()
        found = db.session.query(Alert).filter_by(rule="A02", ended_on=None)
        places = {row.organization.name: row.colour for row in found}
        assert places.get("东县") is places.get("东市")
        colours[left] = places.get("东县")
    assert colours == {4: None, 3: Colour.YELLOW, 1: Colour.YELLOW, -1: Colour.RED}


def test_an_organization_that_stopped_has_no_alert(cast: Cast) -> None:
    late_elections(cast, "东二村")
    cast.organization("东二村").status = OrganizationStatus.DISSOLVED
    db.session.flush()
    night()
    places = {row.organization.name for row in db.session.query(Alert)}
    assert places == {"东县", "东市"}


def test_the_latest_alert_stands_first_red_before_yellow(cast: Cast, client_of: ClientOf) -> None:
    today = clock.today()
    for name, days, colour in (("东一村", 3, "red"), ("东二村", 9, "red"), ("东镇", 30, "yellow")):
        late_elections(cast, name)
        night()
        found = alert_at(name)
        since = today - timedelta(days=days)
        found.since, found.colour = since, Colour(colour)
        found.red_since = since if colour == "red" else None
    db.session.flush()
    listed = look(client_of("cora"), f"/o/{cast.code('东县')}/alerts")
    assert rows(listed) == ["东二村", "东一村", "东镇"]
    only = look(client_of("cora"), f"/o/{cast.code('东县')}/alerts?colour=yellow")
    assert rows(only) == ["东镇"]


def test_every_page_of_a_long_list_follows_the_last(cast: Cast, client_of: ClientOf) -> None:
    county = cast.organization("东县")
    for number in range(60):
        place = make.make_organization(OrganizationKind.VILLAGE, f"东长村{number}", county)
        late_elections(cast, place.name)
    night()
    seen: list[str] = []
    path = f"/o/{county.code}/alerts"
    while path:
        page = look(client_of("cora"), path)
        seen += rows(page)
        more = page.select_one("#rows-more a")
        path = more["href"] if more else ""
    assert len(seen) == len(set(seen)) == 60


@pytest.mark.covers("AZ-07")
def test_few_people_are_not_told_above_and_are_at_the_county_that_knows_them(
    cast: Cast, client_of: ClientOf
) -> None:
    add(cast, "东小学", Measure.MINORS, 30)
    add(cast, "东小学", Measure.MINORS_CONSENTED, 28)
    add(cast, "东一村", Measure.OVERDUE_APPLICATIONS, 3)
    night()
    city = look(client_of("eve"), f"/o/{cast.code('东市')}/alerts")
    assert {row.select(".num")[0].text for row in city.select("#rows tr")} == {"人数过少"}
    county = look(client_of("cora"), f"/o/{cast.code('东县')}/alerts?rule=A01")
    assert county.select_one("#rows .num").text == "3 件"
    school = look(client_of("finn"), f"/o/{cast.code('东小学')}/alerts")
    assert school.select_one("#rows .num").text == "93.33%"


def test_the_province_draws_a_line_anew_and_the_old_one_stays_to_be_read(
    cast: Cast, client_of: ClientOf
) -> None:
    org, today = cast.code("测试省"), clock.today()
    late_elections(cast, "东县", 2)
    gil = client_of("gil")
    form = {
        "level": "county",
        "valid_from": today.isoformat(),
        "yellow": "2",
        "red": "3",
        "source": "省会办公会",
    }
    answer = gil.post(f"/o/{org}/alerts/rules/set?rule=A03", form)
    assert answer.status_code == 303
    night()
    assert alert_at("东县").colour is Colour.YELLOW
    assert alert_at("东市").colour is Colour.RED
    page = look(gil, f"/o/{org}/alerts/rules")
    assert "省会办公会" in page.text
    lines = page.select_one("#A03-rows").text
    assert lines.count("系统自带") == 4
    wrong = gil.post(f"/o/{org}/alerts/rules/set?rule=A03", {**form, "red": "1"})
    assert wrong.status_code == 422
    assert client_of("eve").get(f"/o/{cast.code('东市')}/alerts/rules").status_code == 200
    refused = client_of("eve").post(f"/o/{cast.code('东市')}/alerts/rules/set?rule=A03", form)
    assert refused.status_code == 403


def test_a_line_of_a_coming_day_does_not_hold_yet_and_one_may_be_switched_off(cast: Cast) -> None:
    today, rule = clock.today(), RULES["A03"]
    later = Threshold(50, 60, "通知", True, today + timedelta(days=1))
    set_threshold(rule, Level.COUNTY, later, by=SYSTEM, now=clock.now())
    assert thresholds_on(today)["A03", Level.COUNTY].red == 1
    assert thresholds_on(today + timedelta(days=1))["A03", Level.COUNTY].red == 60
    late_elections(cast, "东一村")
    off = Threshold(None, None, "通知", False, today)
    set_threshold(rule, Level.UNIT, off, by=SYSTEM, now=clock.now())
    night()
    assert {row.organization.name for row in db.session.query(Alert)} == {"东县", "东市"}


def test_a_year_that_lags_behind_its_target_is_an_alert_until_the_target_goes(cast: Cast) -> None:
    year, now = clock.today().year, clock.now()
    add(cast, "东县", Measure.NEW_ADULTS, 1, year)

    def ask(value: str) -> None:
        facts = TargetFacts("I05-new", year, "", "东县", value, "工作计划")
        set_target(facts, by=SYSTEM, now=now)
        db.session.commit()

    ask("50000")
    night()
    assert alert_at("东县", "A11").colour is Colour.RED
    ask("")
    night()
    assert db.session.query(Alert).filter_by(ended_on=None, rule="A11").count() == 0


def test_the_months_of_a_figure_stand_beside_it(cast: Cast, client_of: ClientOf) -> None:
    village, today = cast.organization("东一村"), clock.today()
    late_elections(cast, "东一村", 7)
    month = (today.replace(day=1) - timedelta(days=1)).strftime("%Y%m")
    before = (today.replace(day=1) - timedelta(days=40)).strftime("%Y%m")
    for name, value in ((month, 6), (before, 2)):
        db.session.add(
            FigureStock(
                organization_id=village.id,
                measure=Measure.OVERDUE_ELECTIONS,
                part="",
                month=int(name),
                value=value,
            )
        )
    night()
    page = look(client_of("cora"), f"/o/{cast.code('东县')}/alerts")
    assert page.select_one("#rows svg title").text == "东一村换届超期，最近 2 个月"


def test_alerts_of_a_hundred_organizations_ask_no_more_than_those_of_ten(
    cast: Cast, client_of: ClientOf, count_statements: Any
) -> None:
    county = cast.organization("东县")

    def grow(prefix: str, count: int) -> None:
        for number in range(count):
            place = make.make_organization(OrganizationKind.VILLAGE, f"{prefix}{number}", county)
            late_elections(cast, place.name)
        night()

    def counted(who: str, path: str) -> int:
        browser = client_of(who)
        browser.get(path)
        db.session.commit()
        with count_statements() as seen:
            assert browser.get(path).status_code == 200
        return len([one for one in seen if "RELEASE" not in one])

    paths = [
        ("cora", f"/o/{county.code}/alerts"),
        ("eve", f"/o/{cast.code('东市')}/alerts"),
        ("cora", home(cast, "东县")),
        ("gil", home(cast, "测试省")),
    ]
    grow("甲", 10)
    ten = [counted(*one) for one in paths]
    grow("乙", 100)
    hundred = [counted(*one) for one in paths]
    assert ten == hundred
    assert max(hundred) <= 8


def test_open_alerts_are_one_statement_for_a_home(cast: Cast, count_statements: Any) -> None:
    late_elections(cast, "东一村")
    add(cast, "东二村", Measure.SILENT_VENUES, 4)
    night()
    post = HeldPost(0, Role.OFFICER, cast.organization("东县").place)
    scope = Scope(
        post.place, post, Principal(0, None, (post,)), Permission.ORDERS_VIEW, Reach.BELOW
    )
    db.session.commit()
    with count_statements() as seen:
        found = open_alerts(scope, 1)
    assert len(seen) == 1
    assert [(one.rule, one.organizations) for one in found] == [("A03", 1)]


def test_a_township_answers_for_its_own_and_not_for_its_villages(cast: Cast) -> None:
    late_elections(cast, "东一村")
    night()
    places = {row.organization.name for row in db.session.query(Alert)}
    assert places == {"东一村", "东县", "东市"}
    late_elections(cast, "东镇")
    night()
    assert alert_at("东镇").figure == 1
    assert alert_at("东县").figure == 2


def test_the_command_looks_at_everything_and_may_run_twice(app: Flask, cast: Cast) -> None:
    late_elections(cast, "东一村")
    db.session.commit()
    runner = app.test_cli_runner()
    first = runner.invoke(args=["alerts", "evaluate"])
    assert first.output.startswith("3 alerts began, 0 ended"), first.output
    assert runner.invoke(args=["alerts", "evaluate"]).output.startswith("0 alerts began, 0 ended")
