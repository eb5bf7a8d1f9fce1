"""Tables that were written in the background, for who asked."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, BigKey, UTCDateTime, enum_column
from members.rules.exports import ExportPurpose
from supervision.tabling.rules import TableStatus


class TableFile(Base):
    """A long table as a file of one account, asked for in one post at one organization."""

    __tablename__ = "table_files"
    __table_args__ = (Index("ix_table_files_owner", "user_id", "organization_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(32))
    parameters_text: Mapped[str] = mapped_column(String(500))
    purpose: Mapped[ExportPurpose] = enum_column(ExportPurpose)
    status: Mapped[TableStatus] = enum_column(TableStatus)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    organization_code: Mapped[str] = mapped_column(String(12))
    counted: Mapped[int]
    job_code: Mapped[str] = mapped_column(String(16), default="")
    downloads: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    @property
    def parameters(self) -> dict[str, str]:
        """Return what the table was narrowed to."""
        found: dict[str, str] = json.loads(self.parameters_text)
        return found
