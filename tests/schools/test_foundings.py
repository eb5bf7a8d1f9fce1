"""A county founds a school's branch: application, reply, meeting, council, coverage by 1/n."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import IllegalTransition, next_state
from organizations import figures
from organizations.models import Organization, OrganizationCouncil
from organizations.rules import Measure, OrganizationKind
from organizations.rules.foundings import (
    FOUNDING_TRANSITIONS,
    FoundingAction,
    FoundingStatus,
)
from organizations.rules.life import term_end
from schools.models import School, SchoolFounding, SchoolHonour
from schools.operations import register as operations
from schools.queries.coverage import coverage_by_stage, officers_of
from schools.rules.register import Coverage, SchoolStage
from tests.cast import Cast
from tests.client import Client, parsed
from tests.schools.test_schools import coverage, listed
from tests.supervision.parts import look

Clients = Callable[[str], Client]


def sight(answer: Any) -> Any:
    """Return the page of an answer, every part of it looked for as it is."""
    return parsed(answer)


def day(back: int = 0) -> str:
    return (clock.today() - timedelta(days=back)).isoformat()


def meeting(**changes: str) -> dict[str, str]:
    return {
        "held_on": day(3),
        "due": "40",
        "present": "38",
        "method": "equal_ballot",
        "result": "王校长 38 票当选会长",
        "minutes": "按程序进行",
        "flag_on": day(3),
        "branch": "",
        **changes,
    }


class Desk:
    """The county's desk, as its officer uses it."""

    def __init__(self, cast: Cast, client: Client) -> None:
        self.client, self.base = client, f"/o/{cast.code('东县')}"

    def apply(self, school: School) -> str:
        sent = {"applied_on": day(20), "contact": "李老师", "words": "已向全校说明"}
        path = f"{self.base}/schools/{school.code}/founding"
        assert self.client.post(path, sent).status_code == 303
        return self.founding().code

    def send(self, code: str, step: str, **fields: str) -> int:
        return self.client.post(f"{self.base}/foundings/{code}/{step}", fields).status_code

    def approve(self, code: str) -> int:
        fields = {"act": "approve", "number": "东红〔2026〕3号", "replied_on": day(10)}
        return self.send(code, "reply", **fields)

    @staticmethod
    def founding() -> SchoolFounding:
        db.session.expire_all()
        newest = select(SchoolFounding).order_by(SchoolFounding.id.desc()).limit(1)
        return db.session.scalars(newest).one()


@pytest.fixture
def desk(cast: Cast, client_of: Clients) -> Desk:
    return Desk(cast, client_of("cora"))


@pytest.mark.covers("S26", "ORG-16", "ORG-17", "SCH-03", "SCH-04")
def test_a_founded_branch_changes_the_coverage_by_one_nth(
    cast: Cast, client_of: Clients, desk: Desk
) -> None:
    school = listed(cast, 1)
    for number in (2, 3, 4):
        listed(cast, number)
    code = desk.apply(school)
    assert desk.approve(code) == 303
    assert coverage(cast, "东县") == Coverage(0, 4)
    assert desk.send(code, "meeting", **meeting()) == 303
    for place in ("东县", "东市", "测试省"):
        assert coverage(cast, place) == Coverage(1, 4)
    founding = desk.founding()
    assert founding.reply_number == "东红〔2026〕3号"
    assert (founding.due, founding.present, founding.flag_on) == (40, 38, founding.held_on)
    branch = founding.organization
    assert branch is not None
    assert (branch.kind, branch.county_id) == (
        OrganizationKind.SCHOOL,
        cast.organization("东县").id,
    )
    assert branch.founded_on == founding.held_on
    council = {
        "head": "王校长",
        "vice_heads": "张副校长，赵副校长",
        "secretary": "李老师",
        "coordinator": "陈老师",
        "starts_on": day(3),
    }
    assert desk.send(code, "council", **council) == 303
    seated = db.session.scalars(select(OrganizationCouncil)).one()
    assert seated.vice_heads == "张副校长、赵副校长"
    assert seated.ends_on == term_end(seated.starts_on, 3)
    assert desk.founding().status is FoundingStatus.ACTIVE
    missing = look(client_of("gil"), f"/o/{cast.code('测试省')}/schools/missing")
    rows = {row.th.text: row.select("td")[2].text for row in missing.select("#rows tr")}
    assert rows == dict.fromkeys(["第2小学", "第3小学", "第4小学"], "人cora、人nell")
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert {"founding.apply", "founding.approve", "founding.found", "founding.seat"} <= actions


@pytest.mark.covers("ORG-17")
def test_an_application_goes_back_and_comes_again(cast: Cast, desk: Desk) -> None:
    code = desk.apply(listed(cast, 1))
    assert desk.send(code, "reply", act="return", note="") == 422
    assert desk.send(code, "reply", act="return", note="缺筹备报告") == 303
    assert desk.send(code, "meeting", **meeting()) == 409
    sent = {"applied_on": day(15), "contact": "李老师", "words": ""}
    assert desk.send(code, "again", **sent) == 303
    assert desk.founding().status is FoundingStatus.SUBMITTED
    assert desk.send(code, "reply", act="withdraw") == 303
    assert desk.approve(code) == 409


def test_a_school_asks_for_one_branch_at_a_time(cast: Cast, desk: Desk) -> None:
    school = listed(cast, 1)
    desk.apply(school)
    sent = {"applied_on": day(1), "contact": "别人", "words": ""}
    path = f"{desk.base}/schools/{school.code}/founding"
    answer = desk.client.post(path, sent)
    assert answer.status_code == 422
    assert "在办" in sight(answer).select_one("main").text
    assert len(db.session.scalars(select(SchoolFounding)).all()) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"present": "41"}, "present"),
        ({"due": "0"}, "due"),
        ({"method": "lots"}, "method"),
        ({"result": ""}, "result"),
        ({"held_on": "before"}, "held_on"),
        ({"held_on": "later"}, "held_on"),
        ({"flag_on": "before"}, "flag_on"),
        ({"branch": "zzzzzz"}, "branch"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused_and_nothing_is_founded(
    cast: Cast, desk: Desk, changes: dict[str, str], field: str
) -> None:
    code = desk.apply(listed(cast, 1))
    desk.approve(code)
    days = {"before": day(12), "later": day(-2)}
    sent = meeting(**{key: days.get(value, value) for key, value in changes.items()})
    answer = desk.client.post(f"{desk.base}/foundings/{code}/meeting", sent)
    assert answer.status_code == 422
    assert parsed(answer).select_one(f"#{field}-error") is not None
    assert desk.founding().status is FoundingStatus.APPROVED
    assert coverage(cast, "东县") == Coverage(0, 1)


def test_an_organization_that_stands_already_becomes_the_branch(cast: Cast, desk: Desk) -> None:
    code = desk.apply(listed(cast, 1))
    desk.approve(code)
    before = len(db.session.scalars(select(Organization)).all())
    standing = cast.code("东小学")
    assert desk.send(code, "meeting", **meeting(branch=standing)) == 303
    assert desk.founding().organization_id == cast.organization("东小学").id
    assert len(db.session.scalars(select(Organization)).all()) == before
    other = desk.apply(listed(cast, 2))
    desk.approve(other)
    page = look(desk.client, f"{desk.base}/foundings/{other}/meeting")
    assert [one["value"] for one in page.select("#branch option")] == [""]
    assert desk.send(other, "meeting", **meeting(branch=standing)) == 422
    assert coverage(cast, "东县") == Coverage(1, 2)


@pytest.mark.covers("AZ-16")
def test_another_county_never_touches_a_founding(
    cast: Cast, client_of: Clients, desk: Desk
) -> None:
    code = desk.apply(listed(cast, 1))
    for county, name in (("西县", "dan"), ("东市", "eve")):
        base = f"/o/{cast.code(county)}/foundings/{code}"
        assert client_of(name).get(base).status_code == 404
    assert client_of("dan").get(f"{desk.base}/foundings/{code}").status_code == 404
    assert client_of("eve").get(f"{desk.base}/foundings/{code}").status_code == 200
    refused = client_of("eve").post(f"{desk.base}/foundings/{code}/reply", {"act": "approve"})
    assert refused.status_code == 403
    assert desk.founding().status is FoundingStatus.SUBMITTED


@pytest.mark.pure
@pytest.mark.covers("ORG-17")
@given(st.lists(st.sampled_from(list(FoundingAction)), max_size=12))
def test_no_branch_is_founded_without_a_reply(actions: list[FoundingAction]) -> None:
    state, seen = FoundingStatus.SUBMITTED, []
    for action in actions:
        try:
            state = next_state(FOUNDING_TRANSITIONS, state, action)
        except IllegalTransition:
            continue
        seen.append(action)
    if FoundingAction.FOUND in seen:
        at = seen.index(FoundingAction.FOUND)
        assert seen[at - 1] is FoundingAction.APPROVE
    if state is FoundingStatus.ACTIVE:
        assert seen[-2:] == [FoundingAction.FOUND, FoundingAction.SEAT]


@pytest.mark.pure
@pytest.mark.covers("ORG-13")
@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [(date(2024, 2, 29), date(2027, 2, 28)), (date(2026, 11, 30), date(2029, 11, 30))],
)
def test_a_term_ends_on_the_same_day_years_later(starts_on: date, ends_on: date) -> None:
    assert term_end(starts_on, 3) == ends_on


@pytest.mark.covers("SCH-09")
def test_an_honour_is_recorded_once_and_revoked_with_its_reason(cast: Cast, desk: Desk) -> None:
    school = listed(cast, 1)
    path = f"{desk.base}/schools/{school.code}"
    sent = {
        "title": "全国红十字模范校",
        "level": "national",
        "granted_by": "中国红十字会总会",
        "document": "红总字〔2011〕1号",
        "granted_on": day(30),
    }
    assert desk.client.post(f"{path}/honours/new", sent | {"document": ""}).status_code == 422
    assert desk.client.post(f"{path}/honours/new", sent).status_code == 303
    assert desk.client.post(f"{path}/honours/new", sent).status_code == 422
    honour = db.session.scalars(select(SchoolHonour)).one()
    revoke = f"{desk.base}/school-honours/{honour.code}/revoke"
    assert desk.client.post(revoke, {"note": ""}).status_code == 422
    assert desk.client.post(revoke, {"note": "复查不合格"}).status_code == 303
    assert desk.client.get(revoke).status_code == 404
    page = look(desk.client, path).main.text
    assert "全国红十字模范校" in page
    assert "已撤销：复查不合格" in page


@pytest.mark.covers("SCH-10", "SCH-11")
def test_coverage_by_stage_and_shares_show_both_numbers(cast: Cast, client_of: Clients) -> None:
    county = cast.organization("东县")
    new = operations.NewSchool("2133000001", "甲小学", SchoolStage.PRIMARY, enrolled=200)
    school = operations.register_school(new, county, by=SYSTEM)
    operations.record_branch(school, cast.organization("东小学"), by=SYSTEM)
    senior = operations.NewSchool("3433000002", "乙中学", SchoolStage.SENIOR)
    operations.register_school(senior, county, by=SYSTEM)

    figures.add(cast.organization("东小学").path, Measure.YOUTH_MEMBERS, 60)
    figures.add(county.path, Measure.ADULT_MEMBERS, 20)
    db.session.commit()
    assert coverage_by_stage(county.place) == {
        SchoolStage.PRIMARY: Coverage(1, 1),
        SchoolStage.SENIOR: Coverage(0, 1),
    }
    page = look(client_of("eve"), f"/o/{cast.code('东市')}/schools/coverage")
    rows = [[cell.text for cell in row.select("th, td")] for row in page.select("#stages tr")]
    assert rows == [["小学", "1", "1", "0", "100.00%"], ["高中", "0", "1", "1", "0.00%"]]
    text = page.main.text
    assert "75.00%（青少年 60 名，个人会员共 80 名）" in text
    assert "30.00%（会员 60 名，在校学生 200 名，1 所学校填了人数）" in text


def test_small_numbers_of_pupils_are_hidden_above(cast: Cast, client_of: Clients) -> None:

    figures.add(cast.organization("东小学").path, Measure.YOUTH_MEMBERS, 3)
    db.session.commit()
    page = look(client_of("eve"), f"/o/{cast.code('东县')}/schools/coverage")
    assert "人数太少，不显示" in page.main.text


def test_the_officers_in_charge_are_those_in_office(cast: Cast) -> None:

    here, there = cast.organization("东县").id, cast.organization("北县").id
    assert officers_of({here, there}, clock.today())[there] == ["人noa"]
