"""Supervision orders from being given to their end, by hand and by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.handing_over import Leaving, open_work
from accounts.models import Letter
from accounts.queries.digests import duties_of
from accounts.rules.handover import OpenWork
from accounts.rules.letters import LetterKind
from core import clock
from core.access.permissions import Role
from core.audit.models import AuditEvent
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import IllegalTransition, RuleViolation, UnknownRowError
from organizations.rules import Measure
from supervision.orders import operations
from supervision.orders.models import Order
from supervision.orders.operations import Told
from supervision.orders.rules import OrderAction, OrderStatus, Side
from tests.cast import Cast
from tests.client import Client
from tests.supervision.order_parts import (
    WAYS,
    again,
    alert_at,
    late_elections,
    letters_of,
    make_order,
    night,
    of,
)
from tests.supervision.parts import add, home, look

ClientOf = Callable[[str], Client]
S, A = OrderStatus, OrderAction


@pytest.mark.covers("S28")
def test_the_city_sends_an_order_gets_an_answer_gives_it_back_once_and_closes_it(
    cast: Cast, client_of: ClientOf
) -> None:
    late_elections(cast, "东一村", 2)
    night()
    eve, cora = client_of("eve"), client_of("cora")
    listed = look(eve, f"/o/{cast.code('东市')}/alerts")
    assert [row.th.a.text for row in listed.select("#rows tr")] == ["东县"]
    way = next(link["href"] for link in listed.select("#rows a") if link.text == "发督办")
    form = look(eve, way)
    text = form.select_one("textarea").text.strip()
    assert "东县换届超期：2 个（红色：达到 1 个）" in text
    due = form.select_one("input[name=due_on]")["value"]
    sent = eve.post(way, {"text": text, "due_on": due})
    assert sent.status_code == 303
    order = db.session.query(Order).one()
    assert (order.status, order.figure, order.handler.name) == (S.ISSUED, 2, "东县")
    check_begun(cast, eve, cora)
    answer_twice(cast, order, eve, cora)
    check_told(cast, look(eve, of(cast, "东市", order)))


def check_begun(cast: Cast, eve: Client, cora: Client) -> None:
    """Check that both sides see the order: a mark above, a to-do with its rows below."""
    assert letters_of(cast, "cora") == [LetterKind.ORDER_ISSUED]
    listed = look(eve, f"/o/{cast.code('东市')}/alerts")
    assert "已发督办" in listed.select_one("#rows").text
    todo = look(cora, home(cast, "东县")).select_one("#alerts")
    assert "督办：换届超期" in todo.text
    rows = todo.select_one("a.text-link")["href"]
    assert rows.endswith("state=overdue")
    assert cora.get(rows).status_code == 200


def answer_twice(cast: Cast, order: Order, eve: Client, cora: Client) -> None:
    """Receive, reply, get it back, reply again, and see it closed."""
    path = of(cast, "东县", order, "answer")
    assert cora.post(path, {"act": "receive"}).status_code == 303
    assert cora.post(path, {"act": "reply", "words": "  "}).status_code == 422
    assert cora.post(path, {"act": "reply", "words": "一个已换届"}).status_code == 303
    check = of(cast, "东市", order, "check")
    back = eve.post(check, {"act": "reopen", "words": "还有一个", "due_on": ""})
    assert back.status_code == 303
    assert (again(order).status, again(order).rounds) == (S.RECEIVED, 1)
    assert cora.post(path, {"act": "reply", "words": "都开了会"}).status_code == 303
    assert eve.post(check, {"act": "close"}).status_code == 303
    assert again(order).status is S.CLOSED


def check_told(cast: Cast, page: Any) -> None:
    """Check the thread, the letters and the log of the order that went back once."""
    steps = [row.select("span")[1].text for row in page.select("#thread li")]
    assert [one.split("：", maxsplit=1)[0] for one in steps] == [
        "发督办",
        "签收",
        "报办结",
        "退回再办",
        "报办结",
        "复核通过",
    ]
    assert "当时 2 个" in page.select_one("#thread").text  # computed, nobody typed it
    kinds = [LetterKind.ORDER_ISSUED, LetterKind.ORDER_REOPENED, LetterKind.ORDER_CLOSED]
    assert letters_of(cast, "cora") == kinds
    told = [LetterKind.ORDER_RECEIVED, LetterKind.ORDER_REPLIED, LetterKind.ORDER_REPLIED]
    assert letters_of(cast, "eve") == told
    done = db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.action.like("orders.%")).order_by(AuditEvent.id)
    ).all()
    assert done == [
        f"orders.{one}" for one in ["issue", "receive", "reply", "reopen", "reply", "close"]
    ]


@pytest.mark.parametrize("status", list(WAYS))
@pytest.mark.parametrize(
    ("act", "side", "states"),
    [
        ("receive", "answer", {S.ISSUED}),
        ("reply", "answer", {S.RECEIVED}),
        ("write", "answer", {S.ISSUED, S.RECEIVED, S.REPLIED}),
        ("close", "check", {S.REPLIED}),
        ("reopen", "check", {S.REPLIED}),
        ("withdraw", "check", {S.ISSUED, S.RECEIVED, S.REPLIED}),
        ("write", "check", {S.ISSUED, S.RECEIVED, S.REPLIED}),
    ],
)
def test_a_step_at_the_wrong_moment_is_told_as_such_and_changes_nothing(
    cast: Cast,
    client_of: ClientOf,
    status: OrderStatus,
    act: str,
    side: str,
    states: set[OrderStatus],
) -> None:
    order = make_order("东县", "东一村", status)
    who, place = ("ben", "东一村") if side == "answer" else ("cora", "东县")
    answer = client_of(who).post(of(cast, place, order, side), {"act": act, "words": "请看"})
    if status in states:
        assert answer.status_code == 303
    else:
        assert answer.status_code == 409
        assert "现在的状态不能这样办理" in answer.text
        assert again(order).status is status


def test_the_other_side_cannot_do_it_and_who_has_no_part_finds_nothing(
    cast: Cast, client_of: ClientOf
) -> None:
    order = make_order("东县", "东一村", S.RECEIVED)
    for who, place, side, act, code in (
        ("ben", "东一村", "check", "close", 403),
        ("cora", "东县", "answer", "reply", 404),
        ("ben", "东一村", "answer", "close", 422),
        ("ben", "东一村", "answer", "fly", 400),
        ("eve", "东市", "check", "close", 404),
        ("sam", "东县", "check", "close", 403),
    ):
        answer = client_of(who).post(of(cast, place, order, side), {"act": act})
        assert answer.status_code == code, (who, act)
    for who, place, code in (
        ("bea", "东二村", 404),
        ("dan", "西县", 404),
        ("noa", "东一村", 404),
        ("eve", "东市", 404),
        ("eve", "东一村", 200),  # the level above reads, where the order belongs
        ("sam", "东县", 200),
    ):
        assert client_of(who).get(of(cast, place, order)).status_code == code, who
    assert again(order).status is S.RECEIVED


@pytest.mark.parametrize(
    ("issuer", "about", "may"),
    [
        ("东县", "东一村", True),
        ("东县", "东镇", True),
        ("东县", "西一村", False),
        ("东县", "东市", False),
        ("东县", "东县", False),
        ("东市", "东县", True),
        ("东市", "东一村", False),
        ("东市", "北县", False),
        ("测试省", "东市", True),
        ("测试省", "北县", True),
        ("测试省", "北一村", False),
    ],
)
def test_each_office_gives_orders_to_whom_it_supervises(
    cast: Cast, client_of: ClientOf, issuer: str, about: str, *, may: bool
) -> None:
    who = {"东县": "cora", "东市": "eve", "测试省": "gil"}[issuer]
    path = f"/o/{cast.code(issuer)}/orders/new?to={cast.code(about)}"
    due = (clock.today() + timedelta(days=5)).isoformat()
    form = {"subject": "换届材料", "text": "请报", "due_on": due}
    answer = client_of(who).post(path, form)
    assert answer.status_code == (303 if may else 404)
    assert db.session.query(Order).count() == int(may)


def test_a_free_order_says_what_until_when_and_to_whom(cast: Cast, client_of: ClientOf) -> None:
    cora, today = client_of("cora"), clock.today()
    base = f"/o/{cast.code('东县')}/orders/new"
    found = look(cora, f"{base}?q=一村")
    way = next(link["href"] for link in found.select(".link-rows a") if "东一村" in link.text)
    good = {
        "subject": "换届材料",
        "text": "请报",
        "due_on": (today + timedelta(days=5)).isoformat(),
    }
    for wrong in ({"subject": ""}, {"text": " "}, {"due_on": today.isoformat()}, {"due_on": "x"}):
        assert cora.post(way, {**good, **wrong}).status_code == 422
    assert db.session.query(Order).count() == 0
    assert cora.post(way, good).status_code == 303
    assert cora.post(way, good).status_code == 303  # no rule: several may be open
    page = look(client_of("ben"), home(cast, "东一村"))
    assert page.select_one("#alerts").text.count("督办：换届材料") == 2


def test_of_a_rule_one_order_is_open_for_an_organization(cast: Cast) -> None:
    late_elections(cast, "东一村")
    night()
    first = make_order("东县", "东一村", rule="A03")
    with pytest.raises(RuleViolation, match="已有督办单"):
        make_order("东县", "东一村", rule="A03")
    operations.act(first, A.WITHDRAW, Side.ISSUER, Told("发错了"), by=SYSTEM, now=clock.now())
    assert make_order("东县", "东一村", rule="A03").status is S.ISSUED
    with pytest.raises(RuleViolation, match="已经解除"):
        make_order("东县", "东二村", rule="A03")


def test_the_form_that_was_sent_twice_gives_one_order(cast: Cast, client_of: ClientOf) -> None:
    late_elections(cast, "东一村")
    night()
    way = f"/o/{cast.code('东县')}/orders/new?alert={alert_at('东一村').code}"
    due = (clock.today() + timedelta(days=5)).isoformat()
    form, cora = {"text": "请办", "due_on": due}, client_of("cora")
    key = "k" * 22
    first = cora.post(way, form, key=key)
    assert cora.post(way, form, key=key).location == first.location
    assert cora.post(way, form).status_code == 422
    assert db.session.query(Order).count() == 1


@pytest.mark.covers("AZ-07")
def test_an_order_tells_few_people_to_those_alone_who_know_them(
    cast: Cast, client_of: ClientOf
) -> None:
    add(cast, "东一村", Measure.OVERDUE_APPLICATIONS, 3)
    night()
    way = f"/o/{cast.code('东县')}/orders/new?alert={alert_at('东一村', 'A01').code}"
    text = look(client_of("cora"), way).select_one("textarea").text
    assert "人数过少" in text
    assert "3 件" not in text
    order = make_order("东县", "东一村", S.REPLIED, "A01")
    assert "3 件" in look(client_of("cora"), of(cast, "东县", order)).main.text
    above = look(client_of("eve"), of(cast, "东一村", order)).main.text
    assert "人数过少" in above
    assert "3 件" not in above
    assert all("3 件" not in one.details for one in db.session.query(Letter) if "order" in one.kind)


def test_open_orders_are_handed_over_with_a_post_and_told_in_the_daily_digest(cast: Cast) -> None:
    make_order("东县", "东一村")
    make_order("东县", "东一村", S.REPLIED)
    village, today = cast.organization("东一村"), clock.today()
    lines = open_work(Leaving(Role.SECRETARY, village, None, today))
    assert {line.kind: line.count for line in lines}[OpenWork.ORDERS] == 1
    ben = cast.user("ben").id
    assert [(place.name, count) for place, count in duties_of([ben], today)[ben]] == [("东一村", 1)]


@pytest.mark.covers("C4")
def test_what_was_replied_is_checked_and_closed_from_the_list(
    cast: Cast, client_of: ClientOf
) -> None:
    late_elections(cast, "东一村")
    night()
    order = make_order("东县", "东一村", S.REPLIED, "A03")
    page = look(client_of("cora"), f"/o/{cast.code('东县')}/orders")
    row = page.select_one("#rows tr")
    assert "回复：已经办了 · 现在 1 个" in row.text
    answer = client_of("cora").post(row.form["action"], {"act": "close"})
    assert answer.status_code == 303
    assert again(order).status is S.CLOSED


def test_messages_go_to_the_other_side(cast: Cast) -> None:
    order, now = make_order("东县", "东一村"), clock.now()
    operations.act(order, A.WRITE, Side.ISSUER, Told("请抓紧"), by=SYSTEM, now=now)
    assert letters_of(cast, "ben") == [LetterKind.ORDER_ISSUED, LetterKind.ORDER_WRITTEN]
    operations.act(order, A.WRITE, Side.HANDLER, Told("好的"), by=SYSTEM, now=now)
    assert letters_of(cast, "cora") == [LetterKind.ORDER_WRITTEN]


def test_an_order_of_another_place_is_not_found_for_a_step(cast: Cast) -> None:
    order = make_order("东县", "东一村", S.REPLIED)
    with pytest.raises(UnknownRowError):
        operations.order_for(order.code, cast.organization("东市").id, Side.ISSUER)
    held = operations.order_for(order.code, cast.organization("东县").id, Side.ISSUER)
    operations.act(held, A.CLOSE, Side.ISSUER, Told(), by=SYSTEM, now=clock.now())
    with pytest.raises(IllegalTransition):
        operations.act(held, A.CLOSE, Side.ISSUER, Told(), by=SYSTEM, now=clock.now())


def test_lists_of_orders_ask_the_same_for_few_and_many(
    cast: Cast, client_of: ClientOf, count_statements: Any
) -> None:
    paths = [
        ("cora", f"/o/{cast.code('东县')}/orders?box=sent"),
        ("ben", f"/o/{cast.code('东一村')}/orders"),
        ("eve", f"/o/{cast.code('东市')}/orders?box=below"),
        ("ben", home(cast, "东一村")),
    ]

    def counted() -> list[int]:
        found = []
        for who, path in paths:
            browser = client_of(who)
            browser.get(path)
            db.session.commit()
            with count_statements() as seen:
                assert browser.get(path).status_code == 200
            found.append(len([one for one in seen if "RELEASE" not in one]))
        return found

    for _ in range(3):
        make_order("东县", "东一村")
    few = counted()
    for _ in range(30):
        make_order("东县", "东一村")
    assert few == counted()
    assert max(few) <= 8


def test_the_command_tells_of_late_orders(app: Flask, cast: Cast) -> None:
    order = make_order("东县", "东一村")
    order.due_on = clock.today() - timedelta(days=1)
    db.session.commit()
    found = app.test_cli_runner().invoke(args=["alerts", "evaluate"])
    assert found.output.endswith("orders: 0 handed over, 1 late\n"), found.output
