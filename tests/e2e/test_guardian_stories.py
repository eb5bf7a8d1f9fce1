"""Stories of guardians: scenarios 2, 3, 21 and 24 of domain.md 9, and the jobs G1 and T6 of ux.md.

Each on a phone of the child, the guardian and the teacher, as they hold it.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.messages import outbox
from members.models import Application
from members.operations import purge_refused
from members.rules import ApplicationStatus
from people.models import Consent, ConsentRequest, Person
from people.rules.consents import ConsentPurpose, ConsentStatus
from schools.models import Pupil
from schools.operations import consents, purging
from schools.queries.consents import guardians_of
from schools.rules.pupils import PupilStatus
from tests import factories as make
from tests import school_factories as school
from tests.activity_factories import make_activity, shift_of
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import Phone, phone
from tests.e2e.outbox import code_for
from tests.e2e.server import World
from tests.members.conftest import years_ago

pytestmark = pytest.mark.browser

BRANCH, SCHOOL = "东一村", "东小学"
CODE_DIGITS = 6


@pytest.fixture(scope="module")
def town(served: World) -> World:
    """Return the server with the cast under Chinese names; every story has its own child."""
    with served.writing():
        stage.rename_cast()
        stage.list_schools()
    return served


def apply_as(held: Phone, browser: Browser, town: World, child: str, age: int) -> tuple[str, str]:
    """Sign up as a volunteer under 18; return the phones of the child and of the guardian."""
    number, guardian = make.make_phone(), make.make_phone()
    with town.reading():
        branch = organization_named(BRANCH).code
    held.open(f"/j/{branch}")
    held.tap("当志愿者")
    held.write(number)
    held.tap("获取验证码")
    held.fill_in(code_for(browser, town, number))
    held.tap(held.page.get_by_role("checkbox"))
    held.tap(held.page.get_by_role("button", name="登录", exact=True))
    held.write(child)
    held.tap("下一步")
    held.tap("未满18岁")
    held.put("born_on", years_ago(age).isoformat())
    held.put("guardian_name", "试大人")
    held.put("guardian_phone", guardian)
    held.tap("下一步")
    return number, guardian


def newest_link(town: World) -> str:
    """Return the newest link that went to a guardian, as the message says it."""
    with town.reading():
        return f"/g/{stage.guardian_token()}"


def prove(held: Phone, browser: Browser, town: World, number: str) -> None:
    """Ask for the code on the guardian's page and let the phone put it in."""
    held.tap("获取验证码")
    held.write(code_for(browser, town, number))


@pytest.mark.covers("S2", "PRI-03", "G1")
def test_at_15_the_guardian_agrees_before_any_activity(browser: Browser, town: World) -> None:
    with town.writing():
        branch, start = organization_named(BRANCH), clock.now() + timedelta(days=3)
        shift = shift_of(make_activity(branch, title="图书整理", starts_at=start)).code
    with phone(browser, town.origin) as child:
        _, number = apply_as(child, browser, town, "试小满", 15)
        assert "同意按隐私说明使用我的个人信息" in child.main_text()
        child.tap("提交申请")
        child.open(f"/events/shifts/{shift}")
        assert "图书整理" in child.page.locator("h1").inner_text()
        assert child.page.get_by_role("button", name="报名", exact=True).count() == 0
        with town.reading():
            application = db.session.scalars(
                select(Application).order_by(Application.id.desc()).limit(1)
            ).one()
            assert application.status is ApplicationStatus.CONSENT_PENDING
            rows = {
                row.purpose: (row.status, row.channel)
                for row in db.session.scalars(
                    select(Consent).where(Consent.person_id == application.person_id)
                )
            }
        assert rows[ConsentPurpose.DATA] == (ConsentStatus.GIVEN, "self")
        assert rows[ConsentPurpose.VOLUNTEERING] == (ConsentStatus.REQUESTED, "link")
        with phone(browser, town.origin) as guardian:
            guardian.open(newest_link(town))
            assert "试小满" not in guardian.main_text()
            guardian.start()
            prove(guardian, browser, town, number)
            guardian.tap(guardian.page.get_by_role("button", name="同意", exact=True))
            assert "已同意" in guardian.main_text()
            assert (guardian.taps, guardian.keys) == (2, CODE_DIGITS)
    with town.reading():
        found = db.session.get_one(Application, application.id)
        assert found.status is ApplicationStatus.SUBMITTED


@pytest.mark.covers("S3", "PRI-02")
def test_at_12_the_guardian_refuses_and_nothing_of_the_child_is_left(
    browser: Browser, town: World
) -> None:
    with phone(browser, town.origin) as child:
        _, number = apply_as(child, browser, town, "试小豆", 12)
        assert "未满 14 岁，不能自己提交" in child.main_text()
        assert child.page.get_by_role("button", name="提交申请").count() == 0
        child.tap("发给监护人")
    with phone(browser, town.origin) as guardian:
        guardian.open(newest_link(town))
        assert guardian.page.locator("#main .summary-row").count() >= len(
            ("purpose", "place and term", "security", "refusing", "complaint", "person")
        )
        prove(guardian, browser, town, number)
        agree, refuse = (
            guardian.page.get_by_role("button", name=name, exact=True).bounding_box()
            for name in ("同意", "不同意")
        )
        assert agree
        assert refuse
        assert (agree["width"], agree["height"]) == (refuse["width"], refuse["height"])
        guardian.tap(guardian.page.get_by_role("button", name="不同意", exact=True))
        assert "不会再来问" in guardian.main_text()
    with town.writing():
        of_child = select(Person.id).where(Person.name == "试小豆")
        person_id = db.session.scalars(of_child).one()
        purge_refused(clock.now() + timedelta(days=6))
        assert db.session.get(Person, person_id) is not None
        purge_refused(clock.now() + timedelta(days=7, minutes=5))
        for table in (Application, ConsentRequest, Consent):
            left = select(func.count(table.id)).where(table.person_id == person_id)
            assert db.session.scalar(left) == 0
        assert db.session.get(Person, person_id, populate_existing=True) is None
        assert not any("试小豆" in one.text or number == one.phone for one in outbox(50)[1:])


def a_class(town: World, count: int) -> tuple[list[str], str, str]:
    """Return the codes of new pupils of a class, the code of the class and of the school."""
    with town.writing():
        place = organization_named(SCHOOL)
        here = school.make_class(place)
        pupils = [school.make_pupil(here, born_on=years_ago(10)) for _ in range(count)]
        return [one.code for one in pupils], here.code, place.code


def pupil(town: World, code: str) -> tuple[PupilStatus, str]:
    """Return where a pupil is, and the phone of the guardian."""
    with town.reading():
        found = db.session.scalars(select(Pupil).where(Pupil.code == code)).one()
        (guardian,) = guardians_of([found.person_id])[found.person_id]
        return found.status, guardian.plain_phone


@pytest.mark.covers("UX-T1", "T6", "S21")
def test_the_teacher_copies_the_text_in_two_taps_and_asks_the_class(
    browser: Browser, town: World
) -> None:
    _, class_code, place = a_class(town, 3)
    with phone(browser, town.origin, token_of("finn")) as teacher:
        teacher.open(f"/o/{place}/home")
        teacher.start()
        teacher.tap("缺同意书")
        teacher.tap("复制")
        assert teacher.taps == 2
        assert "还差 3 份" in teacher.page.locator("#group-words").input_value()
        teacher.open(f"/o/{place}/consents/{class_code}")
        teacher.tap("短信征求 3 名学生的监护人")
        assert "已发给 3 名" in teacher.main_text()


@pytest.mark.covers("UX-T1", "G1", "S24", "PRV-09")
def test_a_guardian_agrees_in_two_taps_and_withdraws_at_the_same_link(
    browser: Browser, town: World
) -> None:
    (code,), class_code, place = a_class(town, 1)
    with town.writing():
        found = db.session.scalars(select(Pupil).where(Pupil.code == code)).one()
        name = found.person.name = "试晨曦雨"  # nobody else's: it is looked for everywhere
        consents.ask(found, by=SYSTEM, now=clock.now())
    link, (_, number) = newest_link(town), pupil(town, code)
    with phone(browser, town.origin) as guardian:
        guardian.open(link)
        guardian.start()
        assert name not in guardian.main_text()
        prove(guardian, browser, town, number)
        guardian.tap(guardian.page.get_by_role("button", name="同意", exact=True))
        assert (guardian.taps, guardian.keys) == (2, CODE_DIGITS)
        assert {one.partition("?")[0] for one in guardian.pages} <= {town.origin + link}
        assert pupil(town, code)[0] is PupilStatus.MEMBER
        with town.writing():
            school.let_codes_age()
        prove(guardian, browser, town, number)
        guardian.tap(guardian.page.get_by_role("button", name="撤回同意"))
        assert "不再是会员" in guardian.main_text()
    with phone(browser, town.origin, token_of("finn")) as teacher:
        for path in (f"/o/{place}/consents/{class_code}", f"/o/{place}/members?kind=youth"):
            teacher.open(path)
            assert name not in teacher.main_text()
    with town.writing():
        assert purging.purge_due(clock.now() + timedelta(days=7)) >= 1
        assert db.session.scalars(select(Person).where(Person.name == name)).all() == []
