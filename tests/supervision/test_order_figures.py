"""Figures of orders: of the day on which they were, and never of few people (AZ-07)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.access.permissions import Level
from core.database import db
from organizations.rules import Measure
from supervision.alerts.models import Alert
from supervision.alerts.rules import Colour
from supervision.orders.models import Order, OrderEvent
from supervision.orders.rules import OrderAction, OrderStatus
from tests.cast import Cast
from tests.client import Client
from tests.supervision.order_parts import alert_at, make_order, night, of
from tests.supervision.parts import add, look
from tests.supervision.test_drill import FEW

ClientOf = Callable[[str], Client]


def behind(cast: Cast, as_of: date, served_in: int) -> Alert:
    """Return an alert of 东县, whose 37 volunteers cover the 3 of 西县 in a year."""
    for place, serving in (("东县", 37), ("西县", 3)):
        add(cast, place, Measure.VOLUNTEERS, serving)
        add(cast, place, Measure.CONFIRMED_MINUTES, 6_000 * serving, served_in)
    alert = Alert(
        code="behind",
        organization_id=cast.organization("东县").id,
        rule="A12",
        colour=Colour.YELLOW,
        figure=4_440,
        top=222_000,
        bottom=500_000,
        threshold=5_000,
        since=as_of,
        as_of=as_of,
        level=Level.COUNTY,
        near=0,
    )
    db.session.add(alert)
    db.session.commit()
    return alert


def text_of(browser: Client, cast: Cast, alert: Alert) -> str:
    """Return what the rule writes into an order."""
    page = look(browser, f"/o/{cast.code('东市')}/orders/new?alert={alert.code}")
    return str(page.select_one("textarea").text)


def replied(alert: Alert, at: datetime) -> Order:
    """Return an order that was given and answered at a moment, with the figure of then."""
    order = make_order("东市", "东县", rule=alert.rule)
    order.issued_at, order.status = at, OrderStatus.REPLIED
    reply = OrderEvent(order_id=order.id, action=OrderAction.REPLY, to_status=order.status)
    reply.words = "办了"
    reply.figure, reply.top, reply.bottom = alert.figure, alert.top, alert.bottom
    for event in (*db.session.scalars(select(OrderEvent)).all(), reply):
        event.at = at
    db.session.add(reply)
    db.session.commit()
    return order


def test_an_order_on_what_is_nearly_due_says_how_many_are(cast: Cast, client_of: ClientOf) -> None:
    """The figure is 0 yet: what matters is what comes near, then and now."""
    for village in ("东一村", "东二村"):
        cast.organization(village).term_ends_on = clock.today() + timedelta(days=3)
    night()
    eve, alert = client_of("eve"), alert_at("东县")
    text = text_of(eve, cast, alert).strip()
    assert "东县换届超期：快到期 2 个。" in text
    way = f"/o/{cast.code('东市')}/orders/new?alert={alert.code}"
    assert "快到期 2 个" in look(eve, way).select_one(".summary").text
    due = (clock.today() + timedelta(days=9)).isoformat()
    assert eve.post(way, {"text": text, "due_on": due}).status_code == 303
    order = db.session.scalars(select(Order)).one()
    cast.organization("东二村").term_ends_on = clock.today() + timedelta(days=2_000)
    db.session.commit()
    client_of("cora").post(of(cast, "东县", order, "answer"), {"act": "receive"})
    page = look(eve, of(cast, "东市", order))
    told = {row.dt.text: row.dd.text for row in page.select(".summary-row")}
    assert (told["发出时"], told["现在"].split("逐")[0].strip()) == ("快到期 2 个", "快到期 1 个")
    steps = [row.select(".note")[-1].text for row in page.select("#thread li")]
    assert steps == ["当时 快到期 2 个", "当时 快到期 1 个"]
    listed = look(eve, f"/o/{cast.code('东市')}/orders?box=sent").select_one("#rows")
    assert "快到期 2 个" in listed.text


@pytest.mark.covers("AZ-07")
def test_the_text_of_an_order_tells_no_number_that_covers_another(
    cast: Cast, client_of: ClientOf
) -> None:
    """Whoever reads the order reads it: it holds for everybody."""
    alert = behind(cast, clock.today(), clock.today().year)
    text = text_of(client_of("eve"), cast, alert)
    assert FEW in text
    assert "44" not in text


@pytest.mark.covers("AZ-07")
def test_a_figure_of_last_year_is_hidden_by_its_own_year(cast: Cast, client_of: ClientOf) -> None:
    """Of this year nothing is known yet: by it nothing would be hidden."""
    year = clock.today().year - 1
    alert, eve = behind(cast, date(year, 12, 30), year), client_of("eve")
    city = cast.code("东市")
    assert FEW in text_of(eve, cast, alert)
    page = look(eve, f"/o/{city}/orders/new?alert={alert.code}")
    assert FEW in page.select_one(".summary").text
    assert FEW in look(eve, f"/o/{city}/alerts").select_one("#rows").text
    order = replied(alert, clock.at(date(year, 12, 31), time(9)))
    listed = look(eve, f"/o/{city}/orders?box=check").select_one("#rows")
    assert listed.text.count(FEW) == 2
    page = look(eve, of(cast, "东市", order))
    assert FEW in page.select_one(".summary").text
    assert page.select_one("#thread").text.count(FEW) == 2
    assert "44" not in page.main.text
