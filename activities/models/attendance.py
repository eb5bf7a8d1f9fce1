"""Who was there: one row per sign-up, and the acts that ended shifts and gave hours."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from activities.models.postings import Shift, Signup
from activities.rules import (
    AttendanceFlag,
    AttendanceOutcome,
    AttendanceStatus,
    AttendanceWay,
    HoursRule,
    flags_of,
    needs_look,
)
from activities.rules.holding import CameAs
from core.database import Base, BigKey, Digest, UTCDateTime, enum_column

_IS_IN = text("status = 'in'")
_IS_HELD = text("outcome = 'held'")
_HAS_DEVICE = text("in_device IS NOT NULL")


class ShiftEnding(Base):
    """One act that gave hours to who was at a shift; taken back as a whole within a day."""

    __tablename__ = "activity_endings"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("activity_shifts.id"), index=True)
    rule: Mapped[HoursRule] = enum_column(HoursRule)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    people: Mapped[int]
    minutes: Mapped[int]
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    shift: Mapped[Shift] = relationship()


class Attendance(Base):
    """When and by which way the person of a sign-up came and went; at most one row per sign-up.

    ``in_at`` and ``out_at`` are when the server learned of it; what a phone said stands beside as a
    claim. A device is a keyed hash of a random token, never anything of the phone itself.
    ``minutes`` is what the keeper set by hand, ``outcome`` what became of it when the shift ended,
    ``came_as`` the class in which the person was counted then.
    """

    __tablename__ = "activity_attendances"
    __table_args__ = (
        CheckConstraint("out_at IS NULL OR out_at >= in_at", name="times"),
        CheckConstraint("(out_at IS NULL) = (out_way IS NULL)", name="out"),
        CheckConstraint("minutes IS NULL OR minutes BETWEEN 0 AND 1440", name="minutes"),
        Index("ix_activity_attendances_desk", "shift_id", "status", "id"),
        Index(
            "ix_activity_attendances_in", "shift_id", sqlite_where=_IS_IN, postgresql_where=_IS_IN
        ),
        Index(
            "ix_activity_attendances_held",
            "signup_id",
            sqlite_where=_IS_HELD,
            postgresql_where=_IS_HELD,
        ),
        Index(
            "ix_activity_attendances_device",
            "in_device",
            "in_at",
            sqlite_where=_HAS_DEVICE,
            postgresql_where=_HAS_DEVICE,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("activity_signups.id"), unique=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("activity_shifts.id"))
    status: Mapped[AttendanceStatus] = enum_column(AttendanceStatus)
    in_at: Mapped[datetime] = mapped_column(UTCDateTime)
    in_way: Mapped[AttendanceWay] = enum_column(AttendanceWay, check="in_way")
    in_claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    in_device: Mapped[bytes | None] = mapped_column(Digest)
    in_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    out_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    out_way: Mapped[AttendanceWay | None] = enum_column(
        AttendanceWay, check="out_way", nullable=True
    )
    out_claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    out_device: Mapped[bytes | None] = mapped_column(Digest)
    out_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    flags: Mapped[str] = mapped_column(String(60), default="")
    minutes: Mapped[int | None]
    minutes_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ending_id: Mapped[int | None] = mapped_column(ForeignKey("activity_endings.id"), index=True)
    outcome: Mapped[AttendanceOutcome | None] = enum_column(AttendanceOutcome, nullable=True)
    came_as: Mapped[CameAs | None] = enum_column(CameAs, nullable=True)

    signup: Mapped[Signup] = relationship()
    shift: Mapped[Shift] = relationship()
    ending: Mapped[ShiftEnding | None] = relationship()

    @property
    def flag_set(self) -> frozenset[AttendanceFlag]:
        return flags_of(self.flags)

    @property
    def needs_look(self) -> bool:
        return needs_look(self.flag_set)
