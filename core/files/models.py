"""Rows of files that are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, BigKey, Digest, UTCDateTime, enum_column
from core.files.rules import FileKind


class StoredFile(Base):
    """A file in the instance folder; ``place`` is its random name there, ``name`` is shown."""

    __tablename__ = "stored_files"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    place: Mapped[str] = mapped_column(String(48), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[FileKind] = enum_column(FileKind)
    size: Mapped[int]
    digest: Mapped[bytes] = mapped_column(Digest)
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime)
    kept_by_id: Mapped[int | None]
