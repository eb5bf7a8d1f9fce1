"""What happens to supervision orders by itself: figures, days, keepers, organizations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.rules.letters import LetterKind
from core import clock
from core.access.permissions import Level, Role
from core.audit.operations import SYSTEM
from core.database import db
from organizations.operations import move
from organizations.operations.closing import Plan, close_organization
from organizations.rules import OrganizationAction, OrganizationKind
from supervision.alerts.defaults import RULES
from supervision.alerts.operations import set_threshold
from supervision.alerts.rules import Threshold
from supervision.orders import operations
from supervision.orders.models import OrderEvent
from supervision.orders.operations import Told
from supervision.orders.rules import Delay, OrderAction, OrderStatus, Side
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.supervision.order_parts import (
    again,
    late_elections,
    letters_of,
    make_order,
    night,
    of,
)
from tests.supervision.parts import home, look

ClientOf = Callable[[str], Client]
S, A = OrderStatus, OrderAction


@pytest.mark.parametrize("status", [S.ISSUED, S.RECEIVED, S.REPLIED])
def test_an_order_ends_by_itself_in_the_night_in_which_the_figure_recovers(
    cast: Cast, status: OrderStatus
) -> None:
    late_elections(cast, "东一村")
    night()
    order, free = make_order("东县", "东一村", status, "A03"), make_order("东县", "东一村")
    night()
    assert again(order).status is status
    late_elections(cast, "东一村", -1)
    night()
    assert again(order).status is S.RECOVERED
    assert again(order).ended_on == clock.today()
    assert again(free).status is S.ISSUED
    assert letters_of(cast, "ben")[-1] is LetterKind.ORDER_RECOVERED
    assert letters_of(cast, "cora")[-1] is LetterKind.ORDER_RECOVERED
    last = db.session.scalars(select(OrderEvent).order_by(OrderEvent.id.desc())).first()
    assert last is not None
    assert (last.action, last.figure) == (A.RECOVER, 0)


def test_a_step_finds_that_the_figure_has_recovered_and_says_so(
    cast: Cast, client_of: ClientOf
) -> None:
    late_elections(cast, "东一村")
    night()
    order = make_order("东县", "东一村", S.RECEIVED, "A03")
    late_elections(cast, "东一村", -1)
    answer = client_of("ben").post(
        of(cast, "东一村", order, "answer"), {"act": "reply", "words": "已换届"}
    )
    assert answer.location.endswith("done=recover")
    page = look(client_of("ben"), answer.location)
    assert "自动办结" in page.select_one("[data-toast]").text
    assert again(order).status is S.RECOVERED


def test_a_rule_that_was_switched_off_ends_no_order(cast: Cast) -> None:
    late_elections(cast, "东一村")
    night()
    order = make_order("东县", "东一村", S.RECEIVED, "A03")
    off = Threshold(None, None, "通知", False, clock.today())
    set_threshold(RULES["A03"], Level.UNIT, off, by=SYSTEM, now=clock.now())
    night()
    assert again(order).status is S.RECEIVED


def test_what_is_not_received_or_not_done_in_time_goes_one_level_up_once(
    cast: Cast, client_of: ClientOf
) -> None:
    order, today = make_order("东县", "东一村"), clock.today()
    order.receipt_due = today - timedelta(days=1)
    assert operations.escalate(clock.now()) == (order.id, 1)
    assert operations.escalate(clock.now()) is None
    assert (order.delay, order.escalated_to_id) == (Delay.RECEIPT, cast.organization("东市").id)
    assert letters_of(cast, "eve") == [LetterKind.ORDER_ESCALATED]
    assert letters_of(cast, "ben") == [LetterKind.ORDER_ISSUED, LetterKind.ORDER_LATE]
    city = look(client_of("eve"), home(cast, "东市"))
    assert "超期未签收" in city.select_one("#alerts").text
    boxed = look(client_of("eve"), f"/o/{cast.code('东市')}/orders?box=escalated")
    assert len(boxed.select("#rows tr")) == 1
    operations.act(order, A.RECEIVE, Side.HANDLER, Told(), by=SYSTEM, now=clock.now())
    assert order.delay is None
    order.due_on = today - timedelta(days=1)
    assert operations.escalate(clock.now()) == (order.id, 1)
    assert again(order).delay is Delay.DUE
    assert operations.escalate(clock.now()) is None
    assert letters_of(cast, "eve") == [LetterKind.ORDER_ESCALATED] * 2


def test_an_order_to_whom_nobody_keeps_is_done_by_the_county_until_somebody_does(
    cast: Cast, client_of: ClientOf
) -> None:
    order = make_order("西县", "西小学")
    assert order.handler.name == "西县"
    assert "由它代办" in look(client_of("dan"), of(cast, "西县", order)).text
    make.make_post(cast.user("wes"), Role.COORDINATOR, cast.organization("西小学"))
    assert operations.hand_over(clock.now()) == (order.id, 1)
    assert again(order).handler.name == "西小学"
    assert letters_of(cast, "wes") == [LetterKind.ORDER_ISSUED]
    assert operations.hand_over(clock.now()) == (order.id, 0)


def test_an_office_that_does_its_own_order_can_withdraw_it_at_any_time(
    cast: Cast, client_of: ClientOf
) -> None:
    order, dan = make_order("西县", "西小学", S.RECEIVED), client_of("dan")
    page = look(dan, of(cast, "西县", order))
    assert "请另一位复核" in page.main.text
    (button,) = page.select("#main button[value=withdraw]")
    assert button["formaction"] == of(cast, "西县", order, "check")
    answer = dan.post(button["formaction"], {"act": "withdraw", "words": " "})
    assert answer.status_code == 422
    assert [error.text != "" for error in parsed(answer).select("#words-error")] == [True]
    sent = {"act": "withdraw", "words": "学校已停办"}
    assert dan.post(button["formaction"], sent).status_code == 303
    assert again(order).status is S.WITHDRAWN


def test_orders_of_a_merged_organization_go_along_and_of_a_dissolved_one_end(cast: Cast) -> None:
    county = cast.organization("东县")
    first = make.make_organization(OrganizationKind.VILLAGE, "东并村", county)
    second = make.make_organization(OrganizationKind.VILLAGE, "东撤村", county)
    going, ending = make_order("东县", "东并村"), make_order("东县", "东撤村")
    now, today = clock.now(), clock.today()
    target = cast.organization("东二村")
    merged = Plan("东红〔2026〕1号", today, target, OrganizationAction.MERGE)
    close_organization(first, merged, by=SYSTEM, now=now)
    close_organization(second, Plan("东红〔2026〕2号", today), by=SYSTEM, now=now)
    assert (again(going).organization.name, again(going).status) == ("东二村", S.ISSUED)
    assert again(going).handler.name == "东二村"
    assert again(ending).status is S.LAPSED
    assert letters_of(cast, "bea") == [LetterKind.ORDER_ISSUED]


def test_orders_of_an_organization_that_moved_belong_to_its_new_county(cast: Cast) -> None:
    order = make_order("东县", "东二村")
    west = cast.organization("西县")
    move(cast.organization("东二村"), west, by=SYSTEM, now=clock.now(), reason="区划调整")
    assert again(order).issuer.name == "西县"
    assert again(order).status is S.ISSUED
