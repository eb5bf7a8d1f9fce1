"""Versions of indicators that the province entered, and targets; rows are only ever added."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.access.permissions import Level
from core.database import Base, UTCDateTime, enum_column


class IndicatorVersion(Base):
    """What an indicator means from a day on; ``content`` is the definition as JSON."""

    __tablename__ = "indicator_versions"
    __table_args__ = (UniqueConstraint("code", "number", name="uq_indicator_versions_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    valid_from: Mapped[date]
    content: Mapped[str] = mapped_column(Text)
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class IndicatorTarget(Base):
    """What an organization, or each of a level, is to reach in a year; the latest row holds.

    Without a value the target is taken back. ``value`` is in the unit of the readings.
    """

    __tablename__ = "indicator_targets"
    __table_args__ = (
        Index("ix_indicator_targets_year", "year", "organization_id"),
        Index("ix_indicator_targets_organization_id", "organization_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    year: Mapped[int]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    level: Mapped[Level | None] = enum_column(Level, nullable=True)
    value: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
