"""What a volunteer agrees to beside volunteering, each answer kept with the text that was shown."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, BigKey, UTCDateTime, enum_column
from volunteers.rules.resting import AgreementKind

_IN_FORCE = text("withdrawn_at IS NULL")


class Agreement(Base):
    """One consent of a volunteer, from when to when; at most one of a kind is in force."""

    __tablename__ = "volunteer_agreements"
    __table_args__ = (
        Index(
            "uq_volunteer_agreements_in_force",
            "volunteer_id",
            "kind",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)
    kind: Mapped[AgreementKind] = enum_column(AgreementKind)
    text_digest: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
