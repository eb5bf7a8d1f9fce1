"""Yearly reports of schools with their frozen figures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, UTCDateTime, enum_column
from organizations.models import Organization
from schools.rules.reports import ReportAction, ReportStatus


class SchoolReport(Base):
    """The report of a school about a calendar year; ``figures`` is the copy that was submitted."""

    __tablename__ = "school_reports"
    __table_args__ = (
        UniqueConstraint("organization_id", "year", name="uq_school_reports_year"),
        Index("ix_school_reports_county", "county_id", "year", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    county_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    status: Mapped[ReportStatus] = enum_column(ReportStatus)
    figures: Mapped[str] = mapped_column(Text)
    remark: Mapped[str] = mapped_column(String(500), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)

    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention


class SchoolReportEvent(Base):
    """One step of a report, with the figures as they were then."""

    __tablename__ = "school_report_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("school_reports.id"), index=True)
    action: Mapped[ReportAction] = enum_column(ReportAction)
    to_status: Mapped[ReportStatus] = enum_column(ReportStatus)
    figures: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
