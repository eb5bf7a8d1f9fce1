"""Founding the branch of a school, its councils, and the honours of the school."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, UTCDateTime, enum_column
from organizations.models import Organization
from schools.models.register import School
from schools.rules.foundings import FoundingStatus, VoteMethod
from schools.rules.honours import SchoolHonourLevel

_UNDER_WAY = text("status IN ('submitted', 'returned', 'approved')")


class SchoolFounding(Base):
    """A school asks for a branch: application, reply, meeting (domain.md ORG-16, ORG-17).

    ``note`` is why it went back last; ``organization`` is the branch once the meeting founded it.
    """

    __tablename__ = "school_foundings"
    __table_args__ = (
        Index(
            "uq_school_foundings_under_way",
            "school_id",
            unique=True,
            sqlite_where=_UNDER_WAY,
            postgresql_where=_UNDER_WAY,
        ),
        Index("ix_school_foundings_school", "school_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    status: Mapped[FoundingStatus] = enum_column(FoundingStatus)
    applied_on: Mapped[date]
    contact: Mapped[str] = mapped_column(String(50))
    words: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    reply_number: Mapped[str] = mapped_column(String(60), default="")
    replied_on: Mapped[date | None]
    held_on: Mapped[date | None]
    due: Mapped[int | None]
    present: Mapped[int | None]
    method: Mapped[VoteMethod | None] = enum_column(VoteMethod, nullable=True)
    result: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[str] = mapped_column(Text, default="")
    flag_on: Mapped[date | None]
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None]

    school: Mapped[School] = relationship()
    organization: Mapped[Organization | None] = relationship()


class SchoolCouncil(Base):
    """Who leads a school's branch for one term; earlier councils stay (SCH-03, SCH-04)."""

    __tablename__ = "school_councils"
    __table_args__ = (Index("ix_school_councils_organization", "organization_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    head: Mapped[str] = mapped_column(String(50))
    vice_heads: Mapped[str] = mapped_column(Text, default="")
    secretary: Mapped[str] = mapped_column(String(50))
    coordinator: Mapped[str] = mapped_column(String(50))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None]


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
