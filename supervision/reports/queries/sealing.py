"""What a frozen report is sealed with, and which seals do not fit any more."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import select

from core.audit.cutting import CARRIED
from core.audit.models import AuditEvent
from core.database import db
from supervision.reports.models import Report, ReportAdjustment, ReportLine
from supervision.reports.rules import ReportAction, ReportStatus, digest_of

#: A report is kept longer than the log: its seal is said again before the event goes.
FROZEN = f"reports.{ReportAction.FREEZE}"
CARRIED[FROZEN] = lambda _event: True


def facts_of(report: Report) -> list[object]:
    """Return everything that a frozen report tells, in a fixed order: two statements."""
    lines = select(
        ReportLine.indicator,
        ReportLine.version,
        ReportLine.definition_text,
        ReportLine.value,
        ReportLine.top,
        ReportLine.bottom,
    )
    adjustments = select(
        ReportAdjustment.about_id,
        ReportAdjustment.indicator,
        ReportAdjustment.frozen,
        ReportAdjustment.known,
        ReportAdjustment.counted,
        ReportAdjustment.reason,
    )
    return [
        report.code,
        report.organization_id,
        report.period,
        report.as_of.isoformat() if report.as_of else None,
        [
            list(row)
            for row in db.session.execute(
                lines.where(ReportLine.report_id == report.id).order_by(ReportLine.indicator)
            )
        ],
        [
            list(row)
            for row in db.session.execute(
                adjustments.where(ReportAdjustment.report_id == report.id).order_by(
                    ReportAdjustment.about_id, ReportAdjustment.indicator
                )
            )
        ],
    ]


def broken_seals() -> Iterator[str]:
    """Yield the codes of frozen reports that do not tell what the audit chain sealed."""
    told = select(AuditEvent.subject_id, AuditEvent.details).where(
        AuditEvent.subject_type == "report", AuditEvent.action == FROZEN
    )
    sealed: dict[int | None, set[str]] = {}
    for report_id, details in db.session.execute(told):
        sealed.setdefault(report_id, set()).add(json.loads(details).get("digest"))
    frozen = select(Report).where(Report.status == ReportStatus.FROZEN).order_by(Report.id)
    for report in db.session.scalars(frozen):
        if sealed.get(report.id) != {digest_of(facts_of(report))}:
            yield report.code
