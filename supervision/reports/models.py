"""Reports, their lines, adjustments and history."""

from __future__ import annotations

import json
from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.access.permissions import Level
from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from supervision.indicators.definitions import CODE_MAX, Definition
from supervision.reports.freezing import thawed
from supervision.reports.rules import ReportAction, ReportStatus

REASON_MAX = 200


class Report(Base):
    """What one county, city or the province reports of a month (202611) or a year (2026).

    ``handler_id`` is the organization that has to act next, none once it is frozen; the database
    refuses every change of a frozen one. ``digest`` seals what it tells.
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("organization_id", "period", name="uq_reports_period"),
        Index("ix_reports_turn", "handler_id", "status"),
        Index("ix_reports_period_status", "period", "status"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    period: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[Level] = enum_column(Level)
    status: Mapped[ReportStatus] = enum_column(ReportStatus)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    due_on: Mapped[date]
    as_of: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(REASON_MAX), default="")
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    digest: Mapped[str] = mapped_column(String(64), default="")

    organization: Mapped[Organization] = relationship(foreign_keys=organization_id)


class ReportLine(Base):
    """One value of a report with the definition that it was counted by, both as submitted."""

    __tablename__ = "report_lines"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(CODE_MAX), primary_key=True)
    position: Mapped[int]
    version: Mapped[int]
    definition_text: Mapped[str] = mapped_column(Text)
    value: Mapped[int | None] = mapped_column(BigInteger)
    top: Mapped[int] = mapped_column(BigInteger)
    bottom: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def definition(self) -> Definition:
        return thawed(json.loads(self.definition_text))


class ReportAdjustment(Base):
    """What was corrected of an earlier frozen period, booked in a later report, with the reason.

    ``known`` is the frozen value with the adjustments booked before.
    """

    __tablename__ = "report_adjustments"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    about_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True, index=True)
    indicator: Mapped[str] = mapped_column(String(CODE_MAX), primary_key=True)
    frozen: Mapped[int | None] = mapped_column(BigInteger)
    known: Mapped[int | None] = mapped_column(BigInteger)
    counted: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(REASON_MAX))


class ReportReason(Base):
    """Why a place corrected a value that it had reported; ``booked_id`` is where it was taken up.

    Reasons of before name no indicator: each is one for every difference of its report.
    """

    __tablename__ = "report_reasons"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    about_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    indicator: Mapped[str | None] = mapped_column(String(CODE_MAX))
    booked_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    words: Mapped[str] = mapped_column(String(REASON_MAX))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]


class ReportGap(Base):
    """A frozen value that was corrected since and has no reason yet, as the night found it."""

    __tablename__ = "report_gaps"

    about_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(CODE_MAX), primary_key=True)


class ReportEvent(Base):
    """One step in the history of a report."""

    __tablename__ = "report_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    action: Mapped[ReportAction] = enum_column(ReportAction)
    to_status: Mapped[ReportStatus] = enum_column(ReportStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(REASON_MAX), default="")
