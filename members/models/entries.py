"""Who was entered by somebody else: by whom, on which paper, out of which list."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime
from members.models.admission import Application

_WITHOUT_PAPER = text("paper_file_code IS NULL")


class Entry(Base):
    """An application that a keeper entered for somebody, with the paper that this one signed.

    ``import_code`` names the list it came from; ``paper_file_code`` the scanned paper, where
    there is one. ``completed`` tells what somebody known lacked and got by it: id, phone.
    """

    __tablename__ = "entries"
    __table_args__ = (
        Index("ix_entries_import", "import_code", "id"),
        Index(
            "ix_entries_without_paper",
            "application_id",
            sqlite_where=_WITHOUT_PAPER,
            postgresql_where=_WITHOUT_PAPER,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), unique=True)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    import_code: Mapped[str | None] = mapped_column(String(16))
    is_new_person: Mapped[bool]
    completed: Mapped[str] = mapped_column(String(16), default="")
    signed_on: Mapped[date | None]
    witness: Mapped[str] = mapped_column(String(50), default="")
    paper_number: Mapped[str] = mapped_column(String(40), default="")
    paper_file_code: Mapped[str | None] = mapped_column(String(16))

    application: Mapped[Application] = relationship()
