"""A version that the province entered holds wherever the number is told, not on its page alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from organizations.rules import Measure
from supervision.evaluations.models import EvaluationItem
from supervision.indicators.defaults import INDICATORS
from supervision.indicators.drafting import Draft
from supervision.indicators.operations import enter_version
from supervision.reports.models import ReportAdjustment, ReportLine
from tests.cast import Cast
from tests.client import Client
from tests.supervision.parts import add, look
from tests.supervision.systems import reader_of

Clients = Callable[[str], Client]


@pytest.fixture
def wider(cast: Cast) -> None:
    """Let adult members count youth members too since five days ago; 30 and 40 are there."""
    add(cast, "东一村", Measure.ADULT_MEMBERS, 30)
    add(cast, "东一村", Measure.YOUTH_MEMBERS, 40)
    began, now = clock.today() - timedelta(days=5), clock.now() - timedelta(days=10)
    terms = [Measure.ADULT_MEMBERS.value, Measure.YOUTH_MEMBERS.value]
    draft = Draft("全部会员", "All members", "成人和青少年", "省会文件", terms, ())
    enter_version("I05", draft, began, by=SYSTEM, now=now)
    db.session.commit()


@pytest.mark.covers("STA-03", "S43")
@pytest.mark.usefixtures("wider")
def test_a_report_counts_by_the_version_of_its_day(cast: Cast, client_of: Clients) -> None:
    page = look(client_of("cora"), f"/o/{cast.code('东县')}/reports")
    lines = {row.th.contents[0].strip(): row.td.text for row in page.select("#numbers tr")}
    assert lines["全部会员"].strip().startswith("70")


@pytest.mark.covers("STA-03")
@pytest.mark.usefixtures("wider")
def test_other_systems_get_the_version_in_force(app: Flask, cast: Cast) -> None:
    reader = reader_of(app, cast, "东县")
    told = reader.read("/values?indicator=I05")
    assert (told["version"], told["organization"]["value"]) == (2, 70)
    listed = {one["code"]: one for one in reader.read("/indicators")["data"]}
    assert listed["I05"]["name"] == "全部会员"


@pytest.mark.covers("STA-05", "STA-06")
def test_what_is_kept_by_year_is_no_zero_of_a_month(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    today = clock.today()
    month = today.year * 100 + today.month
    add(cast, "东一村", Measure.DUES_PAID, 12_000, today.year)
    db.session.commit()
    client, path = client_of("cora"), f"/o/{cast.code('东县')}/reports?period="
    for period, told in ((month, "—"), (today.year, "120")):
        page = look(client, f"{path}{period}")
        lines = {row.th.contents[0].strip(): row.td.text for row in page.select("#numbers tr")}
        assert told in lines["已交会费"]
    reader = reader_of(app, cast, "东县")
    assert reader.ask(f"/values?indicator=I08&period={month}").status_code == 400
    assert reader.read(f"/values?indicator=I08&period={today.year}")


@pytest.mark.covers("STA-06")
def test_what_was_never_counted_at_night_is_no_zero(app: Flask, cast: Cast) -> None:
    told = reader_of(app, cast, "东县").read("/values?indicator=I04")
    assert (told["as_of"], told["organization"]["shown"]) == (None, "none")


@pytest.mark.pure
@pytest.mark.covers("STA-05")
@pytest.mark.parametrize("table", [ReportLine, ReportAdjustment, EvaluationItem])
def test_every_code_has_room_where_it_is_kept(
    table: type[ReportLine | ReportAdjustment | EvaluationItem],
) -> None:
    """PostgreSQL refuses what is longer than its column; SQLite keeps it and tells nobody."""
    column: Any = table.__table__.c.indicator.type
    assert max(map(len, INDICATORS)) <= column.length
