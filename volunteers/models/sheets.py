"""Sheets by which hours are entered for others, and what is keyed before one is sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, Digest, UTCDateTime, enum_column
from organizations.models import Organization
from volunteers.models.serving import Volunteer
from volunteers.rules import ServiceField, WorkKind
from volunteers.rules.sheets import SheetFacts, SheetKind, SheetStatus

_DRAFT = text("status = 'draft'")
_SHIFT_DRAFT = text("status = 'draft' AND shift_id IS NOT NULL")
_EVIDENCE = text("evidence_digest IS NOT NULL")


class ServiceSheet(Base):
    """One act of entering hours for others (security.md LED-05).

    ``line_id`` is the organization of the post that enters: the second person is of another one.
    Sent, its lines are service records, and these tell who has them. The digest stays when the
    evidence is no longer kept, so that the same photo is known again.
    """

    __tablename__ = "service_sheets"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="times"),
        Index("ix_service_sheets_organization", "organization_id", "id"),
        Index("ix_service_sheets_operator", "entered_by_id", "sent_at"),
        Index(
            "ix_service_sheets_evidence",
            "evidence_digest",
            sqlite_where=_EVIDENCE,
            postgresql_where=_EVIDENCE,
        ),
        Index(
            "ix_service_sheets_drafts",
            "begun_at",
            sqlite_where=_DRAFT,
            postgresql_where=_DRAFT,
        ),
        Index(
            "uq_service_sheets_shift_draft",
            "shift_id",
            "line_id",
            unique=True,
            sqlite_where=_SHIFT_DRAFT,
            postgresql_where=_SHIFT_DRAFT,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[SheetKind] = enum_column(SheetKind)
    status: Mapped[SheetStatus] = enum_column(SheetStatus)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("activity_shifts.id"), index=True)
    title: Mapped[str] = mapped_column(String(60))
    field: Mapped[ServiceField] = enum_column(ServiceField)
    work: Mapped[WorkKind] = enum_column(WorkKind)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="")
    people_told: Mapped[int | None]
    minutes_told: Mapped[int | None]
    evidence_code: Mapped[str | None] = mapped_column(String(12))
    evidence_digest: Mapped[bytes | None] = mapped_column(Digest)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    line: Mapped[Organization] = relationship(foreign_keys=[line_id])

    @property
    def facts(self) -> SheetFacts:
        """Return what stands at the head."""
        return SheetFacts(
            self.title,
            self.field,
            self.work,
            self.starts_at,
            self.ends_at,
            self.reason,
            self.people_told,
            self.minutes_told,
        )

    def tell(self, facts: SheetFacts) -> None:
        """Keep what stands at the head."""
        for name in SheetFacts.__slots__:
            setattr(self, name, getattr(facts, name))


class SheetLine(Base):
    """One person on a sheet that is still a draft; it goes when the sheet is sent."""

    __tablename__ = "service_sheet_lines"
    __table_args__ = (Index("ix_service_sheet_lines_sheet", "sheet_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("service_sheets.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)
    starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_absent: Mapped[bool] = mapped_column(default=False)

    volunteer: Mapped[Volunteer] = relationship()
