"""Figures of orders: of the day on which they were, and never of few people (AZ-07)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from core import clock
from core.access.permissions import Level
from core.database import db
from organizations.rules import Measure
from supervision.alerts.models import Alert
from supervision.alerts.rules import Colour
from tests.cast import Cast
from tests.client import Client
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


@pytest.mark.covers("AZ-07")
def test_the_text_of_an_order_tells_no_number_that_covers_another(
    cast: Cast, client_of: ClientOf
) -> None:
    """Whoever reads the order reads it: it holds for everybody."""
    alert = behind(cast, clock.today(), clock.today().year)
    text = text_of(client_of("eve"), cast, alert)
    assert FEW in text
    assert "44" not in text
