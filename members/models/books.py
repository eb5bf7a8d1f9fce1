"""The books of dues: chained lines that balance each by itself, sums beside them, remittances."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.chain import Chained
from core.database import Base, BigKey, UTCDateTime, enum_column
from members.rules import DuesEntryKind, RemittanceStatus
from organizations.models import Organization

_STANDS = text("status <> 'returned'")


class DuesRemittance(Base):
    """Money that one level sent to the next, until that one says that it came.

    ``upper`` none is the national society, which has no book here.
    """

    __tablename__ = "dues_remittances"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_dues_remittances_queue", "upper_id", "status", "id"),
        Index("ix_dues_remittances_own", "organization_id", "year", "id"),
        Index(
            "uq_dues_remittances_voucher",
            "organization_id",
            "voucher",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    upper_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    amount: Mapped[int] = mapped_column(BigInteger)
    remitted_on: Mapped[date]
    voucher: Mapped[str] = mapped_column(String(40))
    status: Mapped[RemittanceStatus] = enum_column(RemittanceStatus)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(200), default="")

    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    upper: Mapped[Organization | None] = relationship(foreign_keys=[upper_id])


class DuesEntry(Chained, Base):
    """One line of one organization's book, in fen: what comes in is kept or owed upward.

    ``cash`` is money, ``below`` what the level below owes or has paid, ``kept`` the own part,
    ``up`` what is owed to ``upper``. Append-only; it carries no name.
    """

    __tablename__ = "dues_entries"
    __table_args__ = (
        CheckConstraint("cash + below = kept + up", name="balance"),
        Index("uq_dues_entries_reverses_id", "reverses_id", unique=True),
        Index("ix_dues_entries_book", "organization_id", "year", "id"),
    )
    CHAIN = "dues"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[DuesEntryKind] = enum_column(DuesEntryKind)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    upper_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    booked_on: Mapped[date]
    cash: Mapped[int] = mapped_column(BigInteger)
    below: Mapped[int] = mapped_column(BigInteger)
    kept: Mapped[int] = mapped_column(BigInteger)
    up: Mapped[int] = mapped_column(BigInteger)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("dues_payments.id"), index=True)
    remittance_id: Mapped[int | None] = mapped_column(ForeignKey("dues_remittances.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("dues_entries.id"))
    entered_by_id: Mapped[int | None]
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)

    def facts(self) -> tuple[Any, ...]:
        """Return every value that a book rests on."""
        return (
            self.kind,
            self.organization_id,
            self.upper_id,
            self.year,
            self.booked_on.isoformat(),
            self.cash,
            self.below,
            self.kept,
            self.up,
            self.payment_id,
            self.remittance_id,
            self.reverses_id,
            self.entered_by_id,
            int(self.entered_at.timestamp()),
        )


class DuesBook(Base):
    """Sums of the lines of an organization and a year toward one level above; equal to the lines.

    ``upper_key`` is the id of who is owed, 0 for the national society. ``confirmed`` is what of the
    remitted that level has confirmed; ``received`` is what came from below.
    """

    __tablename__ = "dues_books"
    __table_args__ = (Index("ix_dues_books_upper", "upper_key", "year", "organization_id"),)

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    upper_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    collected: Mapped[int] = mapped_column(BigInteger, default=0)
    below: Mapped[int] = mapped_column(BigInteger, default=0)
    kept: Mapped[int] = mapped_column(BigInteger, default=0)
    owed: Mapped[int] = mapped_column(BigInteger, default=0)
    remitted: Mapped[int] = mapped_column(BigInteger, default=0)
    confirmed: Mapped[int] = mapped_column(BigInteger, default=0)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
