"""Honours of members."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from members.models.memberships import Membership
from members.rules import (
    HonourLevel,
)


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
