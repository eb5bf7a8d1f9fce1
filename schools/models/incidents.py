"""Incidents with minors' data: what happened, to how many, who was told (domain.md PRI-06)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, BigKey, UTCDateTime


class MinorIncident(Base):
    """One line of the register; it names nobody."""

    __tablename__ = "minor_incidents"
    __table_args__ = (Index("ix_minor_incidents_organization", "organization_id", "happened_on"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    happened_on: Mapped[date]
    what: Mapped[str] = mapped_column(String(200))
    people: Mapped[int]
    told: Mapped[str] = mapped_column(String(100), default="")
    told_on: Mapped[date | None]
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class AuditPack(Base):
    """That the yearly audit pack of an organization was made; the figures alone lie in it."""

    __tablename__ = "audit_packs"
    __table_args__ = (Index("ix_audit_packs_year", "organization_id", "year"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    downloads: Mapped[int] = mapped_column(default=0)
