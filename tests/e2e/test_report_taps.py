"""C6: the report of the month from the home, counted in taps; nothing is typed (ux.md 1.5)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from core import clock
from core.audit.models import AuditEvent
from core.database import db
from supervision.reports.models import Report
from supervision.reports.operations.reports import open_reports
from supervision.reports.rules import ReportStatus
from tests.cast import organization_named, token_of
from tests.e2e.browser import Settings, phone
from tests.e2e.server import World

pytestmark = pytest.mark.browser


@pytest.mark.covers("C6", "UX-T1")
def test_a_county_sees_its_report_in_one_tap_and_has_the_file_in_two(
    browser: Browser, served: World
) -> None:
    with served.writing():
        open_reports(clock.today(), clock.now())
        county = organization_named("东县")
        code, county_id = county.code, county.id
    with phone(browser, served.origin, token_of("cora"), Settings()) as held:
        held.open(f"/o/{code}/home")
        held.start()
        held.tap(held.page.locator("#tasks").get_by_role("link", name="报表待报送"))
        assert "基层组织" in held.main_text()
        assert held.taps == 1
        with held.page.expect_download() as taken:
            held.tap(held.page.get_by_role("button", name="导出", exact=True))
        assert taken.value.suggested_filename.startswith("report-")
        assert (held.taps, held.keys) == (2, 0)
        held.tap(held.page.locator("#main").get_by_role("button", name="报送", exact=True))
        assert "已报送" in held.main_text()
        assert (held.taps, held.keys) == (3, 0)
    with served.reading():
        states = select(Report.status).where(Report.organization_id == county_id)
        assert sorted(db.session.scalars(states)) == [ReportStatus.OPEN, ReportStatus.SUBMITTED]
        acts = select(AuditEvent.action).where(AuditEvent.action == "tables.export")
        assert len(db.session.scalars(acts).all()) == 1
