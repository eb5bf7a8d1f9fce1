"""Answers of a join journey, applications and the decisions over them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import keyring
from core.database import Base, BigKey, Digest, UTCDateTime, enum_column
from members.rules import (
    ApplicationAction,
    ApplicationKind,
    ApplicationStatus,
    Flag,
    ReturnReason,
    flags_of,
)
from organizations.models import Organization
from people.models import Person
from people.rules import IdType, mask_id

_OPEN = text("status IN ('consent_pending', 'submitted', 'returned')")


class JoinDraft(Base):
    """Answers of a join journey, kept for seven days (ux.md S03)."""

    __tablename__ = "join_drafts"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    kind: Mapped[ApplicationKind] = enum_column(ApplicationKind, primary_key=True)
    name: Mapped[str] = mapped_column(String(50), default="")
    id_type: Mapped[IdType | None] = enum_column(IdType, nullable=True)
    id_number: Mapped[str | None] = mapped_column(Text)
    born_on: Mapped[date | None]
    guardian_name: Mapped[str] = mapped_column(String(50), default="")
    guardian_phone: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)

    def keep(self, field: str, value: str) -> str:
        """Return the encrypted form of an answer of this draft."""
        return keyring.seal(value, f"join_drafts.{field}:{self.user_id}.{self.organization_id}")

    def plain(self, field: str) -> str:
        """Return an encrypted answer in clear, or nothing."""
        token: str | None = getattr(self, field)
        context = f"join_drafts.{field}:{self.user_id}.{self.organization_id}"
        return keyring.unseal(token, context) if token else ""


class Decision(Base):
    """One act over one or many records by one person, undone as a whole for a short time."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_organization", "organization_id", "decided_at"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    action: Mapped[str] = mapped_column(String(32))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    count: Mapped[int]
    left_out: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Application(Base):
    """A person's request to become a member or a volunteer of an organization."""

    __tablename__ = "applications"
    __table_args__ = (
        Index(
            "uq_applications_person_kind_open",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_applications_queue", "handler_id", "status", "is_doubtful", "submitted_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[ApplicationKind] = enum_column(ApplicationKind)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    handler_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[ApplicationStatus] = enum_column(ApplicationStatus)
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    flags: Mapped[str] = mapped_column(String(200), default="")
    is_doubtful: Mapped[bool] = mapped_column(default=False)
    claimed_id_type: Mapped[IdType | None] = enum_column(IdType, nullable=True)
    claimed_id_number: Mapped[str | None] = mapped_column(Text)
    claimed_id_index: Mapped[bytes | None] = mapped_column(Digest, index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    return_reason: Mapped[ReturnReason | None] = enum_column(ReturnReason, nullable=True)
    return_note: Mapped[str] = mapped_column(String(200), default="")
    nudged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    consent_request_id: Mapped[int | None] = mapped_column(
        ForeignKey("consent_requests.id"), index=True
    )

    person: Mapped[Person] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    handler: Mapped[Organization] = relationship(foreign_keys=[handler_id])

    @property
    def flag_list(self) -> list[Flag]:
        return flags_of(self.flags)

    @property
    def claimed_identity(self) -> str:
        """Return the number that was told and nobody has approved yet, or nothing."""
        context = f"applications.claimed_id_number:{self.code}"
        return keyring.unseal(self.claimed_id_number, context) if self.claimed_id_number else ""

    @property
    def masked_identity(self) -> str:
        """Return the applicant's number with most signs hidden, or nothing."""
        claimed = self.claimed_identity
        return mask_id(claimed) if claimed else self.person.masked_id_number


class ApplicationEvent(Base):
    """One step in an application's history."""

    __tablename__ = "application_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    action: Mapped[ApplicationAction | None] = enum_column(ApplicationAction, nullable=True)
    from_status: Mapped[ApplicationStatus | None] = enum_column(
        ApplicationStatus, check="from_status", nullable=True
    )
    to_status: Mapped[ApplicationStatus] = enum_column(ApplicationStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")

    application: Mapped[Application] = relationship()
