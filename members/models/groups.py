"""Units that are group members or want to become one, and changes of grades."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import keyring
from core.database import Base, BigKey, Digest, UTCDateTime, enum_column
from core.files.models import StoredFile
from members.models.memberships import Membership
from members.rules import MemberGrade
from members.rules.groups import GROUP_HELD, GroupAction, GroupKind, GroupStatus
from organizations.models import Organization
from people.rules import mask_phone

_HELD = text("status IN ({})".format(", ".join(f"'{one}'" for one in GROUP_HELD)))


class GroupMembership(Base):
    """A unit from the draft of its form to its end; at most one that is decided for per code.

    ``organization`` is the Red Cross that decides and keeps it (MEM-11); ``owner_id`` the account
    of the contact, none where the county entered the form. The phone is encrypted.
    """

    __tablename__ = "group_memberships"
    __table_args__ = (
        Index(
            "uq_group_memberships_credit_code_held",
            "credit_code",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        Index("ix_group_memberships_organization", "organization_id", "status", "id"),
        Index("ix_group_memberships_credit_code", "credit_code", "status"),
        Index("ix_group_memberships_ended", "status", "left_on"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    status: Mapped[GroupStatus] = enum_column(GroupStatus)
    grade: Mapped[MemberGrade] = enum_column(MemberGrade, default=MemberGrade.ORDINARY)
    name: Mapped[str] = mapped_column(String(80))
    search_text: Mapped[str] = mapped_column(String(260))
    credit_code: Mapped[str] = mapped_column(String(18))
    kind: Mapped[GroupKind] = enum_column(GroupKind)
    staff: Mapped[int]
    representative: Mapped[str] = mapped_column(String(50))
    contact_name: Mapped[str] = mapped_column(String(50))
    contact_phone: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str] = mapped_column(String(120))
    plan: Mapped[str] = mapped_column(String(500))
    number: Mapped[str | None] = mapped_column(String(18), unique=True)
    verify_digest: Mapped[bytes | None] = mapped_column(Digest, unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    visitors: Mapped[str] = mapped_column(String(60), default="")
    visited_on: Mapped[date | None]
    findings: Mapped[str] = mapped_column(String(500), default="")
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dues_due_on: Mapped[date | None]
    dues_paid_on: Mapped[date | None]
    dues_receipt: Mapped[str] = mapped_column(String(40), default="")
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    status_before: Mapped[GroupStatus | None] = enum_column(
        GroupStatus, check="status_before", nullable=True
    )
    undo_until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    purged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    organization: Mapped[Organization] = relationship()

    def set_phone(self, phone: str) -> None:
        """Keep the checked phone of the contact."""
        self.contact_phone = keyring.seal(phone, self._context)

    @property
    def plain_phone(self) -> str:
        return keyring.unseal(self.contact_phone, self._context) if self.contact_phone else ""

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.plain_phone) if self.contact_phone else ""

    @property
    def _context(self) -> str:
        return f"group_memberships.contact_phone:{self.code}"


class GroupFile(Base):
    """A licence file of a unit."""

    __tablename__ = "group_files"

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group_memberships.id"), index=True)

    file: Mapped[StoredFile] = relationship()
    group: Mapped[GroupMembership] = relationship()


class GroupEvent(Base):
    """One step in the history of a group membership."""

    __tablename__ = "group_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group_memberships.id"), index=True)
    action: Mapped[GroupAction | None] = enum_column(GroupAction, nullable=True)
    to_status: Mapped[GroupStatus] = enum_column(GroupStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")

    group: Mapped[GroupMembership] = relationship()


class GradeChange(Base):
    """From which day a person or a unit is of which grade, and why (MEM-02)."""

    __tablename__ = "grade_changes"
    __table_args__ = (
        CheckConstraint("(membership_id IS NULL) <> (group_id IS NULL)", name="of_one"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group_memberships.id"), index=True)
    from_grade: Mapped[MemberGrade] = enum_column(MemberGrade, check="from_grade")
    to_grade: Mapped[MemberGrade] = enum_column(MemberGrade, check="to_grade")
    valid_from: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    membership: Mapped[Membership | None] = relationship()
    group: Mapped[GroupMembership | None] = relationship()
