"""No page reads a large table from end to end (performance.md): every look-up finds an index.

SQLite tells the plan of a statement whatever the number of rows, so an empty database is enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from core.database import db
from tests.cast import Cast
from tests.client import Client
from tests.members.lists import as_lines, people
from tests.security.rows import Rows
from tests.security.test_canary_crawl import start_pages

pytestmark = pytest.mark.only_on("sqlite")

LARGE = (
    "persons", "memberships", "membership_events", "applications", "application_events",
    "volunteers", "volunteer_totals", "service_records", "service_record_events",
    "ledger_entries", "figures", "figure_parts", "figure_stocks",
    "users", "user_sessions", "posts", "organizations",
    "audit_events", "read_events", "idempotency_keys", "messages", "consents",
    "consent_requests", "decisions", "one_time_codes", "letters", "change_requests",
    "dues_charges", "dues_payments", "dues_receipts", "dues_entries", "dues_books",
    "dues_remittances", "dues_proposals",
    "group_memberships", "group_events", "group_files", "stored_files", "grade_changes", "entries",
    "registrations", "registration_events", "volunteer_events",
    "volunteer_profiles", "qualifications", "qualification_events", "trainings", "trainees",
    "volunteer_agreements",
    "activities", "activity_events", "activity_shifts", "activity_signups",
    "activity_signup_events", "activity_agreements", "activity_attendances", "activity_endings",
    "activity_marks",
    "service_certificates", "service_certificate_ends",
    "holds", "hold_records", "hold_events",
    "service_sheets", "service_sheet_lines",
    "star_grants", "star_events", "teams", "team_seats", "team_events",
    "exchange_objects", "exchange_rows", "minor_approvals",
    "organization_councils", "organization_events", "check_answers", "member_groups",
    "organization_foundings", "founding_events",
    "activity_reports", "activity_feedback", "activity_photos", "venue_visit_days",
    "appointments", "appointment_slots", "appointment_slot_quarters", "appointment_events",
    "statistics_lines", "divisions",
    "reports", "report_lines", "report_adjustments", "report_events", "table_files",
    "venues", "venue_events", "venue_hours", "venue_days", "venue_fund_entries",
    "matters", "matter_figures", "rights_requests", "rights_events",
    "alerts", "supervision_orders", "supervision_order_events",
    "data_checks", "data_flags", "duplicate_candidates",
    "youth_activities", "youth_rolls", "youth_marks", "youth_roll_events", "youth_photos",
)  # fmt: skip
#: A part of a name is looked for in the names of all organizations: 20,700 short texts.
BY_PART_OF_A_NAME = "search_text LIKE"
#: Where nobody says where he is, venues are read in the order of keys until a page is full.
FIRST_OF_ALL = "AS ring"
PUBLIC = (
    "/",
    "/find",
    "/venues",
    "/venues?at=330100000000",
    "/activities",
    "/statistics",
    "/sitemap.xml",
)
WHO = ("ada", "mia", "ben", "cora", "eve", "gil", "finn")
FEWEST = 60


@contextmanager
def noted() -> Iterator[dict[str, Any]]:
    """Return every reading or writing statement that is sent, with its parameters."""
    seen: dict[str, Any] = {}

    def note(_conn: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            seen.setdefault(statement, parameters)

    connection = db.engines[None]
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)


def scans(statement: str, parameters: Any) -> list[str]:
    """Return the large tables that the plan of a statement reads from end to end."""
    connection: Any = db.engines[None]
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    steps = [row[-1] for row in plan]
    found = [re.fullmatch(r"SCAN (\w+?)(_\d+)?( LEFT-JOIN)?", step) for step in steps]
    return [match[1] for match in found if match and match[1] in LARGE]


@pytest.mark.covers("LOAD-07")
def test_no_page_and_no_decision_reads_a_large_table(
    app: Flask, cast: Cast, client_of: Callable[[str], Client]
) -> None:
    with noted() as seen:
        for name in WHO:
            client = client_of(name)
            for page in start_pages(cast, name):
                client.get(page)
        decide(cast, client_of("ben"))
        for page in (
            *PUBLIC,
            *(f"/organizations/{cast.code(name)}" for name in ("东一村", "东县")),
        ):
            Client(app).get(page)
    assert len(seen) >= FEWEST
    slow = {
        statement[:400]: tables
        for statement, parameters in seen.items()
        if not any(one in statement for one in (BY_PART_OF_A_NAME, FIRST_OF_ALL))
        and (tables := scans(statement, parameters))
    }
    assert slow == {}


def decide(cast: Cast, secretary: Client) -> None:
    """Approve an application and confirm a record at a branch: the writes of every day."""
    rows, branch = Rows(cast.organization), cast.code("东一村")
    for kind, path in (
        ("application", "applications/{}/approve"),
        ("record", "hours/confirm"),
    ):
        code = rows.code(kind, "here", "东一村")
        answer = secretary.post(f"/o/{branch}/{path.format(code)}", {"ids": code})
        assert answer.status_code == 303


@pytest.mark.covers("LOAD-07")
def test_no_list_that_is_handed_in_reads_a_large_table(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    ben, rows = client_of("ben"), people(40)
    with noted() as seen:
        answer = ben.post(f"/o/{cast.code('东一村')}/imports/paste", {"text": as_lines(rows)})
        assert answer.status_code == 303
        confirm = answer.location.replace("/check", "/confirm")
        assert ben.post(confirm).status_code == 303
    assert any("json_each" in statement for statement in seen)
    slow = {
        statement[:400]: tables
        for statement, parameters in seen.items()
        if (tables := scans(statement, parameters))
    }
    assert slow == {}
