"""Lists of doubtful data that an organization was asked to put right."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, UTCDateTime, enum_column
from organizations.models import Organization
from supervision.quality.rules import FixStatus, Kind

_OPEN = text("status = 'open'")


class FixTask(Base):
    """One kind of data that an organization puts right until a day, as another one asked.

    ``count_before`` is how many rows there were then; how many are left is counted, never kept.
    """

    __tablename__ = "quality_tasks"
    __table_args__ = (
        Index(
            "uq_quality_tasks_open",
            "organization_id",
            "kind",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    assigner_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    kind: Mapped[Kind] = enum_column(Kind)
    status: Mapped[FixStatus] = enum_column(FixStatus)
    note: Mapped[str] = mapped_column(String(200), default="")
    count_before: Mapped[int]
    due_on: Mapped[date]
    assigned_at: Mapped[datetime] = mapped_column(UTCDateTime)
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    assigner: Mapped[Organization] = relationship(foreign_keys=[assigner_id])
