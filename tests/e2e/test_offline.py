"""Hours where there is no network: kept, sent once, mended, asked about, gone (ux.md 6.5, V7)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Route, expect
from sqlalchemy import select

from accounts.models import UserSession
from accounts.rules import SessionKind
from activities.models import AttendanceMark
from core import clock
from core.audit.operations import Actor
from core.database import db
from core.sessions import token_digest
from tests import factories as make
from tests.activities.desk import begin
from tests.activity_factories import make_activity, make_signup, shift_of
from tests.cast import organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import Phone, Settings, phone
from tests.e2e.server import World
from tests.races.stage import session_of
from volunteers import operations as hours
from volunteers.models import ServiceRecord
from volunteers.rules import Entry, ServiceField

pytestmark = pytest.mark.browser

NEW, TITLE = "/me/hours/new", "陪诊服务"
KEEPS = "body[data-keeps]"
#: Everything that a browser of this origin has stored, sealed things as the letters they are.
STORED = """async () => {
  const found = {local: {...localStorage}, session: {...sessionStorage}, rows: [], files: []};
  for (const {name} of await indexedDB.databases()) {
    const base = await new Promise((done) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
    });
    for (const store of base.objectStoreNames) {
      const rows = await new Promise((done) => {
        const asked = base.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
      });
      for (const row of rows) {
        if (row.sealed) row.sealed = new TextDecoder().decode(row.sealed);
        found.rows.push(row);
      }
    }
    base.close();
  }
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) {
      const answer = await (await caches.open(name)).match(request, {ignoreVary: true});
      found.files.push(request.url + await answer.text());
    }
  }
  found.workers = (await navigator.serviceWorker.getRegistrations()).length;
  return found;
}"""


@pytest.fixture
def volunteer(served: World) -> tuple[str, int]:
    """Return session token and person of a volunteer who gave two hours before."""
    with served.writing():
        person = make.make_person(born_on=stage.birth())
        make.make_volunteer(person, organization_named("东二村"))
        user = make.make_user(person)
        token = session_of(user, SessionKind.PERSON)
        day = clock.today() - timedelta(days=3)
        hours.log_service(
            person.id,
            Entry(day, 120, TITLE, ServiceField.OTHER),
            by=Actor(user.id, person.id),
            now=clock.now() - timedelta(days=2),
        )
        return token, person.id


def records(served: World, person_id: int) -> list[tuple[bool, int]]:
    """Return of each record of a person whether it came later, and its minutes."""
    with served.reading():
        own = select(ServiceRecord.is_offline, ServiceRecord.minutes)
        rows = db.session.execute(
            own.where(ServiceRecord.person_id == person_id).order_by(ServiceRecord.id)
        )
        return [(row.is_offline, row.minutes) for row in rows]


def ready(held: Phone, path: str = NEW) -> None:
    """Open a page and wait until it can keep things."""
    held.open(path)
    held.page.wait_for_selector(KEEPS, state="attached")


def go(held: Phone, *, offline: bool) -> None:
    held.was_cut_off = held.was_cut_off or offline
    held.page.context.set_offline(offline)


def says(held: Phone, words: str) -> None:
    expect(held.page.locator("#status")).to_contain_text(words)


@pytest.mark.covers("V7", "UX-T1", "QR-06", "WEB-11", "S10")
def test_two_taps_without_network_are_one_record_later(
    browser: Browser, served: World, volunteer: tuple[str, int]
) -> None:
    token, person_id = volunteer
    with phone(browser, served.origin, token, Settings(workers=True)) as held:
        ready(held)
        held.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        held.open("/me")
        held.start()
        go(held, offline=True)
        held.tap("记时长")
        held.tap("就这样提交")
        says(held, "已存在本机，联网后自动上传")
        assert (held.taps, held.keys) == (2, 0)
        assert "本机还有 1 条没上传" in held.page.locator(".header").inner_text()
        kept = json.dumps(held.page.evaluate(STORED), ensure_ascii=False)
        assert json.loads(held.page.evaluate("localStorage.kept"))["count"] == 1
        assert TITLE not in kept
        held.open("/me/events")
        assert "网络不通" in held.main_text()
        expect(held.page.locator("#kept")).to_contain_text(TITLE)
        go(held, offline=False)
        says(held, "已补传 1 条")
        ready(held, "/me/kept")
        assert "都传完了" in held.main_text()
    assert records(served, person_id) == [(False, 120), (True, 120)]


@pytest.mark.covers("V7", "UX-R3", "LED-11", "FLT-13")
def test_an_open_page_keeps_what_was_lost_on_the_way(
    browser: Browser, served: World, volunteer: tuple[str, int]
) -> None:
    """The server had it, the answer never came: the packet meets the record of the first try."""
    token, person_id = volunteer
    with phone(browser, served.origin, token) as held:
        ready(held)
        held.page.route("**" + NEW, lose)
        held.tap("昨天")
        held.tap("提交，请")
        says(held, "已存在本机")
        assert records(served, person_id) == [(False, 120), (False, 120)]
        held.page.unroute("**" + NEW)
        held.tap("现在上传")
        says(held, "已补传 1 条")
        go(held, offline=True)
        held.tap("3 小时")
        held.tap("提交，请")
        says(held, "已存在本机")
        go(held, offline=False)
        says(held, "已补传 1 条")
        held.faults = [
            fault for fault in held.faults if "htmx:" not in fault
        ]  # it tells of the loss
    assert records(served, person_id) == [(False, 120), (False, 120), (True, 180)]


def forgive(held: Phone) -> None:
    """Leave out that htmx tells of what was lost on the way."""
    held.faults = [one for one in held.faults if "htmx:" not in one]


def lose(route: Route) -> None:
    """Let the request reach the server and its answer nobody."""
    if route.request.method == "POST":
        route.fetch(max_redirects=0)
        route.abort()
    else:
        route.continue_()


@pytest.mark.covers("V7", "WEB-09", "WEB-10", "WEB-12")
def test_what_is_refused_is_mended_and_signing_out_asks(
    browser: Browser, served: World, volunteer: tuple[str, int]
) -> None:
    token, person_id = volunteer
    with phone(browser, served.origin, token, Settings(workers=True)) as held:
        ready(held)
        keep_a_day_before_joining(held)
        says(held, "要改一改")
        reason = held.page.locator("#kept")
        expect(reason).to_contain_text("这一天还没有成为志愿者")
        held.tap("改好再交")
        assert held.page.locator("[name=other_day]").input_value() == "2001-01-01"
        held.put("other_day", "")
        held.tap("提交，请")
        assert "已提交" in held.main_text()
        expect(held.page.locator("#kept-count")).to_be_hidden()
        ready(held)
        keep_a_day_before_joining(held)
        says(held, "要改一改")
        held.tap(held.page.get_by_role("button", name="退出登录", exact=True))
        assert "退出登录会删掉" in held.main_text()
        held.tap(held.page.get_by_role("button", name="复制成文字发给负责人"))
        assert "2001-01-01" in held.page.locator("[data-kept-text]").input_value()
        held.tap(held.page.get_by_role("button", name="删掉并退出登录"))
        assert held.path().startswith("/login")
        held.open("/login?signed_out=1")
        held.settle()
        left = held.page.evaluate(STORED)
        assert (left["local"], left["session"], left["rows"]) == ({}, {}, [])
        assert (left["files"], left["workers"]) == ([], 0)
    assert records(served, person_id) == [(False, 120), (False, 120)]


def keep_a_day_before_joining(held: Phone) -> None:
    """Keep something that no rule takes, and come back to the network."""
    go(held, offline=True)
    held.tap("其他日期")
    held.put("other_day", "2001-01-01")
    held.tap("提交，请")
    says(held, "已存在本机")
    go(held, offline=False)


@pytest.mark.covers("V7", "WEB-12", "QR-06")
def test_a_sign_in_that_ran_out_keeps_it_and_no_other_account_sees_it(
    browser: Browser, served: World, volunteer: tuple[str, int]
) -> None:
    token, person_id = volunteer
    with served.writing():
        other_person = make.make_person(born_on=stage.birth())
        make.make_volunteer(other_person, organization_named("东二村"))
        other = session_of(make.make_user(other_person), SessionKind.PERSON)
        other_id = other_person.id
    with phone(browser, served.origin, token) as held:
        ready(held)
        go(held, offline=True)
        held.tap("就这样提交")
        says(held, "已存在本机")
        see(served, token, days_ago=8)
        go(held, offline=False)
        says(held, "请先登录")
        sign_in(held, other)
        ready(held)
        expect(held.page.locator("#kept")).to_contain_text("另一个账号的 1 条")
        assert TITLE not in held.main_text()
        assert records(served, other_id) == []
        see(served, token, days_ago=0)
        sign_in(held, token)
        ready(held)
        says(held, "已补传 1 条")
    assert records(served, person_id) == [(False, 120), (True, 120)]


def see(served: World, token: str, days_ago: int) -> None:
    """Let a session have been used so long ago."""
    with served.writing():
        digest = token_digest(token)
        found = db.session.scalars(
            select(UserSession).where(UserSession.token_digest == digest)
        ).one()
        found.seen_at = clock.now() - timedelta(days=days_ago)


def sign_in(held: Phone, token: str) -> None:
    held.page.context.add_cookies([{"name": "session", "value": token, "url": held.origin}])


@pytest.mark.covers("QR-05", "S32", "UX-R3")
def test_a_desk_without_network_ticks_on(browser: Browser, served: World) -> None:
    with served.writing():
        place = organization_named("东一村")
        shift = shift_of(make_activity(place))
        codes = []
        for _ in range(3):
            person = make.make_person(born_on=stage.birth())
            make.make_volunteer(person, place)
            codes.append(make_signup(shift, person).code)
        begin(shift, clock.now() - timedelta(minutes=20))
        desk = f"/o/{place.code}/events/{shift.activity.code}/desk?shift={shift.code}"
    with phone(browser, served.origin, token_of("ben")) as held:
        ready(held, desk)
        go(held, offline=True)
        for code in codes[:2]:
            held.tap(row(held, code).get_by_role("button", name="到场"))
            expect(row(held, code)).to_contain_text("已存在本机")
        held.tap(row(held, codes[1]).get_by_role("button", name="撤销"))
        expect(row(held, codes[1]).get_by_role("button", name="到场")).to_be_focused()
        assert "本机还有 1 条没上传" in held.page.locator(".header").inner_text()
        go(held, offline=False)
        says(held, "已补传 1 条")
        expect(row(held, codes[0])).to_contain_text("点名")
        expect(row(held, codes[0])).to_contain_text("时间由手机提供")
        expect(held.page.locator("#counts")).to_contain_text("已到 1 / 报名 3")
        held.tap(row(held, codes[2]).get_by_role("button", name="到场"))
        expect(held.page.locator("#counts")).to_contain_text("已到 2 / 报名 3")
        forgive(held)
    with served.reading():
        marks = db.session.scalars(select(AttendanceMark.is_offline)).all()
    assert sorted(marks) == [False, True]


def row(held: Phone, code: str) -> Locator:
    return held.page.locator(f"#signup-{code}")
