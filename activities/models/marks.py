"""Every act of a roll call as it was told: append-only, so that late ones find their place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from activities.rules import AttendanceWay
from activities.rules.marks import Mark, MarkAct
from core.database import Base, BigKey, UTCDateTime, enum_column


class AttendanceMark(Base):
    """One act of a keeper over one sign-up.

    ``at`` puts it in order: when the server learned of it or, from a phone without network, what
    the phone claims, within the window of the shift. ``recorded_at`` is the bare claim.
    """

    __tablename__ = "activity_marks"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("activity_signups.id"), index=True)
    act: Mapped[MarkAct] = enum_column(MarkAct)
    way: Mapped[AttendanceWay] = enum_column(AttendanceWay)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_offline: Mapped[bool]
    recorded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))

    @property
    def mark(self) -> Mark:
        return Mark(self.at, self.act, self.way, self.by_user_id, self.is_offline)
