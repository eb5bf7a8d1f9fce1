"""Taps, typed letters and pages of the jobs in ux.md 1, counted from the home of the role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import ColumnElement, func, select

from accounts.models import User
from activities.rules import ActivityStatus
from core import clock
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from members.models import Application
from members.rules import ApplicationStatus
from organizations.models import Organization
from tests import factories as make
from tests.activity_factories import make_activity
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import Phone, phone
from tests.e2e.outbox import code_for
from tests.e2e.server import World
from tests.races.stage import keeper
from volunteers.models import ServiceRecord
from volunteers.operations import log_service
from volunteers.rules import Entry, ServiceField, ServiceStatus

pytestmark = pytest.mark.browser

SLOW_MS = 3300  # after three seconds a form that was not answered says so
NEW_PHONE, NEW_NAME = "19955551111", "试小禾"


@pytest.fixture(scope="module")
def town(served: World) -> World:
    """Return the server with the cast under Chinese names; walks bring their own volunteers."""
    with served.writing():
        stage.rename_cast()
        stage.list_schools()
        stage.crowd(organization_named("东二村"))
        stage.settle()
    return served


def volunteer(town: World) -> str:
    """Return the session token of a volunteer with a past."""
    with town.writing():
        _, token = stage.new_veteran(organization_named("东一村"))
        stage.settle()
    return token


@contextmanager
def held_by(browser: Browser, town: World, token: str, path: str) -> Iterator[Phone]:
    """Return the phone of somebody who is on a page and has not tapped yet."""
    with phone(browser, town.origin, token) as held:
        held.open(path)
        held.start()
        yield held


def busy_branch(town: World, name: str, applications: int = 0, records: int = 0) -> tuple[str, str]:
    """Return code and secretary's token of a new branch where something waits."""
    with town.writing():
        place, token = stage.new_branch(name)
        stage.queue_of_applications(place, applications, min(applications, 2))
        stage.queue_of_records(place, records)
        stage.settle()
        return place.code, token


def waiting(town: World, code: str) -> tuple[int, int]:
    """Return how many applications and records wait at a place."""
    with town.reading():
        place = db.session.scalars(select(Organization).where(Organization.code == code)).one()
        return _count(
            Application, place.id, Application.status == ApplicationStatus.SUBMITTED
        ), _count(ServiceRecord, place.id, ServiceRecord.status == ServiceStatus.PENDING)


def _count(
    model: type[Application | ServiceRecord], place_id: int, waits: ColumnElement[bool]
) -> int:
    statement = select(func.count()).select_from(model).where(model.handler_id == place_id, waits)
    return db.session.scalar(statement) or 0


@pytest.mark.covers("UX-T1", "V1")
def test_joining_as_a_volunteer_from_a_poster(browser: Browser, town: World) -> None:
    with town.reading():
        branch = organization_named("东一村").code
    with phone(browser, town.origin) as held:
        held.open(f"/j/{branch}")
        held.tap("当志愿者")
        held.write(NEW_PHONE)
        held.tap("获取验证码")
        held.fill_in(code_for(browser, town, NEW_PHONE))
        held.tap(held.page.get_by_role("checkbox"))
        held.tap(held.page.get_by_role("button", name="登录", exact=True))
        held.write(NEW_NAME)
        held.tap("下一步")
        held.tap("提交申请")
        assert "待审核" in held.main_text()
        assert (held.taps, held.keys) == (6, len(NEW_PHONE) + len(NEW_NAME))
        assert len(held.pages) <= 5, held.pages


@pytest.mark.covers("UX-T1", "V5", "V8")
def test_the_total_without_a_tap_and_the_usual_hours_in_two(browser: Browser, town: World) -> None:
    with held_by(browser, town, volunteer(town), "/me") as held:
        assert held.shows("4 小时")
        assert held.shows("待确认 2 小时")
        assert held.taps == 0
        held.tap("记时长")
        held.tap("就这样提交")
        assert re.search(r"急救演练\W+2 小时", held.main_text())
        assert (held.taps, held.keys, len(set(held.pages))) == (2, 0, 2)


@pytest.mark.covers("UX-T1", "V10")
def test_signing_up_for_an_activity_in_two(browser: Browser, town: World) -> None:
    with town.writing():
        make_activity(organization_named("东一村"))
    with held_by(browser, town, volunteer(town), "/me") as held:
        held.tap(held.page.locator("#tabs").get_by_role("link", name="活动"))
        held.tap(held.page.get_by_role("button", name="报名").first)
        assert "已报名" in held.main_text()
        assert (held.taps, held.keys) == (2, 0)


@pytest.mark.covers("UX-T1", "B6")
def test_holding_an_activity_like_the_last_one_in_three_and_a_day(
    browser: Browser, town: World
) -> None:
    code, token = busy_branch(town, "南五村")
    with town.writing():
        make_activity(
            db.session.scalars(select(Organization).where(Organization.code == code)).one(),
            ActivityStatus.ENDED,
        )
    with held_by(browser, town, token, f"/o/{code}/home") as held:
        held.tap(held.page.locator("#tabs").get_by_role("link", name="活动"))
        held.tap("照『社区急救演练』再办")
        held.tap("下周今天")
        held.tap(held.page.get_by_role("button", name="发布"))
        assert "已发布，大家可以报名了。" in held.main_text()
        assert (held.taps, held.keys) == (3 + 1, 0)


@pytest.mark.covers("UX-T1", "V6")
def test_other_day_and_length_in_five(browser: Browser, town: World) -> None:
    with held_by(browser, town, volunteer(town), "/me") as held:
        held.tap("记时长")
        held.tap("前天")
        held.tap("1.5 小时")
        held.tap("提交，请")
        assert re.search(r"急救演练\W+1.5 小时", held.main_text())
        assert (held.taps, held.keys, len(set(held.pages))) == (4, 0, 2)


@pytest.mark.covers("UX-T1", "B1")
def test_approving_twenty(browser: Browser, town: World) -> None:
    code, token = busy_branch(town, "南一村", applications=20)
    assert waiting(town, code) == (22, 0)
    with held_by(browser, town, token, f"/o/{code}/home") as held:
        held.tap("入会审核")
        held.tap(held.page.locator("[data-select-all]"))
        held.tap(held.page.get_by_role("button", name="通过 20 人"))
        assert "已通过 20 人" in held.main_text()
        assert (held.taps, held.keys) == (3, 0)
        assert len(held.pages) <= 2, held.pages
    assert waiting(town, code) == (2, 0)


@pytest.mark.covers("UX-T1", "B2")
def test_returning_one_with_a_reason(browser: Browser, town: World) -> None:
    code, token = busy_branch(town, "南二村", applications=3)
    with held_by(browser, town, token, f"/o/{code}/home") as held:
        held.tap("入会审核")
        held.tap(held.page.locator(".row-head a").first)
        held.tap("证件号有误")
        held.tap(held.page.get_by_role("button", name="退回", exact=True))
        assert "已退回" in held.main_text()
        assert (held.taps, held.keys) == (4, 0)
    assert waiting(town, code) == (4, 0)


@pytest.mark.covers("UX-T1", "B3")
def test_confirming_twenty_claims(browser: Browser, town: World) -> None:
    code, token = busy_branch(town, "南三村", records=20)
    with held_by(browser, town, token, f"/o/{code}/home") as held:
        held.tap("时长确认")
        held.tap(held.page.locator("[data-select-all]"))
        held.tap(held.page.get_by_role("button", name="确认 20 条"))
        assert "已确认 20 条，40 小时" in held.main_text()
        assert (held.taps, held.keys) == (3, 0)
        assert held.page.locator("#tabs .badge").count() == 0
        held.page.wait_for_timeout(SLOW_MS)
        assert "网络有点慢" not in held.page.locator("#status").inner_text()
    assert waiting(town, code) == (0, 0)


@pytest.mark.covers("UX-T1", "B11")
def test_nothing_due_is_said_at_once(browser: Browser, town: World) -> None:
    code, token = busy_branch(town, "南四村")
    with held_by(browser, town, token, f"/o/{code}/home") as held:
        assert held.shows("今天没有待办")
        assert held.taps == 0


@pytest.mark.covers("UX-T1", "C2")
def test_one_tap_leads_to_the_next_level_down_to_the_names(browser: Browser, town: World) -> None:
    with town.reading():
        province, county = organization_named("测试省").code, organization_named("东县").code
    with held_by(browser, town, token_of("gil"), f"/o/{province}/home") as held:
        for level, place in enumerate(("东市", "东县", "东二村"), start=1):
            held.tap(held.page.locator(".row-head").get_by_role("link", name=place, exact=True))
            assert held.page.locator("h1").inner_text() == place
            assert held.taps == level
    with held_by(browser, town, token_of("cora"), f"/o/{county}/home") as held:
        held.tap(held.page.locator(".row-head").get_by_role("link", name="东二村", exact=True))
        held.tap("会员名单")
        assert held.page.locator("#main .row-head").count() >= stage.CROWD
        assert held.taps == 2


@pytest.mark.covers("UX-T1", "C8")
def test_changing_the_role_in_two(browser: Browser, town: World) -> None:
    with town.writing():
        both = keeper("东一村")
        user = db.session.get_one(User, both.user_id)
        make.make_post(user, Role.OFFICER, organization_named("东县"))
        branch = organization_named("东一村").code
        county = organization_named("东县").code
    with held_by(browser, town, both.token, f"/o/{branch}/home") as held:
        held.tap(held.page.locator("a.acting"))
        held.tap("东县 · ")
        assert held.path() == f"/o/{county}/home"
        assert held.taps == 2


@pytest.mark.covers("UX-T1", "V8", "V9")
def test_where_hours_are_that_are_missing(browser: Browser, town: World) -> None:
    with held_by(browser, town, volunteer(town), "/me") as held:
        assert held.shows("待确认 2 小时")  # total and pending without a tap
        held.tap("待确认 2 小时")
        held.tap(held.page.locator(".row-head a").first)
        assert "由东一村确认" in held.main_text()
        assert (held.taps, held.keys) == (2, 0)


@pytest.mark.covers("UX-T1", "V15")
def test_objecting_in_four_from_the_message_that_tells_of_a_refusal(
    browser: Browser, town: World
) -> None:
    with town.writing():
        user, token = stage.new_volunteer(organization_named("东一村"))
        entry = Entry(clock.today() - timedelta(days=2), 120, "巡河", ServiceField.OTHER)
        by = Actor(user.id, user.person_id)
        record = log_service(user.person_id or 0, entry, by=by, now=clock.now() - timedelta(days=1))
        stage.refuse(record, stage.acting("ben"))
        stage.settle()
    with held_by(browser, town, token, "/me") as held:
        held.tap(held.page.locator(".link-rows").get_by_role("link", name=re.compile("消息")))
        held.tap(held.page.locator("#letters").get_by_role("button", name="打开").first)
        held.tap("申诉")
        held.tap(held.page.get_by_role("button", name="提交申诉"))
        assert "申诉已提交，由东县答复" in held.main_text()
        assert (held.taps, held.keys) == (4, 0)
        assert re.search(r"由东县答复申诉，\d+月\d+日前答复", held.main_text())
