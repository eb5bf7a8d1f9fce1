"""Submitting the yearly report of a school, and what the county does with it (S25)."""

from __future__ import annotations

from datetime import datetime

from core import clock, crypto
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import UnknownRowError, next_state
from organizations.models import Organization
from schools.models import SchoolReport, SchoolReportEvent
from schools.queries.reports import figures_of, packed, report_at, report_of_year
from schools.rules.reports import (
    REPORT_TRANSITIONS,
    ReportAction,
    ReportStatus,
    check_over,
    check_remark,
    check_return,
    check_year,
)


def submit_report(
    organization_id: int, year: int, remark: str, *, by: Actor, now: datetime
) -> SchoolReport:
    """Return the report with its figures frozen as they are counted now; nothing is typed.

    Raises RuleViolation within the year, IllegalTransition where it was submitted already.
    """
    today = clock.local(now).date()
    check_year(year, today)
    check_over(year, today)
    place = db.session.get_one(
        Organization, organization_id, with_for_update=True, populate_existing=True
    )
    report, words = report_of_year(organization_id, year), check_remark(remark)
    told = packed(figures_of(place, year, today))
    if report is None:
        report = SchoolReport(
            code=crypto.opaque_code(8),
            organization=place,
            county_id=place.branch_id,
            year=year,
            status=ReportStatus.SUBMITTED,
        )
    else:
        db.session.refresh(report, with_for_update=True)
        report.status = next_state(REPORT_TRANSITIONS, report.status, ReportAction.SUBMIT)
    report.figures, report.remark, report.note = told, words, ""
    report.submitted_at, report.submitted_by_id = now, by.user_id
    report.decided_at = report.decided_by_id = None
    db.session.add(report)
    db.session.flush()
    _step(report, ReportAction.SUBMIT, by, now)
    return report


def accept_report(code: str, *, county_id: int, by: Actor, now: datetime) -> SchoolReport:
    """Return a report that the county accepted; its figures stay as they were submitted."""
    return _decide(code, ReportAction.ACCEPT, "", county_id=county_id, by=by, now=now)


def return_report(
    code: str, note: str, *, county_id: int, by: Actor, now: datetime
) -> SchoolReport:
    """Return a report that goes back with a reason; submitted again it is counted anew."""
    reason = check_return(note)
    return _decide(code, ReportAction.RETURN, reason, county_id=county_id, by=by, now=now)


def _decide(
    code: str, action: ReportAction, note: str, *, county_id: int, by: Actor, now: datetime
) -> SchoolReport:
    report = report_at(county_id, code)
    if report is None:
        raise UnknownRowError(code)
    db.session.refresh(report, with_for_update=True)
    report.status = next_state(REPORT_TRANSITIONS, report.status, action)
    report.note, report.decided_at, report.decided_by_id = note, now, by.user_id
    db.session.flush()
    _step(report, action, by, now)
    return report


def _step(report: SchoolReport, action: ReportAction, by: Actor, now: datetime) -> None:
    db.session.add(
        SchoolReportEvent(
            report_id=report.id,
            action=action,
            to_status=report.status,
            figures=report.figures,
            note=report.note,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
        )
    )
    db.session.flush()
    audit(f"school_report.{action}", "school_report", report.id, by=by, year=report.year)
