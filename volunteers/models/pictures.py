"""Photos that a volunteer hands in for his own hours."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, BigKey, UTCDateTime


class ServicePicture(Base):
    """A photo for one record, kept as a file of this code until its time has passed (D6)."""

    __tablename__ = "service_pictures"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("service_records.id"), index=True)
    file_code: Mapped[str] = mapped_column(String(12), unique=True)
    handed_in_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
