"""What other systems read of how places stand: alerts, orders, targets, parts, month ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from organizations import figures
from organizations.models import FigureStock
from organizations.rules import Measure, OrganizationKind
from supervision.indicators.operations import TargetFacts, set_target
from supervision.orders.rules import OrderStatus
from supervision.rollup.rules import month_before
from tests.cast import Cast
from tests.factories import make_organization
from tests.supervision.order_parts import late_elections, make_order, night
from tests.supervision.systems import Reader, put, reader_of

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def city(app: Flask, cast: Cast) -> Reader:
    """Return a system that reads at and below 东市."""
    return reader_of(app, cast, "东市")


def told(content: dict[str, Any], code: str) -> dict[str, Any]:
    """Return what is told of one organization."""
    records = (content["organization"], *content["data"])
    found: dict[str, Any] = next(one for one in records if one["organization"] == code)
    return found


def test_open_alerts_and_orders_are_counted_by_place(cast: Cast, city: Reader) -> None:
    late_elections(cast, "东一村")
    night()  # at the village, its county and the city
    make_order("东县", "东一村", OrderStatus.RECEIVED)
    late = make_order("东县", "东二村")
    late.due_on = late.receipt_due = clock.today() - timedelta(days=1)
    db.session.commit()
    east, west = cast.code("东县"), cast.code("西县")
    alerts, orders = city.read("/alerts"), city.read("/orders")
    assert alerts["organization"] == {"organization": cast.code("东市"), "red": 3, "yellow": 0}
    assert told(alerts, east) == {"organization": east, "red": 2, "yellow": 0}
    assert told(alerts, west)["red"] == 0
    wanted = {"organization": east, "issued": 1, "received": 1, "replied": 0, "late": 1}
    assert told(orders, east) == wanted
    assert city.ask(f"/alerts?organization={cast.code('北县')}").status_code == 404
    assert city.ask(f"/orders?organization={cast.code('测试省')}").status_code == 404


def test_targets_and_parts_are_told_but_no_parts_of_people(cast: Cast, city: Reader) -> None:
    east, year = cast.organization("东县"), clock.today().year
    facts = TargetFacts("I05", year, "", "东县", "400", "省会通知")
    set_target(facts, by=SYSTEM, now=clock.now())
    db.session.commit()
    targets = city.read(f"/targets?indicator=I05&year={year}")
    assert (targets["indicator"], targets["year"]) == ("I05", year)
    assert told(targets, east.code)["target"] == 400
    assert told(targets, cast.code("西县"))["target"] is None
    for kind, count in (("village", 3), ("company", 2)):
        figures.add_split(east.path, Measure.ORGANIZATIONS, kind, count)
    db.session.commit()
    parts = city.read("/parts?indicator=I01")
    assert told(parts, east.code)["parts"] == {"company": 2, "village": 3}
    assert told(parts, cast.code("西县"))["parts"] == {}
    assert city.ask("/parts?indicator=I14").status_code == 400
    assert city.ask("/parts?indicator=I05").status_code == 400


def test_the_end_of_a_month_is_told_where_it_was_kept(cast: Cast, city: Reader) -> None:
    put(cast, {"东县": 500}, Measure.ADULT_MEMBERS)
    today = clock.today()
    month = month_before(today)
    for name, value in (("测试省", 900), ("东市", 900), ("东县", 300), ("西县", 600)):
        db.session.add(
            FigureStock(
                organization_id=cast.organization(name).id,
                measure=Measure.ADULT_MEMBERS,
                part="",
                month=month,
                value=value,
            )
        )
    db.session.commit()
    content = city.read(f"/values?indicator=I05&period={month}")
    assert told(content, cast.code("东县"))["value"] == 300
    assert content["as_of"].startswith(f"{month // 100}-{month % 100:02}")
    for period in (f"{today.year}", f"{today.year}{today.month:02}"):
        assert city.ask(f"/values?indicator=I05&period={period}").status_code == 400


def test_more_places_cost_no_more(cast: Cast, city: Reader, count_statements: Counting) -> None:
    year = clock.today().year
    targets = f"/targets?indicator=I05&year={year}"
    paths = ("/alerts", "/orders", targets, "/parts?indicator=I01")

    def statements(path: str) -> int:
        db.session.commit()
        with count_statements() as seen:
            city.read(path)
        return len(seen)

    statements(paths[0])  # the first use of a day is noted
    before = [statements(path) for path in paths]
    for index in range(30):
        make_organization(OrganizationKind.COUNTY, f"新{index}县", cast.organization("东市"))
    assert [statements(path) for path in paths] == before
    assert max(before) <= 8
