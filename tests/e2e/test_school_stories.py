"""Stories of a school and its county: scenarios 21 to 26 of domain.md 9, on phones alone.

Each is walked by who does it in life: the teacher, guardians, the officer of the county, the
coordinator of the next school, somebody who came of age. All share one served world.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Browser
from sqlalchemy import func, select

from accounts.rules import SessionKind
from core import clock
from core.audit.models import ReadEvent
from core.audit.operations import SYSTEM
from core.database import db
from members.models import Membership
from members.rules import MembershipKind, MembershipStatus
from organizations.models import Organization
from organizations.rules import Measure
from people.models import Person
from schools.models import Pupil, School
from schools.operations import consents, purging
from schools.operations.years import year_now
from schools.rules.pupils import PupilStatus
from schools.rules.register import Coverage, SchoolStage
from tests import factories as make
from tests import school_factories as school
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import Phone, phone
from tests.e2e.school_walks import (
    Sheet,
    a_school,
    answer_by_form,
    answer_on_phone,
    ask_to_look,
    counted,
    coverage,
    found_branch,
    links_of,
    pack_of,
    youth_of,
)
from tests.e2e.server import World
from tests.members.conftest import years_ago
from tests.races.stage import session_of
from tests.schools.lists import ID_NUMBER, NAME, PHONE, children

pytestmark = pytest.mark.browser

CLASS, AGREE, REFUSE = 40, 31, 4
ABOVE = ("东县", "东市", "测试省")
#: The cell of a row that names the class.
GROUP = 3
#: Row of the sheet -> the field that is wrong in it.
MENDED = {4: "id_number", 17: "guardian_phone", 31: "class_name"}


@pytest.fixture(scope="module")
def town(served: World) -> World:
    """Return the server with the cast under Chinese names and its schools on the list."""
    with served.writing():
        stage.rename_cast()
        stage.list_schools()
        stage.settle()
    return served


def take_in(held: Phone, org: str, rows: list[list[str]], folder: Path) -> None:
    """Hand the template in with three rows that are wrong, and mend each where it stands."""
    right = {4: rows[2][ID_NUMBER], 17: rows[15][PHONE], 31: rows[29][GROUP]}
    damaged = [list(row) for row in rows]
    damaged[2][ID_NUMBER], damaged[15][PHONE], damaged[29][GROUP] = "3.30E+17", "1390000", "向日葵"
    held.open(f"/o/{org}/imports/new?subject=pupils")
    path = Sheet(held, folder).fill(damaged)
    held.page.locator("input[type=file]").set_input_files(path)
    held.tap("上传并检查")
    assert f"可导入 {CLASS - 3} · 要改 3" in held.main_text()
    for number, field in MENDED.items():
        box = held.page.locator(f'#row-{number} input[name="{number}-{field}"]')
        box.fill(right[number])
        box.blur()
        held.page.locator(f"#row-{number} .note").wait_for()
    held.tap(held.page.get_by_role("button", name=f"导入 {CLASS} 人"))
    assert "没有人入会" in held.main_text()


def let_guardians_answer(browser: Browser, town: World, rows: list[list[str]]) -> None:
    """Let 31 guardians agree, 4 refuse and the last say nothing: one of each in a browser."""
    links = links_of(town, [row[PHONE] for row in rows])
    assert len(links) == CLASS
    said = ["give"] * AGREE + ["refuse"] * REFUSE
    told = [(row[PHONE], one) for row, one in zip(rows, said, strict=False)]
    for number, one in (told[0], told[-1]):
        word = {"give": "同意", "refuse": "不同意"}[one]
        answer_on_phone(browser, town, links[number], number, word)
    with phone(browser, town.origin) as others:
        others.open(links[rows[-1][PHONE]])
        for number, one in told[1:-1]:
            answer_by_form(others, links[number], number, one, town)


@pytest.mark.covers("S21", "MEM-14", "SCH-05", "PRV-09")
def test_of_a_class_of_40_exactly_31_are_members(
    browser: Browser, town: World, tmp_path: Path
) -> None:
    org, token, _code = a_school(town, "东江小学", SchoolStage.PRIMARY)
    rows = children(CLASS, "班", "四年级1班")
    with phone(browser, town.origin, token) as teacher:
        take_in(teacher, org, rows, tmp_path)
        assert youth_of(town, org) == 0
        with town.reading():
            found = select(Pupil).join(Pupil.organization).where(Organization.code == org)
            drafts = db.session.scalars(found).all()
            assert {one.status for one in drafts} == {PupilStatus.DRAFT}
            assert len(drafts) == CLASS
            class_code = drafts[0].school_class.code if drafts[0].school_class else ""
        teacher.open(f"/o/{org}/consents/{class_code}")
        teacher.tap(f"短信征求 {CLASS} 名学生的监护人")
        assert f"已发给 {CLASS} 名" in teacher.main_text()
        let_guardians_answer(browser, town, rows)
        teacher.open(f"/o/{org}/classes/{class_code}")
        left = CLASS - AGREE - REFUSE
        assert f"会员 {AGREE} · 已同意 {AGREE} · 还缺 {left}" in teacher.main_text()
    assert youth_of(town, org) == AGREE
    with town.reading():
        names = {row[NAME] for row in rows[AGREE:]}
        joined = select(func.count(Membership.id)).join(Membership.person)
        assert db.session.scalar(joined.where(Person.name.in_(names))) == 0


@pytest.mark.covers("S22", "S34", "PRV-10", "PRV-20", "PRI-04")
def test_a_look_at_a_guardians_phone_is_approved_logged_and_in_the_pack(
    browser: Browser, town: World, tmp_path: Path
) -> None:
    org, token, _code = a_school(town, "东湖小学", SchoolStage.PRIMARY)
    with town.writing():
        pupil = school.make_pupil(school.make_class(organization_named("东湖小学")))
        code, secret = pupil.code, school.guardian_of(pupil.person).plain_phone
        county, person_id = organization_named("东县").code, pupil.person_id
    with phone(browser, town.origin, token) as teacher:
        ask_to_look(teacher, org, code)
        assert secret not in teacher.page.content()
        with phone(browser, town.origin, token_of("cora")) as officer:
            officer.open(f"/o/{county}/approvals")
            asked = officer.page.locator("#approvals tr").filter(has_text="东湖小学")
            officer.tap(asked.get_by_role("link"))
            officer.tap("批准")
            assert secret not in officer.page.content()
        teacher.open(f"/o/{org}/pupils/{code}/reveal")
        teacher.tap(teacher.page.locator("#main label").filter(has_text="监护人手机号"))
        teacher.tap(teacher.page.get_by_role("button", name="查看", exact=True))
        assert secret in teacher.main_text()
        teacher.open(f"/o/{org}/pupils/{code}/reveal")
        assert secret not in teacher.page.content()
    with town.reading():
        looks = select(func.count()).where(ReadEvent.person_id == person_id)
        assert db.session.scalar(looks) == 1
    with phone(browser, town.origin, token_of("cora")) as officer:
        lines = pack_of(officer, county, tmp_path)
    assert ["查看记录", "辅导员", "监护人手机号 · 联系本人", "1"] in lines
    assert not any(secret in " ".join(row) for row in lines)


def last_year_of(place: Organization) -> tuple[Pupil, Pupil]:
    """Return a member of the last grade of the year that ended, and one of the grade below."""
    ended = year_now(clock.now()) - 1
    last, below = (
        school.make_pupil(school.make_class(place, grade=grade, year=ended), member=True)
        for grade in (6, 5)
    )
    return last, below


def pupil_of(code: str) -> Pupil:
    return db.session.scalars(select(Pupil).where(Pupil.code == code)).one()


def membership_of(number: str) -> Membership:
    return db.session.scalars(select(Membership).where(Membership.number == number)).one()


@pytest.mark.covers("S23", "SCH-07", "MEM-40")
def test_grades_move_up_and_a_graduate_goes_on_with_the_number(
    browser: Browser, town: World
) -> None:
    org, token, _code = a_school(town, "东山小学", SchoolStage.PRIMARY)
    other, other_token, target = a_school(town, "东山中学", SchoolStage.JUNIOR)
    with town.writing():
        last, below = last_year_of(organization_named("东山小学"))
        assert last.membership
        goes, stays, number = last.code, below.code, last.membership.number
        joined = last.membership.joined_on
        stage.settle()
    with phone(browser, town.origin, token) as teacher:
        teacher.open(f"/o/{org}/year")
        assert "毕业" in teacher.main_text()
        teacher.tap("确认，2 人升年级")
        with town.reading():
            assert pupil_of(goes).status is PupilStatus.GRADUATED
            moved = pupil_of(stays).school_class
            assert moved
            assert (moved.grade, moved.year) == (6, year_now(clock.now()))
        teacher.open(f"/o/{org}/year/offers")
        teacher.put("school", target)
        teacher.tap("推荐勾选的学生")
    with phone(browser, town.origin, other_token) as keeper_of_other:
        keeper_of_other.open(f"/o/{other}/year/arrivals")
        assert number in keeper_of_other.main_text()
        keeper_of_other.tap("接收勾选的学生")
    with town.reading():
        taken = membership_of(number)
        assert (taken.organization.name, taken.joined_on) == ("东山中学", joined)
        assert taken.status is MembershipStatus.ACTIVE


@pytest.mark.covers("S23", "MEM-42", "D5")
def test_who_turns_18_converts_by_own_consent(browser: Browser, town: World) -> None:
    a_school(town, "东岭中学", SchoolStage.SENIOR)
    with town.writing():
        here = school.make_class(organization_named("东岭中学"), grade=12)
        pupil = school.make_pupil(here, born_on=years_ago(15), member=True)
        pupil.person.born_on = date(clock.today().year - 18, 1, 1)
        assert pupil.membership
        number, key = pupil.membership.number, pupil.membership.id
        token = session_of(make.make_user(pupil.person), SessionKind.PERSON)
    with phone(browser, town.origin, token) as adult:
        adult.open("/me/of-age")
        assert number in adult.main_text()
        adult.tap("同意，成为成人会员")
        assert "您已成为成人会员" in adult.main_text()
    with town.reading():
        kept = membership_of(number)
        assert (kept.id, kept.kind) == (key, MembershipKind.ADULT)


@pytest.mark.covers("S24", "PRV-09", "D5")
def test_a_guardian_takes_consent_back_and_lists_and_figures_follow(
    browser: Browser, town: World
) -> None:
    org, token, _code = a_school(town, "东河小学", SchoolStage.PRIMARY)
    with town.writing():
        here = school.make_class(organization_named("东河小学"))
        pupils = [school.make_pupil(here) for _ in range(2)]
        for one, name in zip(pupils, ("试小河", "试小溪"), strict=True):
            one.person.name = name
            consents.ask(one, by=SYSTEM, now=clock.now())
        phones = [school.guardian_of(one.person).plain_phone for one in pupils]
        class_code = here.code
    links = links_of(town, phones)
    for number in phones:
        answer_on_phone(browser, town, links[number], number, "同意")
    assert youth_of(town, org) == 2
    with town.writing():
        school.let_codes_age()
    before = counted(town, "东县", Measure.YOUTH_MEMBERS)
    answer_on_phone(browser, town, links[phones[0]], phones[0], "撤回同意")
    assert counted(town, "东县", Measure.YOUTH_MEMBERS) == before - 1
    with phone(browser, town.origin, token) as teacher:
        for path in (f"/o/{org}/members?kind=youth", f"/o/{org}/consents/{class_code}"):
            teacher.open(path)
            assert "试小河" not in teacher.main_text()
        teacher.open(f"/o/{org}/members?kind=youth")
        assert "试小溪" in teacher.main_text()
    with town.writing():
        assert purging.purge_due(clock.now() + timedelta(days=7)) >= 1
        assert db.session.scalars(select(Person).where(Person.name == "试小河")).all() == []
    assert counted(town, "东县", Measure.YOUTH_MEMBERS) == before - 1


@pytest.mark.covers("S25", "SCH-14", "SCH-10")
def test_the_yearly_report_is_computed_and_the_county_takes_it(
    browser: Browser, town: World
) -> None:
    org, token, _code = a_school(town, "东林小学", SchoolStage.PRIMARY)
    year, joined = clock.today().year - 1, 7
    with town.writing():
        place, county = organization_named("东林小学"), organization_named("东县")
        with time_machine.travel(clock.at(date(year, 12, 20), time(15)), tick=False):
            here = school.make_class(place)
            for _ in range(joined):
                school.make_pupil(here, member=True)
        stage.settle()
        office = county.code
    before = coverage(town, "东县")
    with phone(browser, town.origin, token) as teacher:
        teacher.open(f"/o/{org}/report?year={year}")
        assert f"{joined} 名" in teacher.main_text()
        typed = teacher.page.locator("#main form").locator("input:not([type=hidden]), textarea")
        assert [one.get_attribute("name") for one in typed.all()] == ["remark"]
        teacher.tap("上报")
        assert "等县级受理" in teacher.main_text()
    with phone(browser, town.origin, token_of("cora")) as officer:
        officer.open(f"/o/{office}/school-reports?year={year}")
        officer.tap("东林小学")
        assert f"{joined} 名" in officer.main_text()
        assert "是，计 1 所" in officer.main_text()
        officer.tap("受理")
        assert "已受理" in officer.main_text()
    assert coverage(town, "东县") == before


@pytest.mark.covers("S26", "ORG-16", "ORG-17", "SCH-10")
def test_a_county_founds_a_branch_and_the_coverage_moves_by_one_nth(
    browser: Browser, town: World
) -> None:
    codes = ["2133888001", "2133888002"]
    with town.writing():
        county = organization_named("东县")
        for code in codes:
            facts = {"stage": SchoolStage.PRIMARY, "county_id": county.id}
            db.session.add(School(code=code, name=f"东溪{code[-1]}小学", **facts))
        stage.settle()
        office = county.code
    before = {name: coverage(town, name) for name in ABOVE}
    with phone(browser, town.origin, token_of("cora")) as officer:
        officer.open(f"/o/{office}/schools/missing")
        assert "东溪1小学" in officer.main_text()
        found_branch(officer, office, codes[0])
        officer.open(f"/o/{office}/schools/missing")
        assert "东溪1小学" not in officer.main_text()
        assert "东溪2小学" in officer.main_text()
    for name, one in before.items():
        assert coverage(town, name) == Coverage(one.covered + 1, one.schools)
