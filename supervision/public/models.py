"""Editions of published statistics: frozen numbers, one line per place, and their history."""

from __future__ import annotations

import json
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.access.permissions import Level
from core.database import Base, UTCDateTime, enum_column
from organizations.models import Organization
from supervision.public.rules import EditionAction, EditionStatus, Indicator, Values

_STANDING = text("status = 'published'")


class Edition(Base):
    """The statistics of a year as the province published them; a correction is another edition."""

    __tablename__ = "statistics_editions"
    __table_args__ = (
        Index(
            "uq_statistics_editions_standing",
            "year",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    year: Mapped[int]
    number: Mapped[int]
    as_of: Mapped[date]
    status: Mapped[EditionStatus] = enum_column(EditionStatus)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(200), default="")

    organization: Mapped[Organization] = relationship()


class EditionLine(Base):
    """What an edition tells of one place, named as it was then; ``parent_id`` is the place above.

    ``numbers`` holds ``indicator -> number``, null where the group was too small to be told.
    """

    __tablename__ = "statistics_lines"

    edition_id: Mapped[int] = mapped_column(ForeignKey("statistics_editions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    code: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[Level] = enum_column(Level)
    numbers: Mapped[str] = mapped_column(Text)

    @property
    def values(self) -> Values:
        return values_of(self.numbers)


def values_of(numbers: str) -> Values:
    """Return the numbers of a line; what an older edition did not tell is missing."""
    told = json.loads(numbers)
    return {one: told[one.value] for one in Indicator if one.value in told}


class EditionEvent(Base):
    """One step in the history of an edition."""

    __tablename__ = "statistics_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("statistics_editions.id"), index=True)
    action: Mapped[EditionAction | None] = enum_column(EditionAction, nullable=True)
    to_status: Mapped[EditionStatus] = enum_column(EditionStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")
