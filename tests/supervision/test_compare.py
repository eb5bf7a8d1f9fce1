"""Comparison of one level: by name, shares only, off where the province says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core import clock, switches
from core.database import db
from core.switches import Switch
from organizations.figures_runs import NIGHTLY
from organizations.models import FigureStock
from organizations.operations.tallies import note_run
from organizations.rules import Measure
from supervision.indicators.comparing import COMPARED
from supervision.indicators.defaults import INDICATORS
from supervision.indicators.rules import Unit
from supervision.rules import months_before
from tests.cast import Cast
from tests.client import Client
from tests.supervision.parts import add, look

ClientOf = Callable[[str], Client]


def compare(cast: Cast, place: str, more: str = "") -> str:
    return f"/o/{cast.code(place)}/compare{more}"


def rows(page: Any) -> list[list[str]]:
    return [
        [" ".join(cell.text.split()) for cell in row.select("th, td")]
        for row in page.select("#rows tr")
    ]


@pytest.mark.covers("S45")
def test_a_county_sees_its_neighbours_by_name_with_gap_and_change(
    cast: Cast, client_of: ClientOf
) -> None:
    """Who is second by rate stands first by name; the way leads to the own rows only."""
    for place, branches in (("东县", 8), ("西县", 9)):
        add(cast, place, Measure.SCHOOLS, 10)
        add(cast, place, Measure.SCHOOL_BRANCHES, branches)
    month = months_before(clock.today().year, clock.today().month, 2)[0]
    for place, branches in (("东县", 5), ("西县", 9)):
        for measure, value in ((Measure.SCHOOLS, 10), (Measure.SCHOOL_BRANCHES, branches)):
            one = cast.organization(place).id
            db.session.add(
                FigureStock(organization_id=one, measure=measure, part="", month=month, value=value)
            )
    page = look(client_of("cora"), compare(cast, "东县"))
    assert rows(page) == [
        ["东县 本级", "80.00%", "需关注，差 20.00 个百分点", "+30.00 个百分点"],
        ["西县", "90.00%", "需关注，差 10.00 个百分点", "0.00 个百分点"],
    ]
    assert [link["href"] for link in page.select("#rows a")] == [
        f"/o/{cast.code('东县')}/supervise?metric=I15"
    ]
    assert [one.text for one in page.select("#main ol li")] == ["东县，+30.00 个百分点"]
    assert len(look(client_of("eve"), compare(cast, "东县")).select("#rows a")) == 2


@pytest.mark.covers("AZ-07", "S45")
def test_a_neighbour_s_few_people_stay_hidden_from_who_reads_names_at_home(
    cast: Cast, client_of: ClientOf
) -> None:
    for place, people, without in (("东县", 100, 3), ("西县", 100, 2)):
        add(cast, place, Measure.ADULT_MEMBERS, people)
        add(cast, place, Measure.MISSING_ID, without)
    found = rows(look(client_of("cora"), compare(cast, "东县", "?metric=I21")))
    assert [row[1] for row in found][1] == "人数过少"


@pytest.mark.covers("AZ-07", "S45")
def test_a_change_by_few_people_is_told_in_no_column(cast: Cast, client_of: ClientOf) -> None:
    """Both month ends are of many; of 100 pupils the two who joined would be 2 points (ADR 0044).

    The comparison, the drill-down and the desk of data quality follow one rule.
    """
    month = months_before(clock.today().year, clock.today().month, 2)[0]
    for place, now, then in (("东县", 60, 40), ("西县", 40, 38)):
        numbers = {Measure.YOUTH_MEMBERS: now, Measure.PUPILS: 100, Measure.DESK_PEOPLE: 100}
        for measure, value in {**numbers, Measure.DESK_NO_PHONE: now}.items():
            add(cast, place, measure, value)
            was = then if value == now else value
            one = cast.organization(place).id
            db.session.add(
                FigureStock(organization_id=one, measure=measure, part="", month=month, value=was)
            )
    note_run(NIGHTLY, clock.today(), clock.now())
    db.session.commit()
    eve, city = client_of("eve"), cast.code("东市")
    page = look(eve, compare(cast, "东县", "?metric=I16-pupils"))
    changes = {row[0].split()[0]: row[3] for row in rows(page)}
    assert changes == {"东县": "+20.00 个百分点", "西县": "人数过少"}
    assert [one.text for one in page.select("#main ol li")] == ["东县，+20.00 个百分点"]
    drilled = rows(look(eve, f"/o/{city}/supervise?metric=I16-pupils"))
    assert {row[0][:2]: row[3] for row in drilled} == changes
    told = [
        look(eve, f"/o/{cast.code(place)}/quality").select_one("#tree").text
        for place in ("东县", "西县")
    ]
    assert ["+20" in told[0], "+2" in told[1]] == [True, False]
    own = look(client_of("dan"), f"/o/{cast.code('西县')}/quality")
    assert "+2" in own.select_one("#tree").text


@pytest.mark.covers("S45")
def test_only_shares_are_compared_and_never_people() -> None:
    for code in COMPARED:
        assert INDICATORS[code].unit in {Unit.SHARE, Unit.PER_THOUSAND}


@pytest.mark.covers("S45")
def test_the_province_switches_it_off_and_the_page_says_so(cast: Cast, client_of: ClientOf) -> None:
    province = cast.organization("测试省")
    add(cast, "东县", Measure.SCHOOLS, 10)
    assert rows(look(client_of("cora"), compare(cast, "东县")))
    row = Switch(
        name="comparison.shown",
        organization_id=province.id,
        is_top=True,
        valid_from=clock.today() - timedelta(days=1),
        value=0,
        reason="试点",
        decided_at=clock.now(),
        stamp=switches.new_stamp(),
    )
    db.session.add(row)
    page = look(client_of("cora"), compare(cast, "东县"))
    assert "关闭了同级对比" in page.main.text
    assert not page.select("#rows")


@pytest.mark.covers("S45", "S27")
def test_who_keeps_a_branch_does_not_compare(cast: Cast, client_of: ClientOf) -> None:
    assert client_of("ben").get(compare(cast, "东一村")).status_code == 403
    assert client_of("tom").get(compare(cast, "东镇")).status_code == 403
    assert client_of("cora").get(compare(cast, "西县")).status_code == 404
    assert client_of("cora").get(compare(cast, "东县", "?metric=I05")).status_code == 404
    twice = compare(cast, "东县", "?metric=I15&metric=I21")
    assert client_of("cora").get(twice).status_code == 404
    low = look(client_of("cora"), compare(cast, "东镇"))
    assert "同级对比只在县（市、区）之间、市之间做" in low.main.text
