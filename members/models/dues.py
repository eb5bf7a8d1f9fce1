"""Dues of members: what holds when, what a year costs, what was paid, and proposals to end."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from members.models.groups import GroupMembership
from members.models.memberships import Membership
from members.rules import DuesLevel, MembershipKind, ProposalStatus
from organizations.models import Organization

_UNPAID = text("paid < amount")


class DuesTariff(Base):
    """What a kind of member pays a year, from a day on; ``region`` none is the whole province."""

    __tablename__ = "dues_tariffs"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[MembershipKind] = enum_column(MembershipKind)
    band_from: Mapped[int] = mapped_column(default=0)
    band_to: Mapped[int | None]
    amount: Mapped[int]
    is_cap: Mapped[bool] = mapped_column(default=False)
    region_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(120))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    region: Mapped[Organization | None] = relationship()


class DuesSplit(Base):
    """What a level sends up of what reaches it, in thousandths, from a day on."""

    __tablename__ = "dues_splits"
    __table_args__ = (CheckConstraint("permille BETWEEN 0 AND 1000", name="permille"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    level: Mapped[DuesLevel] = enum_column(DuesLevel)
    kind: Mapped[MembershipKind | None] = enum_column(MembershipKind, nullable=True)
    permille: Mapped[int]
    region_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(120))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    region: Mapped[Organization | None] = relationship()


class DuesCharge(Base):
    """What a member or a unit owes for a year, and what of it is paid.

    That of a member goes along while it is open; that of a unit is the county's that keeps it.
    """

    __tablename__ = "dues_charges"
    __table_args__ = (
        UniqueConstraint("membership_id", "year"),
        Index("uq_dues_charges_group_id_year", "group_id", "year", unique=True),
        CheckConstraint("(membership_id IS NULL) <> (group_id IS NULL)", name="of_one"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("paid BETWEEN 0 AND amount", name="paid"),
        Index(
            "ix_dues_charges_unpaid",
            "organization_id",
            "year",
            "id",
            sqlite_where=_UNPAID,
            postgresql_where=_UNPAID,
        ),
        Index(
            "ix_dues_charges_year",
            "year",
            "membership_id",
            sqlite_where=_UNPAID,
            postgresql_where=_UNPAID,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group_memberships.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    amount: Mapped[int]
    paid: Mapped[int] = mapped_column(default=0)
    tariff_id: Mapped[int] = mapped_column(ForeignKey("dues_tariffs.id"))
    charged_at: Mapped[datetime] = mapped_column(UTCDateTime)

    membership: Mapped[Membership | None] = relationship()
    group: Mapped[GroupMembership | None] = relationship()
    organization: Mapped[Organization] = relationship()

    @property
    def payer(self) -> str:
        """Return the name of the member or the unit."""
        if self.group is not None:
            return self.group.name
        return self.membership.person.name if self.membership else ""

    @property
    def kind(self) -> MembershipKind:
        """Return as what the money is split."""
        return self.membership.kind if self.membership else MembershipKind.GROUP

    @property
    def outstanding(self) -> int:
        """Return what is still to pay, in fen."""
        return self.amount - self.paid


class DuesReceipt(Base):
    """One receipt of the finance department: for one member, or for all behind a batch."""

    __tablename__ = "dues_receipts"
    __table_args__ = (UniqueConstraint("organization_id", "number"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    number: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int]
    count: Mapped[int]
    paid_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    organization: Mapped[Organization] = relationship()


class DuesPayment(Base):
    """Cash of one member for one year; a mistake is refunded by reversal, never removed."""

    __tablename__ = "dues_payments"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    charge_id: Mapped[int] = mapped_column(ForeignKey("dues_charges.id"), index=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("dues_receipts.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    amount: Mapped[int]
    refunded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    refunded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    refund_note: Mapped[str] = mapped_column(String(200), default="")

    charge: Mapped[DuesCharge] = relationship()
    receipt: Mapped[DuesReceipt] = relationship()


class DuesProposal(Base):
    """A membership two years unpaid, listed in January for its organization to decide (MEM-34)."""

    __tablename__ = "dues_proposals"
    __table_args__ = (
        UniqueConstraint("membership_id", "year"),
        Index("ix_dues_proposals_queue", "organization_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    status: Mapped[ProposalStatus] = enum_column(ProposalStatus)
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    noticed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    noticed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    keep_until: Mapped[date | None]
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(200), default="")

    membership: Mapped[Membership] = relationship()
    organization: Mapped[Organization] = relationship()
