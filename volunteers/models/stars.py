"""Stars: applications on their way, what became of them, and every step."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from volunteers.models.serving import Volunteer
from volunteers.rules.stars import StarAction, StarReason, StarStatus

_OPEN = text("status IN ('applied', 'checked', 'noticed', 'objected')")
_HELD = text("status = 'granted'")
_RUNS = text("status = 'noticed'")


class StarGrant(Base):
    """One volunteer's way to one star; one at a time, and no star twice (VOL-31).

    ``minutes`` are the confirmed ones when he applied; ``granter`` is the Red Cross that the matrix
    of that day names.
    """

    __tablename__ = "star_grants"
    __table_args__ = (
        CheckConstraint("star BETWEEN 1 AND 5 AND minutes > 0", name="star"),
        Index("ix_star_grants_granter", "granter_id", "id"),
        Index(
            "uq_star_grants_open",
            "volunteer_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "uq_star_grants_held",
            "volunteer_id",
            "star",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        Index("ix_star_grants_notice", "notice_until", sqlite_where=_RUNS, postgresql_where=_RUNS),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)
    granter_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    star: Mapped[int]
    minutes: Mapped[int]
    status: Mapped[StarStatus] = enum_column(StarStatus)
    applied_at: Mapped[datetime] = mapped_column(UTCDateTime)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    notice_until: Mapped[date | None]
    objection: Mapped[str] = mapped_column(String(200), default="")
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    granted_on: Mapped[date | None]
    reason: Mapped[StarReason | None] = enum_column(StarReason, nullable=True)
    reason_note: Mapped[str] = mapped_column(String(200), default="")
    barred_until: Mapped[date | None]

    volunteer: Mapped[Volunteer] = relationship()
    granter: Mapped[Organization] = relationship()


class StarEvent(Base):
    """One step of a star's history."""

    __tablename__ = "star_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("star_grants.id"), index=True)
    action: Mapped[StarAction | None] = enum_column(StarAction, nullable=True)
    to_status: Mapped[StarStatus] = enum_column(StarStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
