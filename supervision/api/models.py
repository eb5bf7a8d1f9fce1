"""Tokens of other systems: the digest of each, what it opens and how long."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, UTCDateTime
from organizations.models import Organization


class SystemToken(Base):
    """One token of one system; the token itself is shown once and kept nowhere.

    ``reach`` is the organization at and below which it reads, ``api_scopes`` what, blank between.
    """

    __tablename__ = "system_tokens"
    __table_args__ = (Index("ix_system_tokens_organization", "organization_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    reach_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    system: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(200))
    api_scopes: Mapped[str] = mapped_column(String(100))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    expires_on: Mapped[date]
    used_on: Mapped[date | None]
    revoked_on: Mapped[date | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoke_note: Mapped[str] = mapped_column(String(200), default="")

    reach: Mapped[Organization] = relationship(foreign_keys=[reach_id])
