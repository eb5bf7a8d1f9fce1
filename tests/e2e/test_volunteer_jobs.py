"""Jobs of ux.md 1 and scenarios of domain.md 9 around a volunteer: V11, V13, G2, 6, 11 and 33."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from core import clock
from core.database import db
from exchange.models import Batch
from exchange.rules import BatchMode
from members.queries import membership_of
from people.models import Person
from tests.activity_factories import make_activity, make_attendance, make_signup, shift_of
from tests.cast import Cast, organization_named, token_of
from tests.e2e import stage
from tests.e2e.browser import held_by, phone
from tests.e2e.outbox import code_for
from tests.e2e.server import World
from tests.exchange.batches import consent, fresh, made, receipt_of, sent, text_of
from tests.races.stage import keeper
from tests.units import png
from tests.volunteers.certified import credited
from volunteers.models import ServiceRecord, Volunteer

pytestmark = pytest.mark.browser

LOST = "19955553333"
BRANCH, COUNTY, CITY, PROVINCE = "东一村", "东县", "东市", "测试省"


@pytest.fixture
def town(served: World) -> World:
    """Return the server with the cast under the names that batches know it by."""
    return served


def at(town: World, place: str, path: str) -> str:
    with town.reading():
        return f"/o/{organization_named(place).code}{path}"


@pytest.mark.covers("V11", "UX-T1")
def test_the_card_is_one_tap_from_home(browser: Browser, town: World) -> None:
    with held_by(browser, town, token_of("mia"), "/me") as held:
        held.start()
        held.tap("会员证")
        assert held.page.locator("#main svg, #main img").first.is_visible()
        assert (held.taps, held.keys) == (1, 0)


@pytest.mark.covers("V14", "UX-T1")
def test_who_lost_the_phone_gets_the_new_one_in_four_taps(browser: Browser, town: World) -> None:
    with town.writing():
        user, _token = stage.new_volunteer(organization_named(BRANCH))
        found = select(Volunteer.code).where(Volunteer.person_id == user.person_id)
        path = f"/o/{organization_named(BRANCH).code}/volunteers/{db.session.scalars(found).one()}"
    with held_by(browser, town, token_of("ben"), path) as held:
        held.start()
        held.tap("换手机号")
        held.put("phone", LOST)
        held.tap("核对过证件，发验证码")
        held.put("code", code_for(browser, town, LOST))
        held.put("why", "旧手机丢了")
        held.tap("换成这个号码")
        assert "199****3333" in held.main_text()
        assert held.taps <= 4


@pytest.mark.covers("V13", "UX-T1")
@pytest.mark.parametrize(("name", "path"), [("", "/login"), ("ada", "/me"), ("ada", "/me/hours")])
def test_text_grows_by_one_tap_a_step(browser: Browser, town: World, name: str, path: str) -> None:
    with phone(browser, town.origin, token_of(name) if name else None) as held:
        held.open(path)
        held.start()
        for taps, size in enumerate(("large", "larger", "largest", "standard"), start=1):
            held.tap(held.page.locator("header").get_by_role("button", name=re.compile("字号")))
            assert held.page.locator("html").get_attribute("data-size") == size
            assert held.path() == path
            assert (held.taps, held.keys) == (taps, 0)


@pytest.mark.covers("G2", "UX-T1")
def test_a_scanned_card_tells_without_a_tap(browser: Browser, town: World) -> None:
    with town.reading():
        member = membership_of(stage.user_of("mia").person_id or 0)
        assert member is not None
        token = stage.card_token(member)
    with phone(browser, town.origin) as held:
        held.open(f"/v/{token}")
        assert held.shows("真实有效")
        assert (held.taps, held.keys) == (0, 0)


@pytest.mark.covers("S6")
def test_who_forgot_to_sign_out_is_looked_at_by_another(browser: Browser, town: World) -> None:
    with town.writing():
        user, token = stage.new_volunteer(organization_named(BRANCH))
        start = clock.now().replace(second=0, microsecond=0) - timedelta(minutes=150)
        shift = shift_of(make_activity(organization_named(BRANCH), starts_at=start))
        here = make_attendance(make_signup(shift, db.session.get_one(Person, user.person_id)))
        here.in_by_id = user.id
        code, person_id = shift.activity.code, user.person_id
        leader, other = keeper(BRANCH).token, keeper(BRANCH).token
    with held_by(browser, town, leader, at(town, BRANCH, f"/events/{code}")) as held:
        held.tap("现场")
        held.tap("结束活动，记时长")
        held.tap(held.page.get_by_role("button", name="确认", exact=True))
    with town.reading():
        mine = ServiceRecord.person_id == person_id
        number = db.session.scalars(select(ServiceRecord.code).where(mine)).one()
    with held_by(browser, town, token, f"/me/hours/{number}") as held:
        assert "待确认" in held.main_text()
        held.tap("时间不对")
        held.put("note", "我四点就走了")
        held.press("提交说明")
        assert "本人说时间不对" in held.main_text()
    with held_by(browser, town, other, at(town, BRANCH, "/hours")) as held:
        row = held.page.locator(f"#doubt-{number}")
        assert "没有签退，按计划结束" in row.inner_text()
        held.tap(row.locator("a").first)
        assert "我四点就走了" in held.main_text()
        held.press("确认 2 小时")
    with held_by(browser, town, token, f"/me/hours/{number}") as held:
        assert "已确认" in held.main_text()


@pytest.mark.covers("S11", "V15")
def test_what_the_county_refused_the_city_lets_count(
    browser: Browser, town: World, tmp_path: Path
) -> None:
    photo = tmp_path / "现场.png"
    photo.write_bytes(png(2, 2))
    with town.writing():
        user, token = stage.new_volunteer(organization_named(BRANCH))
        record = stage.log(user, "巡河", 2)
        stage.refuse(record, stage.acting("ben"))
        number = record.code
    own = f"/me/hours/{number}"
    with held_by(browser, town, token, own) as held:
        held.tap("申诉")
        held.put("note", "我在现场")
        held.page.locator("#main input[type=file]").set_input_files(photo)
        held.press("提交申诉")
    with held_by(browser, town, token_of("cora"), at(town, COUNTY, "/objections")) as held:
        held.tap(held.page.locator("#main tr[data-row] a").first)
        held.put("reason", "名单里没有")
        held.press("维持未认定")
    with held_by(browser, town, token, own) as held:
        assert "名单里没有" in held.main_text()
        held.tap("向上一级申诉")
        held.put("note", "同队的人可以证明")
        held.press("提交申诉")
    with held_by(browser, town, token_of("eve"), at(town, CITY, "/objections")) as held:
        held.tap(held.page.locator("#main tr[data-row] a").first)
        assert "名单里没有" in held.main_text()
        assert held.page.locator("#main a[href*='/hours/pictures/']").count() == 1
        held.press("认定，记入时长")
    with held_by(browser, town, token, own) as held:
        assert "申诉后认定" in held.main_text()
        assert "名单里没有" in held.main_text()


@pytest.mark.covers("S33")
def test_only_what_was_refused_goes_again(browser: Browser, town: World, tmp_path: Path) -> None:
    with town.writing():
        cast = Cast.load()
        numbers = [credited(cast, "ada", back=4 + days).code for days in range(4)]
        consent(cast, "ada")
        code = sent(cast, made(cast)).code
        refusals = tuple(("service", one, 1, "时间不对") for one in numbers[:3])
        answer = tmp_path / "receipt.jsonl"
        answer.write_bytes(text_of(receipt_of(fresh(code), refusals)))
    with held_by(browser, town, token_of("gil"), at(town, PROVINCE, f"/exchange/{code}")) as held:
        held.tap("读回执")
        held.page.locator("#main input[type=file]").set_input_files(answer)
        held.press("读回执")
        assert "时间不对" in held.main_text() or "被退回" in held.main_text()
        held.press("只重新报送被退回的")
    with town.reading():
        again = db.session.scalars(select(Batch).where(Batch.mode == BatchMode.REJECTS)).one()
        assert again.follows_id == fresh(code).id
