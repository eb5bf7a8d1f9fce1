"""Files that left the system or are about to, and filters that somebody keeps."""

from __future__ import annotations

import json
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Post, User
from core.database import Base, BigKey, UTCDateTime, enum_column
from core.exports.writing import FileFormat
from members.rules.exports import (
    ExportPurpose,
    ExportStatus,
    ExportSubject,
    Ground,
    read_grounds,
)
from organizations.models import Organization


class Export(Base):
    """One file: of which list, for what, for whom, and what became of it.

    The row stays when the file is gone: by it a leaked copy is traced. It holds choices and
    numbers, never a name. ``handler`` approves; ``other_handler`` may do it as well.
    """

    __tablename__ = "exports"
    __table_args__ = (
        Index("ix_exports_own", "user_id", "organization_id", "id"),
        Index("ix_exports_post", "post_id", "created_at"),
        Index("ix_exports_handler", "handler_id", "status", "id"),
        Index("ix_exports_other_handler", "other_handler_id", "status", "id"),
        Index("ix_exports_unusual", "is_unusual", "created_at"),
        Index("ix_exports_status", "status", "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    subject: Mapped[ExportSubject] = enum_column(ExportSubject)
    status: Mapped[ExportStatus] = enum_column(ExportStatus)
    format: Mapped[FileFormat] = enum_column(FileFormat)
    purpose: Mapped[ExportPurpose] = enum_column(ExportPurpose)
    words: Mapped[str] = mapped_column(String(120))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    organization_code: Mapped[str] = mapped_column(String(12))
    filters_text: Mapped[str] = mapped_column(Text, default="{}")
    columns_text: Mapped[str] = mapped_column(String(200), default="")
    counted: Mapped[int]
    minors: Mapped[int] = mapped_column(default=0)
    grounds_text: Mapped[str] = mapped_column(String(60), default="")
    is_unusual: Mapped[bool] = mapped_column(default=False)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    other_handler_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decision_note: Mapped[str] = mapped_column(String(200), default="")
    job_code: Mapped[str] = mapped_column(String(16), default="")
    downloads: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    post: Mapped[Post] = relationship(foreign_keys=[post_id])
    user: Mapped[User] = relationship(foreign_keys=[user_id])

    @property
    def filters(self) -> dict[str, str]:
        """Return the parameters of the list."""
        found: dict[str, str] = json.loads(self.filters_text)
        return found

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(self.columns_text.split())

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """Return why somebody else has to approve."""
        return read_grounds(self.grounds_text)


class ExportDay(Base):
    """How many rows a post took without approval on a day (security.md EXP-05)."""

    __tablename__ = "export_days"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    rows: Mapped[int] = mapped_column(default=0)


class SavedFilter(Base):
    """The filters of a list under a name, of a person or of an organization.

    Names are told apart across the lists, which are tidied on one page.

    Kept as parameters that are read by the rules and in the scope of whoever opens it, each time.
    ``owner`` is "user:<id>" or "organization:<id>", so that names are told apart where they are
    shown.
    """

    __tablename__ = "saved_filters"
    __table_args__ = (
        UniqueConstraint("organization_id", "owner", "name", name="uq_saved_filters_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    subject: Mapped[ExportSubject] = enum_column(
        ExportSubject, default=ExportSubject.MEMBERS, server_default=ExportSubject.MEMBERS.value
    )
    owner: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    is_shared: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(40))
    parameters_text: Mapped[str] = mapped_column(Text, default="{}")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def parameters(self) -> dict[str, str]:
        """Return the parameters as they were kept; only the rules read them."""
        found: dict[str, str] = json.loads(self.parameters_text)
        return found
