"""The county keeps the list of schools: add, change, merge, close, and nothing is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from core.settings import DatedSetting
from organizations.rules import OrganizationKind
from schools.models import School, SchoolEvent, SchoolListing
from schools.operations import register as operations
from schools.operations.counting import open_year
from schools.queries import coverage as by_parts
from schools.rules.classes import school_year_of
from schools.rules.register import (
    CodeRule,
    Coverage,
    SchoolAction,
    SchoolStage,
    SchoolStatus,
    check_code,
    check_fit,
)
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.schools.test_schools import coverage, listed
from tests.supervision.parts import look

Clients = Callable[[str], Client]
CODE = "2133000001"


def sight(answer: Any) -> Any:
    """Return the page of an answer, every part of it looked for as it is."""
    return parsed(answer)


def told(**changes: str) -> dict[str, str]:
    return {
        "code": CODE,
        "name": "东县第一小学",
        "stage": "primary",
        "scope": "in",
        "reason": "",
        "enrolled": "820",
        **changes,
    }


def school_of(code: str = CODE) -> School:
    db.session.expire_all()
    return db.session.scalars(select(School).where(School.code == code)).one()


def steps(school: School) -> list[str]:
    which = select(SchoolEvent).where(SchoolEvent.school_id == school.id).order_by(SchoolEvent.id)
    return [event.action for event in db.session.scalars(which)]


@pytest.mark.covers("SCH-12")
@pytest.mark.pure
@pytest.mark.parametrize(
    ("code", "fits"),
    [
        ("2133000001", True),
        ("５１３３０００００１", True),
        ("1133000001", True),
        ("9333000001", True),
        ("2033000001", False),
        ("0033000001", False),
        ("213300001", False),
        ("2.13E+09", False),
        ("21330000010", False),
        ("21330000a1", False),
    ],
)
def test_a_code_has_ten_digits_and_a_type_that_is_known(code: str, *, fits: bool) -> None:
    if fits:
        assert len(check_code(code)) == 10
    else:
        with pytest.raises(RuleViolation) as caught:
            check_code(code)
        assert caught.value.field == "code"


@pytest.mark.pure
@pytest.mark.covers("SCH-12")
@pytest.mark.parametrize(
    ("code", "stage", "field"),
    [
        ("2133000001", SchoolStage.PRIMARY, ""),
        ("2133000001", SchoolStage.NINE_YEAR, ""),
        ("3133000001", SchoolStage.NINE_YEAR, ""),
        ("3433000001", SchoolStage.SENIOR, ""),
        ("3733000001", SchoolStage.JUNIOR, ""),
        ("4133010335", SchoolStage.UNIVERSITY, ""),
        ("4133110335", SchoolStage.UNIVERSITY, "code"),
        ("2131000001", SchoolStage.PRIMARY, "code"),
        ("2133000001", SchoolStage.SENIOR, "stage"),
        ("5133000001", SchoolStage.PRIMARY, "stage"),
    ],
)
def test_a_code_fits_the_province_and_the_stage(code: str, stage: SchoolStage, field: str) -> None:
    rule = CodeRule(33, with_stage=True)
    if not field:
        check_fit(code, stage, rule)
        return
    with pytest.raises(RuleViolation) as caught:
        check_fit(code, stage, rule)
    assert caught.value.field == field
    check_fit(code, stage, CodeRule(0, with_stage=False))


@pytest.mark.covers("SCH-12")
def test_a_code_of_elsewhere_is_refused_unless_the_settings_let_it_pass(
    cast: Cast, client_of: Clients
) -> None:
    cora, base = client_of("cora"), f"/o/{cast.code('东县')}/schools"
    sent = told() | {"code": "2131000001"}
    answer = cora.post(f"{base}/new", sent)
    assert (answer.status_code, "本省的 33" in answer.text) == (422, True)
    off = [
        DatedSetting(
            name=name,
            valid_from=clock.today(),
            value=0,
            source="试",
            entered_at=clock.now(),
        )
        for name in ("schools.code_province", "schools.code_stage")
    ]
    db.session.add_all(off)
    assert cora.post(f"{base}/new", sent).status_code == 303
    for one in off:
        db.session.delete(one)
    edit = f"{base}/2131000001/edit"
    assert cora.post(edit, sent | {"name": "改名小学"}).status_code == 303  # as it was known
    changed = cora.post(edit, sent | {"stage": "senior"})
    assert changed.status_code == 422


@pytest.mark.covers("SCH-10", "SCH-11", "SCH-12")
def test_the_county_puts_a_school_on_the_list_and_changes_it(
    cast: Cast, client_of: Clients
) -> None:
    cora, base = client_of("cora"), f"/o/{cast.code('东县')}/schools"
    answer = cora.post(f"{base}/new", told())
    assert answer.status_code == 303
    school, year = school_of(), school_year_of(clock.today())
    row = db.session.get_one(SchoolListing, (school.id, year))
    assert (row.is_in_scope, row.enrolled, row.is_covered) == (True, 820, False)
    assert coverage(cast, "测试省") == Coverage(0, 1)
    changed = told(name="东县实验小学", scope="out", reason="只有一个年级", enrolled="")
    assert cora.post(f"{base}/{CODE}/edit", changed).status_code == 303
    school = school_of()
    assert (school.name, school.scope_reason) == ("东县实验小学", "只有一个年级")
    assert coverage(cast, "测试省") == Coverage(0, 0)
    row = db.session.get_one(SchoolListing, (school.id, year))
    assert (row.is_in_scope, row.reason, row.enrolled) == (False, "只有一个年级", 820)
    assert steps(school) == [SchoolAction.REGISTER, SchoolAction.CHANGE]
    page = look(cora, f"{base}/{CODE}")
    assert "东县第一小学 → 东县实验小学" in page.main.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "2033000001"}, "code"),
        ({"name": " "}, "name"),
        ({"stage": "kindergarten"}, "stage"),
        ({"scope": "out"}, "reason"),
        ({"enrolled": "八百"}, "enrolled"),
        ({"enrolled": "-1"}, "enrolled"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    cast: Cast, client_of: Clients, changes: dict[str, str], field: str
) -> None:
    answer = client_of("cora").post(f"/o/{cast.code('东县')}/schools/new", told(**changes))
    assert answer.status_code == 422
    assert parsed(answer).select_one(f"#{field}-error") is not None
    assert db.session.scalars(select(School)).all() == []


def test_no_county_takes_a_school_from_another_one(cast: Cast, client_of: Clients) -> None:
    listed(cast, 1, "西县")
    taken = f"2133{1:06d}"
    answer = client_of("cora").post(f"/o/{cast.code('东县')}/schools/new", told(code=taken))
    assert answer.status_code == 422
    assert "别的县" in sight(answer).select_one("#code-error").text
    for page in ("", "/edit", "/end"):
        address = f"/o/{cast.code('东县')}/schools/{taken}{page}"
        assert client_of("cora").get(address).status_code == 404


@pytest.mark.covers("AZ-16", "SCH-10")
def test_upper_levels_read_the_list_and_change_nothing(cast: Cast, client_of: Clients) -> None:
    listed(cast, 1)
    code, base = f"2133{1:06d}", f"/o/{cast.code('东县')}/schools"
    for name in ("eve", "gil"):
        page = look(client_of(name), f"{base}/{code}")
        assert page.select_one("main a[href$='/edit']") is None
        answer = client_of(name).post(f"{base}/{code}/edit", told(code=code))
        assert answer.status_code == 403
    assert look(client_of("cora"), f"{base}/{code}").select_one("main a[href$='/edit']")


def test_the_list_is_narrowed_by_branch_stage_scope_and_name(
    cast: Cast, client_of: Clients
) -> None:
    founded = listed(cast, 1)
    operations.record_branch(founded, cast.organization("东小学"), by=SYSTEM)
    listed(cast, 2)
    listed(cast, 3, is_in_scope=False)
    senior = operations.NewSchool("3433000004", "东县高级中学", SchoolStage.SENIOR)
    operations.register_school(senior, cast.organization("东县"), by=SYSTEM)
    db.session.commit()
    cora, base = client_of("cora"), f"/o/{cast.code('东县')}/schools"

    def names(query: str) -> list[str]:
        page = look(cora, f"{base}?{query}")
        return sorted(row.a.text for row in page.select("#rows tr"))

    assert names("") == ["东县高级中学", "第1小学", "第2小学"]
    assert names("branch=founded") == ["第1小学"]
    assert names("branch=none") == ["东县高级中学", "第2小学"]
    assert names("scope=out") == ["第3小学"]
    assert names("stage=senior") == ["东县高级中学"]
    assert names("q=第2") == ["第2小学"]
    assert names("q=34330") == ["东县高级中学"]
    assert names("status=closed") == []


@pytest.mark.covers("SCH-10")
def test_a_merger_keeps_history_and_takes_the_branch_along(cast: Cast, client_of: Clients) -> None:
    old = listed(cast, 1)
    operations.record_branch(old, cast.organization("东小学"), by=SYSTEM)
    new = listed(cast, 2)
    year = school_year_of(clock.today())
    db.session.add(SchoolListing(school_id=old.id, year=year - 1, is_in_scope=True))
    db.session.commit()
    cora, base = client_of("cora"), f"/o/{cast.code('东县')}/schools"
    sent = {"into": new.code, "closed_on": clock.today().isoformat(), "note": "东教〔2026〕8号"}
    assert cora.post(f"{base}/{old.code}/end", sent).status_code == 303
    old, new = school_of(old.code), school_of(new.code)
    assert (old.status, old.merged_into_id, old.organization_id) == (
        SchoolStatus.MERGED,
        new.id,
        None,
    )
    assert new.organization_id == cast.organization("东小学").id
    assert coverage(cast, "测试省") == Coverage(1, 1)
    past = db.session.get_one(SchoolListing, (old.id, year - 1))
    assert past.is_in_scope
    page = look(cora, f"{base}/{old.code}")
    assert "已合并" in page.main.text
    assert "东教〔2026〕8号" in page.main.text
    assert cora.post(f"{base}/{old.code}/reopen").status_code == 303
    assert coverage(cast, "测试省") == Coverage(1, 2)
    assert cora.post(f"{base}/{old.code}/reopen").status_code == 409


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "学校还有红十字会"),
        ({"note": ""}, "文件号"),
        ({"closed_on": "later"}, "日期"),
        ({"into": "itself"}, "另一所"),
        ({"into": "founded"}, "都已建会"),
        ({"into": "3399999999"}, "另一所"),
    ],
)
def test_a_school_does_not_end_while_something_stands_in_the_way(
    cast: Cast, client_of: Clients, changes: dict[str, str], words: str
) -> None:
    school, other = listed(cast, 1), listed(cast, 2)
    operations.record_branch(school, cast.organization("东小学"), by=SYSTEM)
    if changes.get("into") == "founded":
        branch = make.make_organization(
            OrganizationKind.SCHOOL, "另一小学", cast.organization("东县")
        )
        operations.record_branch(other, branch, by=SYSTEM)
    db.session.commit()
    later = (clock.today() + timedelta(days=2)).isoformat()
    known = {"later": later, "itself": school.code, "founded": other.code}
    sent = {"into": "", "closed_on": clock.today().isoformat(), "note": "东教〔2026〕8号"}
    sent |= {key: known.get(value, value) for key, value in changes.items()}
    answer = client_of("cora").post(f"/o/{cast.code('东县')}/schools/{school.code}/end", sent)
    assert answer.status_code == 422
    assert words in sight(answer).select_one("main").text
    assert school_of(school.code).status is SchoolStatus.OPEN


@pytest.mark.covers("SCH-10")
def test_a_year_that_is_over_is_told_by_its_own_rows(cast: Cast) -> None:
    school, year = listed(cast, 1), school_year_of(clock.today())
    unlisted = School(
        code="2133000077",
        name="没动过的小学",
        stage=SchoolStage.PRIMARY,
        county_id=cast.organization("东县").id,
    )
    db.session.add(unlisted)
    past = SchoolListing(school_id=school.id, year=year - 1, is_in_scope=True, is_covered=True)
    db.session.add(past)
    db.session.flush()
    assert open_year() == 1
    assert open_year() == 0
    found = by_parts.coverage_by_year(cast.organization("东县").place)
    assert found == {year: Coverage(0, 2), year - 1: Coverage(1, 1)}
