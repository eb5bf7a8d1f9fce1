"""Members who leave, and members who go to another organization."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from members.models.memberships import Membership
from members.rules import (
    MembershipStatus,
    TransferStatus,
    WithdrawalReason,
    WithdrawalStatus,
)
from organizations.models import Organization

_MOVING = text("status IN ('requested', 'released')")
_UNSETTLED = text("status IN ('requested', 'confirmed')")


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
