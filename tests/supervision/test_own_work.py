"""Nobody checks what he handed in himself, whatever posts he holds (LED-04)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core import clock
from core.access.permissions import Role
from core.database import db
from supervision.orders.rules import OrderStatus
from supervision.reports.models import Report
from supervision.reports.operations.reports import open_reports
from supervision.reports.rules import ReportStatus, ended_periods
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.supervision.order_parts import again, make_order, of

Clients = Callable[[str], Client]


@pytest.fixture
def both(cast: Cast, client_of: Clients) -> Client:
    """Return the officer of 东县, who holds a post of 东市 too."""
    make.make_post(cast.user("cora"), Role.OFFICER, cast.organization("东市"))
    db.session.commit()
    return client_of("cora")


@pytest.mark.covers("LED-04", "AZ-09")
def test_one_person_of_two_levels_does_not_check_his_own_report(
    cast: Cast, client_of: Clients, both: Client
) -> None:
    open_reports(clock.today(), clock.now())
    db.session.commit()
    month, county = ended_periods(clock.today())[0], cast.organization("东县")
    asked = select(Report).where(Report.organization_id == county.id, Report.period == month)
    path = f"/o/{county.code}/reports/{db.session.scalars(asked).one().code}"
    assert both.post(f"{path}/submit").status_code == 303
    assert both.post(f"{path}/check").status_code == 422
    assert db.session.scalars(asked).one().status is ReportStatus.SUBMITTED
    assert client_of("eve").post(f"{path}/check").status_code == 303


@pytest.mark.covers("LED-04", "AZ-09")
def test_who_replied_to_an_order_does_not_close_it(
    cast: Cast, client_of: Clients, both: Client
) -> None:
    order = make_order("东市", "东县")
    db.session.commit()
    for act in ("receive", "reply"):
        sent = {"act": act, "words": "办好了"}
        assert both.post(of(cast, "东县", order, "answer"), sent).status_code == 303
    closing = {"act": "close", "words": ""}
    assert both.post(of(cast, "东市", order, "check"), closing).status_code == 422
    assert again(order).status is OrderStatus.REPLIED
    assert client_of("eve").post(of(cast, "东市", order, "check"), closing).status_code == 303
