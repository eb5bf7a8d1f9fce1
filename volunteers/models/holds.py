"""Holds: which hours are looked at, why, by whom, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from volunteers.rules.holds import HoldAction, HoldStatus
from volunteers.rules.patterns import Pattern

_HOLDING = text("status IN ('open', 'asked')")
_ASKED = text("status = 'asked'")


class Hold(Base):
    """A finding at the desk that looks into it; its records carry a doubt while it is open.

    ``key`` is the same when the same thing is found again: then its records join the open hold.
    ``numbers`` is what the finding counted, as JSON; ``organization`` is the branch that is asked.
    """

    __tablename__ = "holds"
    __table_args__ = (
        Index(
            "uq_holds_open",
            "desk_id",
            "key",
            unique=True,
            sqlite_where=_HOLDING,
            postgresql_where=_HOLDING,
        ),
        Index("ix_holds_desk", "desk_id", "status", "pattern", "found_at", "id"),
        Index("ix_holds_key", "key"),
        Index(
            "ix_holds_asked",
            "organization_id",
            "asked_at",
            "id",
            sqlite_where=_ASKED,
            postgresql_where=_ASKED,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    pattern: Mapped[Pattern] = enum_column(Pattern)
    status: Mapped[HoldStatus] = enum_column(HoldStatus)
    key: Mapped[str] = mapped_column(String(120))
    numbers: Mapped[str] = mapped_column(String(200), default="{}")
    words: Mapped[str] = mapped_column(String(200), default="")
    desk_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    found_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date]
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    desk: Mapped[Organization] = relationship(foreign_keys=[desk_id])
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])

    @property
    def facts(self) -> Mapping[str, int]:
        """Return what the finding counted."""
        found: Mapping[str, int] = json.loads(self.numbers)
        return found


class HoldRecord(Base):
    """One record that a hold is about, and since when."""

    __tablename__ = "hold_records"
    __table_args__ = (UniqueConstraint("hold_id", "record_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"))
    record_id: Mapped[int] = mapped_column(ForeignKey("service_records.id"), index=True)
    held_at: Mapped[datetime] = mapped_column(UTCDateTime)


class HoldEvent(Base):
    """One step in the history of a hold; without an action it was found."""

    __tablename__ = "hold_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"), index=True)
    action: Mapped[HoldAction | None] = enum_column(HoldAction, nullable=True)
    to_status: Mapped[HoldStatus] = enum_column(HoldStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class HoldScan(Base):
    """How far the daily look has come: one row, written with each batch."""

    __tablename__ = "hold_scans"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(BigKey, default=0)
    sequence: Mapped[int] = mapped_column(BigKey, default=0)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
