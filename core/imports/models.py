"""Imports and their rows, kept until they are confirmed and for some days after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core import keyring
from core.database import Base, BigKey, Digest, UTCDateTime, enum_column
from core.imports.rules import ImportStatus, RowChoice, RowOutcome, RowVerdict, assign

Problems = dict[str, list[Any]]
_TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def sealed(binding: str, cells: list[str], problems: Problems) -> str:
    """Return cells and problems as the row with this binding keeps them."""
    return keyring.seal(_TEXT.encode([cells, problems]), f"import_rows.content:{binding}")


def opened(binding: str, content: str) -> tuple[list[str], Problems]:
    """Return cells and problems in clear. Raises DecryptionError for those of another row."""
    cells, problems = json.loads(keyring.unseal(content, f"import_rows.content:{binding}"))
    return cells, problems


def sealed_rows(
    bindings: Sequence[str], told: Iterable[tuple[list[str], Problems]]
) -> Iterator[str]:
    """Return cells and problems of many rows, each as the row with its binding keeps them."""
    seal = keyring.cipher().encrypt_field
    for binding, (cells, problems) in zip(bindings, told, strict=True):
        yield seal(_TEXT.encode([cells, problems]), f"import_rows.content:{binding}")


def opened_rows(rows: Iterable[Any]) -> list[tuple[list[str], Problems]]:
    """Return cells and problems of many rows in clear. Raises DecryptionError as ``opened``."""
    unseal, read = keyring.cipher().decrypt_field, json.JSONDecoder().decode
    return [read(unseal(row.content, f"import_rows.content:{row.binding}")) for row in rows]


class Import(Base):
    """A list that somebody handed in at an organization; nobody but the owner reads it.

    ``layout_text`` holds headings and which column is which, as JSON: no personal data.
    ``position`` is how far a command or a check came, ``reference`` what the subject remembers.
    """

    __tablename__ = "imports"
    __table_args__ = (
        Index("ix_imports_owner", "owner_id", "organization_id", "id"),
        Index("ix_imports_touched", "touched_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    subject: Mapped[str] = mapped_column(String(32))
    status: Mapped[ImportStatus] = enum_column(ImportStatus)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    source: Mapped[str] = mapped_column(String(16))
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    layout_text: Mapped[str] = mapped_column(Text, default="{}")
    row_count: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    made: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    handed: Mapped[int] = mapped_column(default=0)
    taken_back: Mapped[int] = mapped_column(default=0)
    job_code: Mapped[str] = mapped_column(String(16), default="")
    reference: Mapped[str] = mapped_column(String(16), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    touched_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def layout(self) -> dict[str, Any]:
        """Return headings, assignment, ignored headings, and what is still unsure."""
        found: dict[str, Any] = json.loads(self.layout_text)
        return found

    @property
    def assigned(self) -> dict[int, str]:
        """Return column -> field."""
        return {int(column): code for column, code in self.layout.get("assigned", {}).items()}


class ImportRow(Base):
    """One row of a list: its cells are encrypted as a whole, what was found stands beside them.

    ``key_digest`` tells equal rows of one file; ``found_id`` is whom the check found within the
    owner's reach; ``made_id`` is what the row became. Both are keys of the subject's tables.
    """

    __tablename__ = "import_rows"
    __table_args__ = (
        Index("uq_import_rows_number", "import_id", "number", unique=True),
        Index("ix_import_rows_state", "import_id", "outcome", "verdict", "number"),
        Index("ix_import_rows_key", "import_id", "key_digest"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    number: Mapped[int]
    binding: Mapped[str] = mapped_column(String(32))
    content: Mapped[str] = mapped_column(Text)
    verdict: Mapped[RowVerdict] = enum_column(RowVerdict)
    choice: Mapped[RowChoice] = enum_column(RowChoice)
    outcome: Mapped[RowOutcome] = enum_column(RowOutcome)
    key_digest: Mapped[bytes | None] = mapped_column(Digest)
    found_id: Mapped[int | None] = mapped_column(BigKey)
    made_id: Mapped[int | None] = mapped_column(BigKey)

    def keep(self, cells: list[str], problems: Problems) -> None:
        """Keep the cells as they stand now and what is wrong with them."""
        self.content = sealed(self.binding, cells, problems)

    def opened(self) -> tuple[list[str], Problems]:
        """Return cells and problems in clear."""
        return opened(self.binding, self.content)

    def values(self, assigned: dict[int, str]) -> dict[str, str]:
        """Return field -> cell."""
        return assign(self.opened()[0], assigned)
