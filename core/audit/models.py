"""The audit chain and the read log."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.chain import Chained
from core.database import Base, BigKey, UTCDateTime


class AuditEvent(Chained, Base):
    """One act: who, in which post, on what, with which result. Carries no personal data."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_subject", "subject_type", "subject_id"),)
    CHAIN = "audit"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    post_id: Mapped[int | None]
    organization_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(64))
    subject_type: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int | None] = mapped_column(BigKey)
    result: Mapped[str] = mapped_column(String(16), default="done")
    address: Mapped[str] = mapped_column(String(64), default="")
    request_id: Mapped[str] = mapped_column(String(32), default="")
    details: Mapped[str] = mapped_column(Text, default="{}")

    def facts(self) -> tuple[Any, ...]:
        """Return everything but the row id."""
        return (
            self.at.isoformat(),
            self.actor_id,
            self.post_id,
            self.organization_id,
            self.action,
            self.subject_type,
            self.subject_id,
            self.result,
            self.address,
            self.request_id,
            self.details,
        )

    @property
    def detail_values(self) -> dict[str, Any]:
        values: dict[str, Any] = json.loads(self.details)
        return values


class ReadEvent(Chained, Base):
    """One look at a protected value of a person: the person may see it (domain.md PRI-04)."""

    __tablename__ = "read_events"
    __table_args__ = (Index("ix_read_events_person_at", "person_id", "at"),)
    CHAIN = "reads"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    person_id: Mapped[int] = mapped_column(BigKey)
    actor_id: Mapped[int] = mapped_column(index=True)
    post_id: Mapped[int]
    organization_id: Mapped[int]
    role: Mapped[str] = mapped_column(String(32))
    field: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(200))

    def facts(self) -> tuple[Any, ...]:
        """Return everything but the row id."""
        return (
            self.at.isoformat(),
            self.person_id,
            self.actor_id,
            self.post_id,
            self.organization_id,
            self.role,
            self.field,
            self.reason,
        )
