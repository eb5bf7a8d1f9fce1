"""Accounts that are closed by their owners, and what was left of them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, BigKey, UTCDateTime, enum_column
from people.rules.erasures import ErasureStatus

_ASKED = text("status = 'asked'")


class Erasure(Base):
    """That somebody closed the account; on ``due_on`` the identity is removed (PRV-16).

    ``rows`` is how many rows were changed or removed; what they held is kept nowhere.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        Index(
            "uq_erasures_user_asked",
            "user_id",
            unique=True,
            sqlite_where=_ASKED,
            postgresql_where=_ASKED,
        ),
        Index("ix_erasures_due", "status", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    status: Mapped[ErasureStatus] = enum_column(ErasureStatus)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date]
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    rows: Mapped[int] = mapped_column(default=0)
