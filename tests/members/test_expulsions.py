"""Expulsion: facts, hearing, council, county, appeal; nobody decides over himself (MEM-44)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from accounts.operations import end_post
from core import clock, settings
from core.access.permissions import Role
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from members import operations
from members.models import Expulsion, ExpulsionEvent, Membership, Transfer
from members.operations import card_token
from members.rules import (
    ExpulsionStatus,
    MembershipStatus,
    Resolution,
    TransferStatus,
    check_resolution,
)
from organizations.rules import Measure
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members.conftest import actor_of
from tests.members.test_leaving import gaps
from tests.members.test_transfers import ask, of_mia
from tests.members.waiting import figure

Clients = Callable[[str], Client]
BRANCH, COUNTY, CITY = "东一村", "东县", "东市"
OWN = "/me/expulsion"
FACTS = {"facts": "两次冒用红十字会名义募捐", "documents": "会议记录 3 号"}
VOTES = {"outcome": "expel", "votes_for": "5", "votes_against": "1", "votes_abstained": "0"}


def the_expulsion() -> Expulsion:
    db.session.expire_all()
    return db.session.scalars(select(Expulsion).order_by(Expulsion.id.desc())).first() or (
        pytest.fail("no expulsion")
    )


def propose(cast: Cast, client_of: Clients, who: str = "ben", place: str = BRANCH) -> Expulsion:
    path = f"/o/{cast.code(place)}/members/{of_mia(cast).code}/expulsion"
    assert client_of(who).post(path, FACTS).status_code == 303
    return the_expulsion()


def act(client: Client, cast: Cast, place: str, verb: str = "", **sent: str) -> int:
    path = f"/o/{cast.code(place)}/expulsions/{the_expulsion().code}"
    return client.post(f"{path}/{verb}", sent).status_code


def resolved(**changes: str) -> dict[str, str]:
    return {**VOTES, "resolved_on": clock.today().isoformat(), **changes}


def expel(cast: Cast, client_of: Clients) -> Expulsion:
    """Take mia through to the effect: proposed, answered, decided, confirmed."""
    propose(cast, client_of)
    client_of("mia").post(f"{OWN}/answer", {"words": "我没有募捐"})
    assert act(client_of("ben"), cast, BRANCH, "decision", **resolved()) == 303
    assert act(client_of("cora"), cast, COUNTY, "confirm") == 303
    return the_expulsion()


@pytest.mark.covers("MEM-44", "D10", "D11")
def test_the_member_is_heard_with_all_rights_and_his_words_are_shown(
    cast: Cast, client_of: Clients, app: Flask
) -> None:
    card = f"/v/{card_token(of_mia(cast).code)}"
    ben, mia, cora = (client_of(name) for name in ("ben", "mia", "cora"))
    page = ben.page(f"/o/{cast.code(BRANCH)}/members/{of_mia(cast).code}")
    assert page.select_one("a[href$='/expulsion']")
    case = propose(cast, client_of)
    days = settings.value("expulsions.hearing_working_days", on=clock.today())
    assert case.hearing_until == clock.add_working_days(clock.today(), days)
    assert "提出对您除名" in mia.page("/me/messages").text
    assert FACTS["facts"] in mia.page(OWN).text
    assert of_mia(cast).status is MembershipStatus.EXPULSION_PROPOSED
    assert Client(app).get(card).status_code == 200
    assert "已作废" not in Client(app).page(card).text
    assert mia.post(f"{OWN}/answer", {"words": "<i>我</i>没有募捐"}).status_code == 303
    assert mia.post(f"{OWN}/answer", {"words": "再说一次"}).status_code == 409
    assert "除名" in ben.page(f"/o/{cast.code(BRANCH)}/home").text
    asked = ben.page(f"/o/{cast.code(BRANCH)}/expulsions/{case.code}/decision")
    assert "<i>我</i>没有募捐" in asked.text
    assert act(ben, cast, BRANCH, "decision", **resolved()) == 303
    assert act(ben, cast, BRANCH, "decision", **resolved()) == 409
    seen = cora.page(f"/o/{cast.code(COUNTY)}/expulsions/{case.code}")
    assert "赞成 5，反对 1，弃权 0" in seen.text
    assert "<i>我</i>没有募捐" in seen.text


@pytest.mark.covers("MEM-44", "D10", "D11")
def test_the_county_confirms_and_the_city_overturns(
    cast: Cast, client_of: Clients, app: Flask
) -> None:
    before, unexplained = figure(cast, BRANCH, Measure.ADULT_MEMBERS), gaps()
    card = f"/v/{card_token(of_mia(cast).code)}"
    mia, eve, case = client_of("mia"), client_of("eve"), expel(cast, client_of)
    gone = of_mia(cast)
    assert (gone.status, gone.left_on) == (MembershipStatus.EXPELLED, clock.today())
    assert "已作废" in Client(app).page(card).text
    assert figure(cast, BRANCH, Measure.ADULT_MEMBERS) == before - 1
    assert mia.page("/me/card").select_one(f"a[href='{OWN}']")
    assert mia.post(f"{OWN}/appeal", {"words": "事实不清"}).status_code == 303
    assert the_expulsion().handler_id == cast.organization(CITY).id
    above = eve.page(f"/o/{cast.code(CITY)}/expulsions/{case.code}").text
    assert "事实不清" in above
    assert cast.person("mia").name not in above
    sent = {"outcome": "overturn", "note": "证据不足"}
    assert act(eve, cast, CITY, "appeal", **sent) == 303
    back = of_mia(cast)
    assert (back.status, back.left_on) == (MembershipStatus.ACTIVE, None)
    assert "证据不足" in mia.page(OWN).text
    assert gaps() == unexplained
    steps = set(db.session.scalars(select(ExpulsionEvent.action)))
    assert {"answer", "decide", "confirm", "appeal", "overturn"} <= steps
    audited = set(db.session.scalars(select(AuditEvent.action)))
    assert {"expulsions.propose", "expulsions.confirm", "expulsions.overturn"} <= audited


@pytest.mark.covers("MEM-44")
def test_nobody_decides_before_the_member_was_heard(
    cast: Cast, client_of: Clients, app: Flask
) -> None:
    case = propose(cast, client_of)
    ben = client_of("ben")
    assert act(ben, cast, BRANCH, "decision", **resolved()) == 422
    for day, ended in ((case.hearing_until, "0"), (case.hearing_until + timedelta(1), "1")):
        told = app.test_cli_runner().invoke(args=["members", "file-due", "--on", str(day)])
        assert f"{ended} expulsions went on" in told.output
    assert the_expulsion().status is ExpulsionStatus.HEARD
    assert act(ben, cast, BRANCH, "decision", **resolved()) == 303
    answered = client_of("mia").post(f"{OWN}/answer", {"words": "太晚了"})
    assert answered.status_code == 409


def test_the_county_returns_and_the_branch_drops_it(cast: Cast, client_of: Clients) -> None:
    propose(cast, client_of)
    client_of("mia").post(f"{OWN}/answer", {"words": "我没有募捐"})
    act(client_of("ben"), cast, BRANCH, "decision", **resolved())
    assert act(client_of("cora"), cast, COUNTY, "return", note="") == 422
    assert act(client_of("cora"), cast, COUNTY, "return", note="票数和记录不一致") == 303
    assert act(client_of("cora"), cast, COUNTY, "confirm") == 409
    ben = client_of("ben")
    page = ben.page(f"/o/{cast.code(BRANCH)}/expulsions/{the_expulsion().code}")
    assert "票数和记录不一致" in page.text
    assert act(ben, cast, BRANCH, "decision", outcome="drop", text="", resolved_on="") == 422
    dropped = resolved(outcome="drop", text="证据不足")
    assert act(ben, cast, BRANCH, "decision", **dropped) == 303
    assert of_mia(cast).status is MembershipStatus.ACTIVE
    assert "您的会籍照旧" in client_of("mia").page(OWN).text


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"outcome": ""}, 1),
        ({"resolved_on": "2999-01-01"}, 1),
        ({"resolved_on": "2001-01-01"}, 1),
        ({"votes_for": "3", "votes_against": "2", "votes_abstained": "1"}, 1),
        ({"votes_for": "-1", "resolved_on": "x", "outcome": "maybe"}, 3),
        ({"votes_for": "", "votes_against": "", "votes_abstained": ""}, 1),
        ({"text": "字" * 501}, 1),
    ],
)
def test_every_wrong_field_is_told_at_once(
    cast: Cast, client_of: Clients, sent: dict[str, str], wrong: int
) -> None:
    propose(cast, client_of)
    client_of("mia").post(f"{OWN}/answer", {"words": "我没有募捐"})
    path = f"/o/{cast.code(BRANCH)}/expulsions/{the_expulsion().code}/decision"
    answer = client_of("ben").post(path, resolved(**sent))
    assert answer.status_code == 422
    assert len(parsed(answer).select(".field-error")) == wrong
    assert the_expulsion().status is ExpulsionStatus.HEARD


@pytest.mark.covers("LED-04")
def test_nobody_acts_on_himself_or_reviews_his_own_work(cast: Cast, client_of: Clients) -> None:
    make.make_membership(cast.person("ben"), cast.organization(BRANCH))
    own = db.session.scalars(
        select(Membership).where(Membership.person_id == cast.person("ben").id)
    ).one()
    db.session.commit()
    path = f"/o/{cast.code(BRANCH)}/members/{own.code}"
    assert client_of("ben").get(f"{path}/expulsion").status_code == 404
    assert client_of("ben").page(path).select_one("a[href$='/expulsion']") is None
    # ben is the only keeper, so the county acts as branch, and the city reviews
    case = client_of("cora").post(f"/o/{cast.code(COUNTY)}/members/{own.code}/expulsion", FACTS)
    assert case.status_code == 303
    client_of("ben").post(f"{OWN}/answer", {"words": "没有"})
    assert act(client_of("cora"), cast, COUNTY, "decision", **resolved()) == 303
    assert the_expulsion().handler_id == cast.organization(CITY).id
    assert (
        client_of("ben")
        .get(f"/o/{cast.code(BRANCH)}/expulsions/{the_expulsion().code}")
        .status_code
        == 404
    )
    assert act(client_of("eve"), cast, CITY, "confirm") == 303
    client_of("ben").post(f"{OWN}/appeal", {"words": "事实不清"})
    assert the_expulsion().handler_id == cast.organization("测试省").id


def test_the_only_officer_does_not_review_what_he_proposed(cast: Cast, client_of: Clients) -> None:
    make.make_post(cast.user("cora"), Role.SECRETARY, cast.organization(BRANCH))
    for post in cast.user("ben").posts:
        end_post(post, clock.today() - timedelta(days=1), by=SYSTEM, now=clock.now())
    for post in cast.user("nell").posts:
        end_post(post, clock.today() - timedelta(days=1), by=SYSTEM, now=clock.now())
    db.session.commit()
    propose(cast, client_of, "cora")
    client_of("mia").post(f"{OWN}/answer", {"words": "没有"})
    act(client_of("cora"), cast, BRANCH, "decision", **resolved())
    assert the_expulsion().handler_id == cast.organization(CITY).id


def test_who_proposed_cannot_confirm_even_where_another_could(
    cast: Cast, client_of: Clients
) -> None:
    make.make_post(cast.user("cora"), Role.SECRETARY, cast.organization(BRANCH))
    db.session.commit()
    propose(cast, client_of, "cora")
    client_of("mia").post(f"{OWN}/answer", {"words": "没有"})
    act(client_of("ben"), cast, BRANCH, "decision", **resolved())
    assert the_expulsion().handler_id == cast.organization(COUNTY).id
    assert act(client_of("cora"), cast, COUNTY, "confirm") == 422
    page = client_of("cora").page(f"/o/{cast.code(COUNTY)}/expulsions/{the_expulsion().code}")
    assert page.select_one("form[action$='/confirm']") is None


@pytest.mark.covers("AZ-05")
def test_it_does_not_exist_for_others(cast: Cast, client_of: Clients) -> None:
    case = propose(cast, client_of)
    for who, place in (("bea", "东二村"), ("dan", "西县"), ("eve", CITY), ("will", "西一村")):
        path = f"/o/{cast.code(place)}/expulsions/{case.code}"
        assert client_of(who).get(path).status_code == 404, who
    assert client_of("ada").get(OWN).status_code == 404
    assert (
        client_of("cora")
        .post(f"/o/{cast.code(COUNTY)}/members/{of_mia(cast).code}/expulsion", FACTS)
        .status_code
        == 404
    )


def test_a_member_may_leave_meanwhile_and_finds_it_again_when_he_comes_back(
    cast: Cast, client_of: Clients
) -> None:
    propose(cast, client_of)
    mia = client_of("mia")
    mia.post(f"{OWN}/answer", {"words": "没有"})
    mia.post("/me/membership/leave", {})
    assert the_expulsion().status is ExpulsionStatus.DISCONTINUED
    assert of_mia(cast).status is MembershipStatus.WITHDRAWN
    assert act(client_of("ben"), cast, BRANCH, "decision", **resolved()) == 409
    mia.post("/me/membership/leave/undo")
    assert of_mia(cast).status is MembershipStatus.EXPULSION_PROPOSED
    assert the_expulsion().status is ExpulsionStatus.HEARD
    assert act(client_of("ben"), cast, BRANCH, "decision", **resolved()) == 303


def test_an_open_transfer_ends_and_none_begins(cast: Cast, client_of: Clients) -> None:
    ask(cast, client_of)
    propose(cast, client_of)
    moving = db.session.scalars(select(Transfer)).one()
    assert moving.status is TransferStatus.CANCELLED
    path = f"/j/{cast.code('东二村')}/transfer"
    assert "暂时不能转会籍" in client_of("mia").page(path).text
    assert client_of("mia").post(path).status_code == 422


def test_the_last_day_to_appeal_counts_and_then_it_is_final(
    cast: Cast, client_of: Clients, app: Flask
) -> None:
    case = expel(cast, client_of)
    last = case.appeal_until
    assert last == clock.today() + timedelta(days=30)
    day = last + timedelta(days=1)
    late = clock.day_bounds(day)[0]
    with pytest.raises(RuleViolation, match="已过申诉期限"):
        operations.appeal_expulsion(
            cast.person("mia").id, "不服", by=actor_of(cast, "mia"), now=late
        )
    db.session.rollback()
    app.test_cli_runner().invoke(args=["members", "file-due", "--on", str(last)])
    assert the_expulsion().status is ExpulsionStatus.EFFECTIVE
    app.test_cli_runner().invoke(args=["members", "file-due", "--on", str(day)])
    assert the_expulsion().status is ExpulsionStatus.FINAL
    assert client_of("mia").post(f"{OWN}/appeal", {"words": "不服"}).status_code == 409


def test_it_follows_the_keeper(cast: Cast, client_of: Clients) -> None:
    propose(cast, client_of)
    for post in cast.user("ben").posts:
        end_post(post, clock.today() - timedelta(days=1), by=SYSTEM, now=clock.now())
    db.session.commit()
    assert the_expulsion().handler_id == cast.organization(COUNTY).id


@pytest.mark.pure
@given(agreed=st.integers(0, 9999), against=st.integers(0, 9999), abstained=st.integers(0, 9999))
def test_only_more_than_half_carries_an_expulsion(
    agreed: int, against: int, abstained: int
) -> None:
    day = date(2026, 11, 20)
    resolution = Resolution(day, "", agreed, against, abstained)
    if 2 * agreed > agreed + against + abstained:
        assert check_resolution(resolution, day, day) == resolution
    else:
        with pytest.raises(RuleViolation):
            check_resolution(resolution, day, day)
