"""A scan and one tap, and the desk of whoever leads: V3, V4, B4, B5 on a phone (ux.md 1.6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from activities import codes
from activities.models import Attendance, Shift, Signup
from core import clock
from core.database import db
from people.models import Person
from tests import factories as make
from tests.activity_factories import make_activity, make_signup, shift_of
from tests.cast import organization_named, phone_of, token_of
from tests.e2e import stage
from tests.e2e.browser import Settings, phone
from tests.e2e.outbox import code_for
from tests.e2e.server import World
from tests.races.stage import keeper
from volunteers.models import ServiceRecord

pytestmark = pytest.mark.browser

BRANCH = "东一村"
ROOM, ABSENT = 30, 3


def a_shift(town: World, name: str = "", began: int = 20) -> Shift:
    """Return a shift that began some minutes ago, for which somebody may have signed up."""
    with town.writing():
        start = clock.now().replace(second=0, microsecond=0) - timedelta(minutes=began)
        shift = shift_of(make_activity(organization_named(BRANCH), starts_at=start, seats=40))
        if name:
            person_id = stage.acting(name).person_id
            make_signup(shift, db.session.get_one(Person, person_id))
        db.session.flush()
        db.session.refresh(shift)
        db.session.expunge(shift)
        return shift


def shown(town: World, shift: Shift) -> str:
    """Return the address of the code that a screen shows now."""
    with town.reading():
        found = db.session.get_one(Shift, shift.id)
        return f"/q/{codes.rotating_code(found, clock.now())}"


@pytest.mark.covers("UX-T1", "V3", "V4", "S12")
@pytest.mark.parametrize("javascript", [True, False])
def test_a_scan_and_one_tap_to_come_and_to_go(
    browser: Browser, town: World, *, javascript: bool
) -> None:
    shift = a_shift(town, "ada")
    settings = Settings(javascript=javascript)
    with phone(browser, town.origin, token_of("ada"), settings) as held:
        held.open(shown(town, shift))
        held.start()
        held.tap(held.page.get_by_role("button", name="签到", exact=True))
        assert held.shows("✓ 已签到")
        assert held.shows("忘了签退也没关系")
        assert (held.taps, held.keys) == (1, 0)
    with town.writing():
        here = db.session.scalars(select(Attendance).where(Attendance.shift_id == shift.id)).one()
        here.in_at -= timedelta(minutes=10)
    with phone(browser, town.origin, token_of("ada"), settings) as held:
        held.open(shown(town, shift))
        held.start()
        held.tap(held.page.get_by_role("button", name="签退", exact=True))
        assert held.shows("已完成")
        assert (held.taps, held.keys) == (1, 0)


@pytest.mark.covers("V3", "S12")
def test_signing_in_leads_back_to_the_same_button(browser: Browser, town: World) -> None:
    shift = a_shift(town, "gus")
    with phone(browser, town.origin) as held:
        held.open(shown(town, shift))
        held.tap("登录，再签到")
        held.write(phone_of("gus"))
        held.tap("获取验证码")
        held.fill_in(code_for(browser, town, phone_of("gus")))
        held.tap(held.page.get_by_role("checkbox"))
        held.tap(held.page.get_by_role("button", name="登录", exact=True))
        held.tap(held.page.get_by_role("button", name="签到", exact=True))
        assert held.shows("✓ 已签到")


@pytest.mark.covers("UX-T1", "B4", "B5", "S32")
@pytest.mark.parametrize("javascript", [True, False])
def test_a_room_is_called_out_and_credited(
    browser: Browser, town: World, *, javascript: bool
) -> None:
    with town.writing():
        place, leader = organization_named(BRANCH).code, keeper(BRANCH).token
    shift = a_shift(town, began=150)
    with town.writing():
        found = db.session.get_one(Shift, shift.id)
        for _ in range(ROOM):
            person = make.make_person(born_on=stage.birth())
            make.make_volunteer(person, organization_named(BRANCH))
            make_signup(found, person)
        activity = found.activity.code
    settings = Settings(javascript=javascript)
    with phone(browser, town.origin, leader, settings) as held:
        held.open(f"/o/{place}/events/{activity}")
        held.start()
        held.tap("现场")
        held.tap("全部到场")
        for _ in range(ABSENT):
            held.tap(held.page.get_by_role("button", name="撤销").last)
        assert f"已到 {ROOM - ABSENT} / 报名 {ROOM}" in held.main_text()
        assert held.taps <= 4 + ABSENT
        before = held.taps
        held.tap("结束活动，记时长")
        assert held.shows(f"给 {ROOM - ABSENT} 人各记 2 小时")
        held.tap(held.page.get_by_role("button", name="确认", exact=True))
        assert held.taps - before == 2
        assert held.shows(f"已给 {ROOM - ABSENT} 人记")
    with town.reading():
        statement = (
            select(ServiceRecord.method)
            .join(Attendance, Attendance.id == ServiceRecord.attendance_id)
            .join(Signup, Signup.id == Attendance.signup_id)
            .where(Signup.shift_id == shift.id)
        )
        assert [one.value for one in db.session.scalars(statement)] == ["roll_call"] * (
            ROOM - ABSENT
        )
