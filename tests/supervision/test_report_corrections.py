"""Corrections of frozen values: each with its own reason, and who still owes one; a second look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.access.permissions import Role
from core.database import db
from organizations.rules import Measure
from supervision.reports import rules
from supervision.reports.models import Report, ReportAdjustment
from supervision.reports.operations.corrections import note_gaps
from supervision.reports.operations.reports import open_reports
from supervision.reports.rules import ReportStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.supervision.parts import add, home, look
from tests.supervision.test_reports import act, carry, report_at

Clients = Callable[[str], Client]
HOURS, JOINED = Measure.CONFIRMED_MINUTES, Measure.NEW_ADULTS


@pytest.fixture
def month(cast: Cast) -> int:
    """Return the month whose reports are open."""
    open_reports(clock.today(), clock.now())
    db.session.commit()
    assert cast
    return rules.ended_periods(clock.today())[0]


def tasks(client: Client, cast: Cast, place: str) -> dict[str, str]:
    rows = look(client, home(cast, place)).select("#tasks li")
    return {
        row.select_one(".link-rows-label").contents[0].strip(): row.select_one(".count").text
        for row in rows
        if row.select_one(".count") and row.select_one(".link-rows-label")
    }


def owed(page: Any) -> list[str]:
    """Return the fields for reasons on a page."""
    return sorted(one["name"] for one in page.select("#main input[name^=reason_]"))


@pytest.mark.covers("STA-05", "C1")
def test_each_difference_needs_its_own_reason_and_is_a_task_until_it_has_one(
    cast: Cast, client_of: Clients, month: int
) -> None:
    report, cora = report_at(cast, "东县", month), client_of("cora")
    early = f"/o/{cast.code('东县')}/reports/{report.code}/explain"
    assert cora.post(early, {"reason_I12": "还没有冻结"}).status_code == 409
    carry(cast, client_of, report)
    assert note_gaps(clock.today(), keep=db.session.commit) == 0
    for measure, value in ((HOURS, 720), (JOINED, 12)):
        add(cast, "东一村", measure, value, month)
    path = f"/o/{cast.code('东县')}/reports/{report.code}"
    fields = owed(look(cora, path))
    assert len(fields) >= 2
    assert "reason_I12" in fields
    assert note_gaps(clock.today(), keep=db.session.commit) == len(fields)
    assert note_gaps(clock.today(), keep=db.session.commit) == len(fields)
    assert tasks(cora, cast, "东县")["更正待说明"] == str(len(fields))
    assert "项更正待说明" in look(cora, f"/o/{cast.code('东县')}/reports").main.text
    empty = cora.post(f"{path}/explain", dict.fromkeys(fields, " "))
    assert empty.status_code == 422
    assert parsed(empty).select(".field-error")
    assert cora.post(f"{path}/explain", {"reason_I12": "补录一次演练"}).status_code == 303
    assert owed(look(cora, path)) == [one for one in fields if one != "reason_I12"]
    assert tasks(cora, cast, "东县")["更正待说明"] == str(len(fields) - 1)


@pytest.mark.covers("STA-05")
def test_only_differences_with_a_reason_are_taken_up(cast: Cast, client_of: Clients) -> None:
    year = rules.ended_periods(clock.today())[1]
    for one in (year - 1, year):
        open_reports(clock.today().replace(year=one + 1, month=1, day=15), clock.now())
    first, cora = report_at(cast, "东县", year - 1), client_of("cora")
    carry(cast, client_of, first)
    for measure, value in ((HOURS, 720), (JOINED, 12)):
        add(cast, "东一村", measure, value, year - 1)
    path = f"/o/{cast.code('东县')}/reports/{first.code}"
    fields = owed(look(cora, path))
    cora.post(f"{path}/explain", {"reason_I12": "补录一次演练"})
    carry(cast, client_of, report_at(cast, "东县", year))
    booked = db.session.scalars(select(ReportAdjustment)).all()
    assert [(one.indicator, one.reason) for one in booked] == [("I12", "补录一次演练")]
    assert owed(look(cora, path)) == [one for one in fields if one != "reason_I12"]


@pytest.mark.covers("STA-05")
def test_the_own_report_of_a_city_is_looked_at_by_somebody_else(
    cast: Cast, client_of: Clients, month: int
) -> None:
    eve, gil, report = client_of("eve"), client_of("gil"), report_at(cast, "东市", month)
    make.make_post(cast.user("dan"), Role.OFFICER, cast.organization("东市"))
    db.session.commit()
    assert act(cast, eve, "东市", report, "submit") == 303
    assert tasks(client_of("dan"), cast, "东市")["本级报表待核对"] == "1"
    assert act(cast, gil, "东市", report, "accept") == 409
    assert act(cast, eve, "东市", report, "check") == 422
    assert act(cast, client_of("dan"), "东市", report, "check") == 303
    assert act(cast, gil, "东市", report, "accept") == 303


@pytest.mark.covers("STA-05")
def test_where_a_city_has_one_officer_the_province_looks_at_its_report(
    cast: Cast, client_of: Clients, month: int
) -> None:
    report = report_at(cast, "东市", month)
    assert act(cast, client_of("eve"), "东市", report, "submit") == 303
    db.session.refresh(report)
    assert report.handler_id == cast.organization("测试省").id
    assert act(cast, client_of("eve"), "东市", report, "check") in {403, 409, 422}
    for step in ("check", "accept"):
        assert act(cast, client_of("gil"), "东市", report, step) == 303
    kept = db.session.get_one(Report, report.id, populate_existing=True)
    assert kept.status is ReportStatus.ACCEPTED
