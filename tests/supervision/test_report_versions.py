"""What a report counts by: the version that holds, and what is kept by year only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from organizations.rules import Measure
from supervision.indicators.operations import enter_version
from supervision.reports import rules
from supervision.reports.operations.reports import open_reports
from tests.cast import Cast
from tests.client import Client
from tests.supervision.parts import add, close, look
from tests.supervision.test_reports import values
from tests.supervision.test_targets import draft

Clients = Callable[[str], Client]


@pytest.mark.covers("S29")
def test_a_report_counts_by_the_version_of_its_day_and_no_month_of_what_is_by_year(
    cast: Cast,
    client_of: Clients,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_reports(clock.today(), clock.now())
    db.session.commit()
    month, year = rules.ended_periods(clock.today())
    add(cast, "东县", Measure.ADULT_MEMBERS, 50)
    add(cast, "东县", Measure.YOUTH_MEMBERS, 70)
    close(month)
    first = clock.today() + timedelta(days=1)
    enter_version("I05", draft(), first, by=SYSTEM, now=clock.now())
    path = f"/o/{cast.code('东县')}/reports?period="
    assert values(look(client_of("cora"), f"{path}{month}"))["成人会员"] == "50 人"
    monkeypatch.setattr(clock, "today", lambda: first)
    told = values(look(client_of("cora"), f"{path}{month}"))
    assert told["会员总数"] == "120 人"
    assert "成人会员" not in told
    assert told["已交会费"] == "—"
    assert values(look(client_of("cora"), f"{path}{year}"))["已交会费"] == "0 元"
