"""The founding of a school's branch at its row of the register, and the honours of the school."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, UTCDateTime, enum_column
from organizations.models import OrganizationFounding
from schools.models.register import School
from schools.rules.honours import SchoolHonourLevel


class SchoolFounding(OrganizationFounding):
    """A founding at a school of the register (domain.md SCH-04, ORG-16): the same rows."""

    __mapper_args__ = {"polymorphic_identity": "school"}  # noqa: RUF012 - read once

    school: Mapped[School] = relationship()


class SchoolHonour(Base):
    """What a school was honoured with; one that counts no longer stays, with the reason."""

    __tablename__ = "school_honours"
    __table_args__ = (Index("ix_school_honours_school", "school_id", "granted_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    title: Mapped[str] = mapped_column(String(60))
    level: Mapped[SchoolHonourLevel] = enum_column(SchoolHonourLevel)
    granted_by: Mapped[str] = mapped_column(String(60))
    document: Mapped[str] = mapped_column(String(60))
    granted_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_by_id: Mapped[int | None]
    revoked_note: Mapped[str] = mapped_column(String(200), default="")

    school: Mapped[School] = relationship()
