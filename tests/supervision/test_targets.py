"""Targets, pace, and versions of indicators: entered by the province, read by all below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from core.access.permissions import Level
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from organizations.rules import Measure
from organizations.rules.veil import veil
from supervision.indicators import queries
from supervision.indicators.counting import at_of
from supervision.indicators.defaults import INDICATORS
from supervision.indicators.drafting import Draft, target_value
from supervision.indicators.operations import TargetFacts, enter_version, set_target
from supervision.indicators.pace import Standing, Target, before, gap, is_period, passed_of
from supervision.indicators.rules import Better, Reading, Shape
from supervision.indicators.units import FLOWS, UNIT_OF
from tests.cast import Cast
from tests.client import Client
from tests.supervision.parts import add, home, look, tile
from tests.supervision.test_drill import drill, rows

ClientOf = Callable[[str], Client]
YEAR = Target(1_000, 2026, "计划")


@pytest.mark.parametrize(
    ("value", "passed", "is_over", "standing"),
    [
        (1_000, 50, False, Standing.REACHED),
        (500, 50, False, Standing.ON_PACE),
        (499, 50, False, Standing.NEAR),
        (400, 50, False, Standing.NEAR),
        (399, 50, False, Standing.BEHIND),
        (999, 100, True, Standing.MISSED),
        (1_000, 100, True, Standing.REACHED),
    ],
)
def test_from_80_per_cent_of_the_pace_on_a_value_is_near(
    value: int, passed: int, is_over: bool, standing: Standing
) -> None:
    reading = Reading(value, value)
    found = gap(reading, YEAR, Better.MORE, near_percent=80, passed=passed, is_over=is_over)
    assert found is not None
    assert found.standing is standing
    assert found.missing == 1_000 - value


@pytest.mark.parametrize(
    ("value", "standing"),
    [(100, Standing.REACHED), (101, Standing.NEAR), (125, Standing.NEAR), (126, Standing.BEHIND)],
)
def test_where_less_is_better_the_gap_is_what_is_too_much(value: int, standing: Standing) -> None:
    found = gap(Reading(value, value), Target(100, 2026, ""), Better.LESS, near_percent=80)
    assert found is not None
    assert (found.standing, found.missing) == (standing, value - 100)


def test_only_what_adds_up_over_the_year_has_a_pace() -> None:
    july = date(2026, 7, 2)
    assert passed_of(Shape.FLOW, 2026, july, is_flow=True) == 50
    assert passed_of(Shape.FLOW, 2025, july, is_flow=True) == 100
    assert passed_of(Shape.SHARE, 2026, july, is_flow=True) == 100
    assert passed_of(Shape.STOCK, 0, july, is_flow=False) == 100


@pytest.mark.covers("AZ-07")
@given(st.dictionaries(st.integers(1, 30), st.integers(1, 40), max_size=12), st.integers(2, 9))
def test_what_is_hidden_is_never_one_alone_nor_few_together(
    numbers: dict[int, int], floor: int
) -> None:
    few = [row for row, value in numbers.items() if value < floor]
    found = veil(numbers, few, floor)
    hidden = [row for row, value in numbers.items() if found.hides(row, value)]
    assert set(few) <= set(hidden)
    is_told = hidden and (len(hidden) < 2 or sum(numbers[row] for row in hidden) < floor)
    assert not is_told or (found.zeros and len(hidden) == len(numbers))
    assert bool(hidden) is bool(few)


@pytest.mark.parametrize(
    "text", ["202600", "202613", "20261", "0", "1", "-2026", "999999", "２０２６"]
)
def test_a_period_that_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(RuleViolation):
        at_of(INDICATORS["I12"], text, date(2026, 11, 30))
    assert [before(202601), before(202611), before(2026)] == [202512, 202610, 2025]
    assert is_period(202611)


def test_no_indicator_adds_unlike_things() -> None:
    """Persons and person-times, stocks and flows (domain.md STA-04)."""
    for one in INDICATORS.values():
        for terms in (one.of, one.out_of):
            assert len({UNIT_OF[each.measure] for each in terms}) <= 1, one.code
            assert len({each.measure in FLOWS for each in terms}) <= 1, one.code
        assert {each.measure in FLOWS for each in one.terms} <= {one.is_flow}, one.code
    assert {code.partition("-")[0] for code in INDICATORS} == {f"I{n:02d}" for n in range(1, 24)}


def facts(code: str, value: str, level: str = "", organization: str = "") -> TargetFacts:
    return TargetFacts(code, clock.today().year, level, organization, value, "省会〔2026〕1号")


@pytest.mark.covers("S43")
def test_the_nearest_target_holds_and_the_lower_level_sees_it(
    cast: Cast, client_of: ClientOf
) -> None:
    add(cast, "东县", Measure.ADULT_MEMBERS, 80)
    add(cast, "西县", Measure.ADULT_MEMBERS, 80)
    now = clock.now()
    set_target(facts("I05", "160", level="county"), by=SYSTEM, now=now)
    set_target(facts("I05", "90", organization="东县"), by=SYSTEM, now=now)
    found = rows(look(client_of("eve"), drill(cast, "东市", "I05")))
    assert (found["东县"][1], found["西县"][1]) == ("需关注，差 10 人", "落后，差 80 人")
    page = look(client_of("cora"), home(cast, "东县"))
    assert tile(page, "成人会员") == "80人"
    assert "目标 90 人" in page.main.text
    sheet = look(client_of("cora"), f"/o/{cast.code('东县')}/indicator?metric=I05")
    texts = " ".join(sheet.select_one("#targets").text.split())
    assert "本组织 90 人" in texts
    set_target(facts("I05", "", organization="东县"), by=SYSTEM, now=now)
    county = cast.organization("东县")
    year, today = clock.today().year, clock.today()
    left = queries.target_of("I05", year, county.id, Level.COUNTY, today)
    assert left is not None
    assert left.value == 160
    assert queries.target_of("I07", year, county.id, Level.COUNTY, today) is None


def test_targets_of_the_rules_hold_where_nobody_entered_one(
    cast: Cast, client_of: ClientOf
) -> None:
    """Five per 1,000 residents, every school (domain.md I11, I15)."""
    add(cast, "东县", Measure.RESIDENTS, 10_000)
    add(cast, "东县", Measure.REGISTERED_VOLUNTEERS, 45)
    page = look(client_of("cora"), drill(cast, "东县", "I11"))
    assert page.select_one(".tile-value").text.startswith("4.50")
    assert "需关注，差 0.50" in page.main.text


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("I15", "95", 9_500),
        ("I15", "99.95%", 9_995),
        ("I11", "5", 500),
        ("I12", "1.5", 90),
        ("I08", "20,000.50", 2_000_050),
        ("I05", "７００", 700),
        ("I05", "", None),
    ],
)
def test_a_target_is_typed_in_the_unit_of_the_screen(
    code: str, text: str, value: int | None
) -> None:
    assert target_value(INDICATORS[code], text) == value


@pytest.mark.parametrize(
    ("code", "text"),
    [("I15", "101"), ("I05", "1.5"), ("I05", "-1"), ("I05", "NaN"), ("I05", "1e99"), ("I05", "多")],
)
def test_what_is_no_target_is_refused(code: str, text: str) -> None:
    with pytest.raises(RuleViolation):
        target_value(INDICATORS[code], text)


def test_the_province_enters_targets_on_a_page_with_an_audit_event(
    cast: Cast, client_of: ClientOf
) -> None:
    path = f"/o/{cast.code('测试省')}/indicator/target?metric=I05"
    year = str(clock.today().year)
    wrong = {"year": "1999", "value": "5", "level": "county", "source": "x"}
    assert client_of("gil").post(path, wrong).status_code == 422
    nobody = {"year": year, "value": "5", "organization": "没有县", "source": "x"}
    assert client_of("gil").post(path, nobody).status_code == 422
    sent = {"year": year, "value": "5", "level": "county", "source": "省会纪要"}
    assert client_of("gil").post(path, sent).status_code == 303
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "indicators.target")
    ).one()
    assert '"value": 5' in event.details or "5" in str(event.details)
    assert client_of("eve").post(path, sent).status_code == 404


def draft(**changes: object) -> Draft:
    values: dict[str, object] = {
        "name": "会员总数",
        "name_en": "Members",
        "formula": "成人会员和青少年会员",
        "source": "省会〔2026〕2号",
        "of": ["adult_members", "youth_members"],
        "out_of": [],
    }
    return Draft(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.covers("S29")
def test_a_version_holds_from_its_day_and_the_earlier_ones_stay(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(cast, "东县", Measure.ADULT_MEMBERS, 50)
    add(cast, "东县", Measure.YOUTH_MEMBERS, 70)
    today, browser = clock.today(), client_of("cora")
    first = today + timedelta(days=3)
    enter_version("I05", draft(), first, by=SYSTEM, now=clock.now())
    assert tile(look(browser, drill(cast, "东县", "I05")), "成人会员") == "50人"
    monkeypatch.setattr(clock, "today", lambda: first)
    page = look(browser, drill(cast, "东县", "I05"))
    assert page.h1.text == "会员总数"
    assert tile(page, "会员总数") == "120人"
    assert tile(look(browser, home(cast, "东县")), "会员总数") == "120人"
    sheet = look(browser, f"/o/{cast.code('东县')}/indicator?metric=I05")
    versions = [" ".join(row.text.split()) for row in sheet.select("#versions tr")]
    assert versions[0].startswith("第 2 版")
    assert "现行" in versions[0]
    assert versions[1].startswith("第 1 版")
    monkeypatch.undo()
    assert tile(look(browser, drill(cast, "东县", "I05")), "成人会员") == "50人"
    assert queries.definition("I05", first).version == 2  # type: ignore[union-attr]
    assert queries.definition("I05", today).version == 1  # type: ignore[union-attr]


@pytest.mark.covers("S29")
@pytest.mark.parametrize(
    "changes",
    [
        {"of": ["adult_members", "confirmed_records"]},
        {"of": ["adult_members", "new_adults"]},
        {"of": ["nothing"]},
        {"of": []},
        {"name": ""},
        {"source": ""},
    ],
    ids=["times", "flow", "unknown", "none", "nameless", "no source"],
)
def test_a_version_never_mixes_persons_with_times_nor_stocks_with_flows(
    cast: Cast, changes: dict[str, object]
) -> None:
    first = clock.today() + timedelta(days=1)
    with pytest.raises(RuleViolation):
        enter_version("I05", draft(**changes), first, by=SYSTEM, now=clock.now())
    with pytest.raises(RuleViolation):
        enter_version("I05", draft(), clock.today(), by=SYSTEM, now=clock.now())
    assert cast


def test_the_province_changes_a_formula_on_a_page(cast: Cast, client_of: ClientOf) -> None:
    path = f"/o/{cast.code('测试省')}/indicator/version?metric=I15"
    page = look(client_of("gil"), path)
    assert page.select_one("input[value=school_branches]").has_attr("checked")
    sent = {
        "name": "学校建会率",
        "of": "school_branches",
        "out_of": "schools",
        "formula": "已建会 ÷ 应建会",
        "source": "省会纪要",
        "valid_from": (clock.today() + timedelta(days=1)).isoformat(),
    }
    late = client_of("gil").post(path, {**sent, "valid_from": clock.today().isoformat()})
    assert late.status_code == 422
    assert "最早从明天起" in late.text
    assert client_of("gil").post(path, sent).status_code == 303
    assert client_of("cora").post(path, sent).status_code == 404
