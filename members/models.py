"""Applications to join, decisions over them, memberships and their history."""

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
    HonourLevel,
    MembershipAction,
    MembershipKind,
    MembershipStatus,
    ReturnReason,
    TransferStatus,
    WithdrawalReason,
    WithdrawalStatus,
    flags_of,
)
from organizations.models import Organization
from people.models import Person
from people.rules import IdType, mask_id

_OPEN = text("status IN ('consent_pending', 'submitted', 'returned')")
_MOVING = text("status IN ('requested', 'released')")
_UNSETTLED = text("status IN ('requested', 'confirmed')")
_ADULT = text("kind = 'adult'")
_LIVE = text("status IN ('approved', 'filing_returned', 'active', 'arrears')")


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


class Membership(Base):
    """A person's belonging to an organization; at most one live membership per person."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "uq_memberships_person_live",
            "person_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_memberships_organization", "organization_id", "kind", "status", "id"),
        Index("ix_memberships_county", "county_id", "kind", "status", "id"),
        Index("ix_memberships_city", "city_id", "kind", "status", "id"),
        Index("ix_memberships_kind", "kind", "status", "id"),
        Index("ix_memberships_filing", "county_id", "status", "approved_at", "id"),
        Index("ix_memberships_organization_search", "organization_id", "search_text"),
        Index(
            "ix_memberships_county_search",
            "county_id",
            "search_text",
            sqlite_where=_ADULT,
            postgresql_where=_ADULT,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    county_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    city_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), unique=True)
    kind: Mapped[MembershipKind] = enum_column(MembershipKind)
    grade: Mapped[str] = mapped_column(String(16), default="ordinary")
    status: Mapped[MembershipStatus] = enum_column(MembershipStatus)
    number: Mapped[str] = mapped_column(String(18), unique=True)
    verify_digest: Mapped[bytes] = mapped_column(Digest, unique=True)
    joined_on: Mapped[date]
    approved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    filed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    filed_by_id: Mapped[int | None]
    filing_note: Mapped[str] = mapped_column(String(200), default="")
    left_on: Mapped[date | None]
    search_text: Mapped[str] = mapped_column(String(450), default="")

    person: Mapped[Person] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])


class MembershipEvent(Base):
    """One step in a membership's history."""

    __tablename__ = "membership_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), index=True)
    action: Mapped[MembershipAction | None] = enum_column(MembershipAction, nullable=True)
    to_status: Mapped[MembershipStatus] = enum_column(MembershipStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")

    membership: Mapped[Membership] = relationship()


class Withdrawal(Base):
    """A member's leaving; the membership keeps it company from the same moment on (MEM-43).

    ``handler_id`` is who takes note; ``status_before`` is where the membership returns to when the
    member thinks better of it.
    """

    __tablename__ = "withdrawals"
    __table_args__ = (
        Index("ix_withdrawals_queue", "handler_id", "status", "requested_at"),
        Index(
            "uq_withdrawals_membership_unsettled",
            "membership_id",
            unique=True,
            sqlite_where=_UNSETTLED,
            postgresql_where=_UNSETTLED,
        ),
        Index("ix_withdrawals_due", "status", "undo_until"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    handler_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[WithdrawalStatus] = enum_column(WithdrawalStatus)
    status_before: Mapped[MembershipStatus] = enum_column(MembershipStatus, check="status_before")
    reason: Mapped[WithdrawalReason | None] = enum_column(WithdrawalReason, nullable=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    undo_until: Mapped[date]
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    membership: Mapped[Membership] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])


class Transfer(Base):
    """A member's way from one organization to another; ``handler`` is who has to act (MEM-41)."""

    __tablename__ = "transfers"
    __table_args__ = (
        Index("ix_transfers_queue", "handler_id", "status", "requested_at"),
        Index("ix_transfers_due", "status", "due_on"),
        Index(
            "uq_transfers_membership_open",
            "membership_id",
            unique=True,
            sqlite_where=_MOVING,
            postgresql_where=_MOVING,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), index=True)
    from_organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    to_organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    handler_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[TransferStatus] = enum_column(TransferStatus)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date]
    is_escalated: Mapped[bool] = mapped_column(default=False)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(200), default="")

    membership: Mapped[Membership] = relationship()
    from_organization: Mapped[Organization] = relationship(foreign_keys=[from_organization_id])
    to_organization: Mapped[Organization] = relationship(foreign_keys=[to_organization_id])
    handler: Mapped[Organization] = relationship(foreign_keys=[handler_id])


class Honour(Base):
    """What a member was honoured with; one recorded by mistake stays, revoked with its reason."""

    __tablename__ = "honours"
    __table_args__ = (Index("ix_honours_membership", "membership_id", "granted_on", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"))
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[HonourLevel] = enum_column(HonourLevel)
    granted_by: Mapped[str] = mapped_column(String(60))
    granted_on: Mapped[date]
    document: Mapped[str] = mapped_column(String(40), default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_note: Mapped[str] = mapped_column(String(200), default="")

    membership: Mapped[Membership] = relationship()


class NumberSequence(Base):
    """The last serial given out under a name; gaps are allowed (security.md RACE-14)."""

    __tablename__ = "number_sequences"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int]
