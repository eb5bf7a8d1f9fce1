"""Joining behind a poster: volunteer, member, who is too young, who is known already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.database import db
from core.messages import outbox
from members.models import Application, JoinDraft, Membership
from members.rules import ApplicationKind, ApplicationStatus, Flag
from organizations.rules import OrganizationStatus
from people.models import Person
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.conftest import years_ago
from tests.members.reading import at, link, one, words

Clients = Callable[[str], Client]


def only_application() -> Application:
    return db.session.scalars(select(Application)).one()


@pytest.mark.covers("V1")
def test_a_stranger_becomes_a_volunteer_in_six_taps(app: Flask, cast: Cast) -> None:
    client, code = Client(app), cast.code("东一村")
    page = client.page(f"/j/{code}")
    wanted = link(page, "当志愿者")  # tap 1
    answer = client.get(wanted)
    assert answer.status_code == 303
    assert "/login?next=" in answer.location
    phone = make.make_phone()
    client.post("/login/send", {"phone": phone, "next": wanted})  # tap 2
    message = outbox(1)[0]
    number = message.text.rpartition("#")[2]
    answer = client.post(  # taps 3 and 4: the tick and the button
        "/login/code", {"code": number, "agree": "y", "next": wanted}
    )
    assert (answer.status_code, answer.location) == (303, wanted)
    answer = client.post(wanted, {"name": " 王 小明 "})  # tap 5
    check = client.page(answer.location)
    assert words(check, "h1") == "核对并提交"
    answer = client.post(at(check, "main form", "action"))  # tap 6
    progress = client.page(answer.location)
    assert "东一村会审核" in progress.text
    application = only_application()
    assert application.kind is ApplicationKind.VOLUNTEER
    assert application.status is ApplicationStatus.SUBMITTED
    assert application.person.name == "王小明"
    assert application.person.plain_phone == phone
    assert not application.is_doubtful


@pytest.mark.covers("V2", "S13")
def test_a_member_gives_the_id_number_and_nothing_that_it_tells(
    newcomer: Callable[..., Client], cast: Cast
) -> None:
    client, code = newcomer(), cast.code("东一村")
    answer = client.post(f"/j/{code}/apply/member/name", {"name": "王小明"})
    assert answer.location.endswith("/identity")
    number = make.make_id_number(date(1990, 3, 7), 77)
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    refused = client.post(answer.location, {"id_number": wrong})
    assert refused.status_code == 422
    assert "最后一位和前面对不上" in refused.text
    answer = client.post(answer.location, {"id_number": number.lower()})
    check = client.get(answer.location)
    assert number not in check.text
    answer = client.post(f"/j/{code}/apply/member/submit")
    person = only_application().person
    assert person.id_number is None
    assert only_application().claimed_identity == number
    assert person.born_on == date(1990, 3, 7)
    assert number not in client.get(answer.location).text
    assert db.session.scalars(select(JoinDraft)).all() == []


@pytest.mark.covers("S13", "MEM-05")
def test_a_member_is_of_age(newcomer: Callable[..., Client], cast: Cast) -> None:
    client, code = newcomer(), cast.code("东一村")
    client.post(f"/j/{code}/apply/member/name", {"name": "王小明"})
    number = make.make_id_number(years_ago(15), 78)
    answer = client.post(f"/j/{code}/apply/member/identity", {"id_number": number})
    assert answer.status_code == 422
    assert "成人会员要满 18 岁" in answer.text


def test_another_document_needs_the_birth_day(newcomer: Callable[..., Client], cast: Cast) -> None:
    client, code = newcomer(), cast.code("东一村")
    client.post(f"/j/{code}/apply/member/name", {"name": "王小明"})
    path = f"/j/{code}/apply/member/identity?document=other"
    sent = {"id_type": "hk_macao_travel_permit", "id_number": "H12345678"}
    assert client.post(path, sent).status_code == 422
    answer = client.post(path, {**sent, "born_on": "1988-02-29"})
    assert answer.location.endswith("/check")
    client.post(f"/j/{code}/apply/member/submit")
    assert only_application().person.born_on == date(1988, 2, 29)


@pytest.mark.covers("LED-11")
def test_submitting_twice_is_one_application(newcomer: Callable[..., Client], cast: Cast) -> None:
    client, code = newcomer(), cast.code("东一村")
    client.post(f"/j/{code}/apply/volunteer/name", {"name": "王小明"})
    path = f"/j/{code}/apply/volunteer/submit"
    first = client.post(path, key="k" * 20)
    again = client.post(path, key="k" * 20)
    other = client.post(path)
    assert first.location == again.location
    assert other.location.partition("?")[0] == first.location.partition("?")[0]
    assert only_application().status is ApplicationStatus.SUBMITTED


def test_answers_are_kept_for_seven_days(newcomer: Callable[..., Client], cast: Cast) -> None:
    client, code = newcomer(), cast.code("东一村")
    client.post(f"/j/{code}/apply/member/name", {"name": "王小明"})
    form = one(client.page(f"/j/{code}/apply/member/name"), "input[name=name]")
    assert form["value"] == "王小明"
    draft = db.session.scalars(select(JoinDraft)).one()
    draft.updated_at = clock.now() - timedelta(days=7, minutes=1)
    db.session.commit()
    form = one(client.page(f"/j/{code}/apply/member/name"), "input[name=name]")
    assert not form.get("value")


def test_a_closed_organization_names_others_nearby(app: Flask, cast: Cast) -> None:
    cast.organization("东一村").status = OrganizationStatus.DISSOLVED
    db.session.commit()
    page = Client(app).page(f"/j/{cast.code('东一村')}")
    links = [link["href"] for link in page.select(".link-rows a")]
    assert f"/j/{cast.code('东二村')}" in links
    assert len(links) <= 3
    assert f"/j/{cast.code('西一村')}" not in links


def test_where_nobody_keeps_the_queue_the_county_does_and_says_so(
    newcomer: Callable[..., Client], cast: Cast
) -> None:
    kept, school = cast.organization("西一村"), cast.organization("西小学")
    client = newcomer()
    assert "由西县审核" in client.page(f"/j/{school.code}").text
    assert "由西县审核" not in client.page(f"/j/{kept.code}").text
    client.post(f"/j/{school.code}/apply/volunteer/name", {"name": "王小明"})
    client.post(f"/j/{school.code}/apply/volunteer/submit")
    assert only_application().handler_id == cast.organization("西县").id


@pytest.mark.covers("S14", "PRV-06")
def test_an_id_number_known_elsewhere_tells_nothing_and_never_makes_a_second_member(
    newcomer: Callable[..., Client], cast: Cast
) -> None:
    known = cast.person("ned")
    client, code = newcomer(), cast.code("东一村")
    client.post(f"/j/{code}/apply/member/name", {"name": "王小明"})
    client.post(f"/j/{code}/apply/member/identity", {"id_number": known.plain_id_number})
    answer = client.post(f"/j/{code}/apply/member/submit")
    application = only_application()
    assert application.flag_list == [Flag.ID_IN_USE]
    assert application.is_doubtful
    assert application.person_id != known.id
    assert application.person.id_number is None
    page = client.get(answer.location).text
    assert "已提交" in page
    assert known.name not in page
    live = select(Membership).where(Membership.person_id.in_([known.id, application.person_id]))
    assert len(db.session.scalars(live).all()) == 1


@pytest.mark.covers("PRV-06")
def test_one_s_own_data_does_not_tell_whether_a_number_is_known(
    newcomer: Callable[..., Client], cast: Cast
) -> None:
    pages = []
    for number in (cast.person("ned").plain_id_number, make.make_id_number(date(1990, 3, 7), 83)):
        client, code = newcomer(), cast.code("东一村")
        client.post(f"/j/{code}/apply/member/name", {"name": "王小明"})
        client.post(f"/j/{code}/apply/member/identity", {"id_number": number})
        client.post(f"/j/{code}/apply/member/submit")
        rows = [row.text for row in client.page("/me/data").select("dl.summary > div")]
        assert any(number[:3] in row for row in rows)
        pages.append([row for row in rows if "手机号" not in row and "性别" not in row])
        shown = client.post("/me/data/show").text
        assert number in shown
    assert pages[0] == pages[1]


def test_a_member_is_led_to_the_card(client_of: Clients, cast: Cast) -> None:
    page = client_of("mia").page(f"/j/{cast.code('东一村')}")
    assert link(page, "出示会员证") == "/me/card"
    answer = client_of("mia").post(f"/j/{cast.code('东二村')}/apply/member/submit")
    assert answer.status_code == 422
    assert "已经加入" in answer.text


@pytest.mark.covers("VOL-04")
@pytest.mark.parametrize(("age", "allowed"), [(7, False), (8, True), (14, True), (17, True)])
def test_the_lowest_age_of_a_volunteer(
    newcomer: Callable[..., Client], cast: Cast, age: int, allowed: bool
) -> None:
    client, code = newcomer(), cast.code("东一村")
    client.post(f"/j/{code}/apply/volunteer/name", {"name": "王小明"})
    answer = client.post(
        f"/j/{code}/apply/volunteer/identity",
        {
            "born_on": years_ago(age).isoformat(),
            "guardian_name": "王大明",
            "guardian_phone": make.make_phone(),
        },
    )
    assert answer.status_code == (303 if allowed else 422)


@pytest.mark.covers("PRV-11")
def test_the_guardian_has_another_phone(newcomer: Callable[..., Client], cast: Cast) -> None:
    phone = make.make_phone()
    client, code = newcomer(phone), cast.code("东一村")
    client.post(f"/j/{code}/apply/volunteer/name", {"name": "王小明"})
    answer = client.post(
        f"/j/{code}/apply/volunteer/identity",
        {
            "born_on": years_ago(15).isoformat(),
            "guardian_name": "王大明",
            "guardian_phone": f"+86 {phone}",
        },
    )
    assert answer.status_code == 422
    assert "不能和申请人的一样" in parsed(answer).text


def test_same_sound_and_birth_day_is_looked_at(newcomer: Callable[..., Client], cast: Cast) -> None:
    make.make_person("汪小明", born_on=date(1990, 3, 7))
    client, code = newcomer(), cast.code("东一村")
    client.post(f"/j/{code}/apply/member/name", {"name": "王小明"})
    number = make.make_id_number(date(1990, 3, 7), 79)
    client.post(f"/j/{code}/apply/member/identity", {"id_number": number})
    client.post(f"/j/{code}/apply/member/submit")
    assert only_application().flag_list == [Flag.DUPLICATE]


def test_one_account_is_one_person(newcomer: Callable[..., Client], cast: Cast) -> None:
    before = len(db.session.scalars(select(Person.id)).all())
    client, code = newcomer(), cast.code("东一村")
    for kind, more in (("volunteer", {}), ("member", {"id": "x"})):
        client.post(f"/j/{code}/apply/{kind}/name", {"name": "王小明"})
        if more:
            number = make.make_id_number(date(1990, 3, 7), 80)
            client.post(f"/j/{code}/apply/{kind}/identity", {"id_number": number})
        assert client.post(f"/j/{code}/apply/{kind}/submit").status_code == 303
    assert len(db.session.scalars(select(Application)).all()) == 2
    assert len(db.session.scalars(select(Person.id)).all()) == before + 1
