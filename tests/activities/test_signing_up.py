"""Signing up on the phone: seats, the waiting list, conditions with their reasons, cancelling."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from accounts.rules.letters import LetterKind
from activities.models import SignedAgreement, Signup
from activities.rules import ActivityField, Ground, SignupStatus
from core import clock
from core.database import db
from core.messages import Message
from tests import activity_factories as acting
from tests.activities.desk import begin, first_shift, letters, live, sign_up
from tests.cast import Cast
from tests.client import Client, parsed
from volunteers.models import Volunteer
from volunteers.rules import VolunteerStatus

ClientOf = Callable[[str], Client]
BRANCH = "东一村"


def an_activity(cast: Cast, **changes: Any) -> Any:
    """Return the shift of a published activity of the branch."""
    return acting.shift_of(acting.make_activity(cast.organization(BRANCH), **changes))


def text_at(page: Any, selector: str) -> str:
    """Return the words of the one part of a page that is there."""
    found = page.select(selector)
    assert len(found) == 1, selector
    return str(found[0].text)


def value_at(page: Any, selector: str) -> str:
    """Return the value of a field that is there."""
    return str(page.select(selector)[0].get("value", ""))


def young(cast: Cast, name: str, age: int) -> None:
    """Make somebody of the cast younger."""
    cast.person(name).born_on = date(clock.today().year - age, 1, 1)
    db.session.commit()


@pytest.mark.covers("V10", "S15")
def test_a_volunteer_signs_up_from_the_list_by_one_button(cast: Cast, client_of: ClientOf) -> None:
    shift = an_activity(cast)
    ada = client_of("ada")
    page = ada.page("/events")
    form = page.select_one(f"#shift-{shift.code} form")
    assert form is not None
    answer = ada.post(str(form["action"]))
    assert answer.status_code == 303
    assert "已报名" in ada.get(answer.headers["Location"]).text
    assert live(shift) == {"人ada": "accepted"}
    db.session.refresh(shift)
    assert shift.taken == 1
    row = ada.page("/events").select_one(f"#shift-{shift.code}")
    assert row is not None
    assert "已报名" in row.text
    assert row.select_one("form") is None


@pytest.mark.covers("S7")
def test_a_time_that_is_taken_is_refused_with_the_other_activity_named(
    cast: Cast, client_of: ClientOf
) -> None:
    start = clock.now() + timedelta(days=3)
    first = an_activity(cast, title="献血站引导", starts_at=start)
    second = an_activity(cast, starts_at=start + timedelta(minutes=90))
    later = an_activity(cast, starts_at=start + timedelta(hours=2))
    ada = client_of("ada")
    assert sign_up(ada, first).status_code == 303
    refused = sign_up(ada, second)
    assert refused.status_code == 422
    assert "献血站引导" in text_at(parsed(refused), ".notice-error")
    assert live(second) == {}
    assert sign_up(ada, later).status_code == 303  # one begins when the other ends
    assert sign_up(ada, first).status_code == 422
    assert "已经报名" in sign_up(ada, first).text


@pytest.mark.covers("RACE-02", "S15")
def test_who_waits_longest_gets_the_seat_that_is_freed_and_is_told(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = an_activity(cast, seats=1)
    for name in ("ada", "gus", "ben"):
        assert sign_up(client_of(name), shift).status_code == 303
    assert live(shift) == {"人ada": "accepted", "人gus": "waitlisted", "人ben": "waitlisted"}
    gus = db.session.scalars(select(Signup).where(Signup.person_id == cast.person("gus").id)).one()
    assert "排在第 1 位" in client_of("gus").get(f"/me/events/{gus.code}").text
    ada = db.session.scalars(select(Signup).where(Signup.person_id == cast.person("ada").id)).one()
    assert client_of("ada").post(f"/me/events/{ada.code}/cancel").status_code == 303
    assert live(shift) == {"人gus": "accepted", "人ben": "waitlisted"}
    assert letters(cast.user("gus")) == [LetterKind.SIGNUP_PROMOTED]
    assert letters(cast.user("ben")) == []
    db.session.refresh(shift)
    assert shift.taken == 1


def test_who_serves_no_more_is_passed_over(cast: Cast, client_of: ClientOf) -> None:
    shift = an_activity(cast, seats=1)
    for name in ("ada", "gus", "ben"):
        sign_up(client_of(name), shift)
    of_gus = Volunteer.person_id == cast.person("gus").id
    db.session.scalars(select(Volunteer).where(of_gus)).one().status = VolunteerStatus.WITHDRAWN
    own = select(Signup.code).where(Signup.person_id == cast.person("ada").id)
    client_of("ada").post(f"/me/events/{db.session.scalars(own).one()}/cancel")
    assert live(shift) == {"人ben": "accepted"}


@pytest.mark.covers("S4", "S16")
@pytest.mark.parametrize("way", ["danger", "rescue"])
def test_a_minor_never_joins_a_dangerous_service_and_reads_the_article(
    cast: Cast, client_of: ClientOf, way: str
) -> None:
    shift = an_activity(cast, title="抗洪转运")
    if way == "danger":
        shift.activity.grounds, shift.activity.policy_number = Ground.DANGER.value, "P1"
    else:
        shift.activity.field = ActivityField.RESCUE
    young(cast, "ada", 16)
    ada = client_of("ada")
    page = ada.page(f"/events/shifts/{shift.code}")
    assert "《浙江省志愿服务条例》第九条" in page.text
    assert page.select_one(f"form[action='/events/shifts/{shift.code}']") is None
    digest = {"agrees": "y", "digest": "0" * 64}
    refused = sign_up(ada, shift, digest)
    assert refused.status_code == 422
    assert "第九条" in text_at(parsed(refused), ".notice-error")
    assert live(shift) == {}


def test_each_condition_is_told_met_or_not(cast: Cast, client_of: ClientOf) -> None:
    shift = an_activity(cast)
    shift.activity.min_age, shift.activity.needs_registered = 60, True
    db.session.commit()
    page = client_of("ada").page(f"/events/shifts/{shift.code}")
    told = [" ".join(one.text.split()) for one in page.select("#main li") if one.select(".tag")]
    assert [one for one in told if one.startswith("符合")] == [
        "符合 您是志愿者",
        "符合 这个时间您没有别的报名",
    ]
    assert [one for one in told if one.startswith("不符合")] == [
        "不符合 要满 60 岁",
        "不符合 要是注册志愿者，现在还是登记志愿者",
    ]
    assert sign_up(client_of("ada"), shift).status_code == 422
    stranger = client_of("mia")  # a member, no volunteer
    refused = sign_up(stranger, an_activity(cast))
    assert refused.status_code == 422
    assert "要先当志愿者" in refused.text


@pytest.mark.covers("S5", "VOL-16")
def test_an_agreement_is_accepted_on_the_phone_and_kept(cast: Cast, client_of: ClientOf) -> None:
    shift = an_activity(cast)
    shift.activity.grounds = Ground.LONG.value
    db.session.commit()
    ada = client_of("ada")
    assert "请先看协议" in sign_up(ada, shift).text
    assert live(shift) == {}
    page = ada.page(f"/events/shifts/{shift.code}")
    digest = value_at(page, "input[name=digest]")
    shift.activity.place = "另一个广场"
    db.session.commit()
    changed = sign_up(ada, shift, {"agrees": "y", "digest": digest})
    assert changed.status_code == 422
    assert "请再看一遍协议" in changed.text
    digest = value_at(parsed(changed), "input[name=digest]")
    assert sign_up(ada, shift, {"agrees": "y", "digest": digest}).status_code == 303
    kept = db.session.scalars(select(SignedAgreement)).one()
    assert (kept.version, kept.digest) == ("2026-11", digest)
    assert "地点：另一个广场" in kept.text
    young(cast, "gus", 16)
    assert "由监护人签" in client_of("gus").get(f"/events/shifts/{shift.code}").text


def test_a_certificate_is_stated_and_looked_at(cast: Cast, client_of: ClientOf) -> None:
    shift = an_activity(cast, seats=1)
    shift.activity.certificate = "救护员证"
    db.session.commit()
    ada, ben = client_of("ada"), client_of("ben")
    assert sign_up(ada, shift).status_code == 422
    assert sign_up(ada, shift, {"has_certificate": "y"}).status_code == 303
    assert sign_up(client_of("gus"), shift, {"has_certificate": "y"}).status_code == 303
    assert live(shift) == {"人ada": "signed_up", "人gus": "waitlisted"}
    signup = db.session.scalars(select(Signup).where(Signup.status == SignupStatus.SIGNED_UP)).one()
    path = f"/o/{cast.code(BRANCH)}/signups/{signup.code}"
    assert ben.post(f"{path}/decline", {"reason": ""}).status_code == 422
    assert ben.post(f"{path}/decline", {"reason": "证书已过期"}).status_code == 303
    assert live(shift) == {"人gus": "signed_up"}
    assert letters(cast.user("ada")) == [LetterKind.SIGNUP_REFUSED]
    assert "证书已过期" in ada.get(f"/me/events/{signup.code}").text
    assert ben.post(f"{path}/accept").status_code == 409
    other = db.session.scalars(select(Signup).where(Signup.status == SignupStatus.SIGNED_UP)).one()
    assert ben.post(f"/o/{cast.code(BRANCH)}/signups/{other.code}/accept").status_code == 303
    assert live(shift) == {"人gus": "accepted"}


@pytest.mark.covers("VOL-19")
def test_cancelling_late_takes_a_reason_that_the_keeper_reads_at_once(
    cast: Cast, client_of: ClientOf
) -> None:
    shift = an_activity(cast)
    ada = client_of("ada")
    sign_up(ada, shift)
    begin(shift, clock.now() + timedelta(hours=5))
    signup = db.session.scalars(select(Signup)).one()
    path = f"/me/events/{signup.code}/cancel"
    assert "请写明原因" in ada.post(path).text
    assert live(shift) == {"人ada": "accepted"}
    assert ada.post(path, {"reason": "孩子病了"}).status_code == 303
    assert live(shift) == {}
    assert letters(cast.user("ben")) == [LetterKind.SIGNUP_CANCELLED_LATE]
    assert "孩子病了" in client_of("ben").get(f"/o/{cast.code(BRANCH)}/shifts/{shift.code}").text
    assert ada.post(path, {"reason": "再一次"}).status_code == 422


def test_what_has_begun_takes_no_sign_up_and_no_cancelling(cast: Cast, client_of: ClientOf) -> None:
    shift = an_activity(cast)
    ada = client_of("ada")
    sign_up(ada, shift)
    begin(shift, clock.now() - timedelta(minutes=1))
    assert sign_up(client_of("gus"), shift).status_code == 422
    code = db.session.scalars(select(Signup.code)).one()
    assert ada.post(f"/me/events/{code}/cancel", {"reason": "晚了"}).status_code == 422
    assert live(shift) == {"人ada": "accepted"}


def test_the_calendar_holds_the_shift_and_no_name(cast: Cast, client_of: ClientOf) -> None:
    shift = an_activity(cast, title="急救, 演练；第一场")
    ada = client_of("ada")
    sign_up(ada, shift)
    for path in (f"/events/shifts/{shift.code}/calendar", "/me/events/calendar"):
        answer = ada.get(path)
        assert answer.mimetype == "text/calendar"
        event = Calendar.from_ical(answer.data).walk("VEVENT")[0]
        assert str(event["summary"]) == "急救, 演练；第一场"
        assert event.decoded("dtstart") == shift.starts_at.replace(microsecond=0)
        assert "人ada" not in answer.text


@pytest.mark.covers("PRV-05")
def test_the_public_page_names_nobody(app: Any, cast: Cast, client_of: ClientOf) -> None:
    shift = an_activity(cast)
    sign_up(client_of("ada"), shift)
    nobody = Client(app)
    page = nobody.get(f"/events/{shift.activity.code}")
    assert page.status_code == 200
    assert "社区急救演练" in page.text
    assert "人ada" not in page.text
    assert nobody.get(f"/events/shifts/{shift.code}").status_code == 303  # to sign in, and back


@pytest.mark.covers("LOAD-07")
def test_a_long_list_takes_no_more_statements(
    cast: Cast,
    client_of: ClientOf,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    ada, seen = client_of("ada"), []
    for number in (3, 12):
        for turn in range(number):
            an_activity(cast, starts_at=clock.now() + timedelta(days=2, hours=3 * turn + number))
        with count_statements() as found:
            assert ada.get("/events").status_code == 200
        seen.append(len(found))
    assert seen[1] <= seen[0]


def test_messages_of_a_change_within_a_day_go_to_the_phone(cast: Cast, client_of: ClientOf) -> None:
    shift = an_activity(cast)
    sign_up(client_of("ada"), shift)
    begin(shift, clock.now() + timedelta(hours=20))
    activity = shift.activity
    path = f"/o/{cast.code(BRANCH)}/events/{activity.code}/cancel"
    assert client_of("ben").post(path, {"reason": "台风"}).status_code == 303
    assert letters(cast.user("ada")) == [LetterKind.ACTIVITY_CANCELLED_SOON]
    sent = [one.text for one in db.session.scalars(select(Message))]
    assert [one for one in sent if "取消了即将举行的活动『社区急救演练』" in one]
    assert live(first_shift(activity)) == {}
