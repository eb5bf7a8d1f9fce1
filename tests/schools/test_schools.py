"""The list of schools, the branches at them, and the coverage: both numbers, always."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from organizations import figures
from organizations.rules import OrganizationStatus
from schools.models import School
from schools.operations import register as operations
from schools.operations.register import NewSchool
from schools.queries import register as queries
from schools.rules.register import Coverage, SchoolStage
from tests.cast import Cast
from tests.client import Client
from tests.supervision.parts import look


def listed(cast: Cast, number: int, county: str = "东县", *, is_in_scope: bool = True) -> School:
    new = NewSchool(f"2133{number:06d}", f"第{number}小学", SchoolStage.PRIMARY, is_in_scope)
    return operations.register_school(new, cast.organization(county), by=SYSTEM)


def coverage(cast: Cast, name: str) -> Coverage:
    figures.write(db.session())
    place = cast.organization(name)
    return queries.coverage_of([place.id])[place.id]


@pytest.mark.covers("SCH-10")
@pytest.mark.pure
@pytest.mark.parametrize(
    ("covered", "schools", "share"),
    [(4685, 4935, 9493), (0, 0, None), (0, 3, 0), (3, 3, 10_000), (1, 3, 3333), (2, 3, 6667)],
)
def test_the_share_is_computed_from_both_numbers(
    covered: int, schools: int, share: int | None
) -> None:
    assert Coverage(covered, schools).per_ten_thousand == share


@pytest.mark.pure
@given(st.integers(0, 5000), st.integers(0, 5000))
def test_the_share_lies_between_nothing_and_everything(covered: int, missing: int) -> None:
    found = Coverage(covered, covered + missing)
    assert found.missing == missing
    share = found.per_ten_thousand
    assert share is None or 0 <= share <= 10_000


@pytest.mark.covers("SCH-10")
def test_schools_and_branches_count_at_the_county_and_above(cast: Cast) -> None:
    one, _ = listed(cast, 1), listed(cast, 2)
    operations.record_branch(one, cast.organization("东小学"), by=SYSTEM)
    for place in ("东县", "东市", "测试省"):
        assert coverage(cast, place) == Coverage(1, 2)
    assert coverage(cast, "西县") == Coverage(0, 0)


def test_a_school_out_of_scope_does_not_count_and_counts_again_when_it_is_back(cast: Cast) -> None:
    school = listed(cast, 1)
    operations.record_branch(school, cast.organization("东小学"), by=SYSTEM)
    listed(cast, 1, is_in_scope=False)
    assert coverage(cast, "东县") == Coverage(0, 0)
    listed(cast, 1, is_in_scope=True)
    assert coverage(cast, "东县") == Coverage(1, 1)


@pytest.mark.parametrize("why", ["no school", "dissolved", "taken", "has one"])
def test_a_branch_is_refused(cast: Cast, why: str) -> None:
    school = listed(cast, 1)
    branch = cast.organization("东二村" if why == "no school" else "东小学")
    if why == "dissolved":
        branch.status = OrganizationStatus.DISSOLVED
    if why in {"taken", "has one"}:
        operations.record_branch(school, branch, by=SYSTEM)
    if why == "taken":
        school = listed(cast, 2)
    if why == "has one":
        branch = cast.organization("西小学")
    with pytest.raises(RuleViolation):
        operations.record_branch(school, branch, by=SYSTEM)
    assert coverage(cast, "东县").covered == (1 if why in {"taken", "has one"} else 0)


@pytest.mark.parametrize(
    ("code", "name", "place"),
    [
        ("123", "试小学", "东县"),
        ("33000000x1", "试小学", "东县"),
        ("2133000001", "", "东县"),
        ("2133000001", "试小学", "东市"),
    ],
)
def test_a_line_that_is_wrong_is_refused(cast: Cast, code: str, name: str, place: str) -> None:
    new = NewSchool(code, name, SchoolStage.PRIMARY)
    with pytest.raises(RuleViolation):
        operations.register_school(new, cast.organization(place), by=SYSTEM)


@pytest.mark.covers("SCH-10")
def test_the_county_sees_missing_schools_first_and_opens_the_branch(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    for number in range(1, 24):
        listed(cast, number)
    founded = db.session.merge(listed(cast, 1))
    operations.record_branch(founded, cast.organization("东小学"), by=SYSTEM)
    listed(cast, 99, "西县")
    db.session.commit()
    path = f"/o/{cast.code('东县')}/schools"
    browser = client_of("cora")
    page = look(browser, path)
    assert "4.35%" in page.main.text
    assert "1 所已建会，应建会 23 所" in page.main.text
    first = [row.th.text for row in page.select("#rows tr")]
    more = page.select_one("#rows-more a")
    second = look(browser, more["href"])
    rest = [row.th.text for row in second.select("#rows tr")]
    assert len(first + rest) == len(set(first + rest)) == 23
    assert rest[-1] == "第1小学"
    school = look(browser, second.select("#rows tr")[-1].th.a["href"])
    link = f"/o/{cast.code('东小学')}/home"
    assert school.select_one(f"main a[href='{link}']") is not None
    assert browser.get(link).status_code == 200


def test_city_and_province_see_both_numbers_of_each_level(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    listed(cast, 1)
    listed(cast, 2, "北县")
    db.session.commit()
    page = look(client_of("gil"), f"/o/{cast.code('测试省')}/schools")
    cells = {
        row.th.text: [cell.text for cell in row.select("td")] for row in page.select("#rows tr")
    }
    assert cells == {"北市": ["0", "1", "1", "0.00%"], "东市": ["0", "1", "1", "0.00%"]}
    below = client_of("eve")
    assert below.get(f"/o/{cast.code('东县')}/schools").status_code == 200
    assert below.get(f"/o/{cast.code('北县')}/schools").status_code == 404


def test_a_list_is_read_whole_or_not_at_all(app: Flask, cast: Cast, tmp_path: Path) -> None:
    cast.organization("东县").division_code = None
    runner = app.test_cli_runner()
    file = tmp_path / "schools.csv"
    head = "code,name,stage,county,in_scope\n"
    file.write_text(f"{head}3300000001,试小学,primary,999999,yes\n", encoding="utf-8")
    refused = runner.invoke(args=["schools", "import-list", str(file)])
    assert refused.exit_code == 1
    assert "line 2" in refused.output
    assert queries.school_of_code("2133000001") is None
