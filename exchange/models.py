"""Batches, the objects that they told of, and each row that was sent."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.database import Base, BigKey, Digest, UTCDateTime, enum_column
from exchange.rules import (
    BatchAction,
    BatchMode,
    BatchStatus,
    Identity,
    ObjectKind,
    RowOperation,
)

_ON_THE_WAY = text("status IN ('draft', 'ready', 'sent')")
_REFUSED = text("is_refused")


class Batch(Base):
    """One batch for the receiving system, from its making to its receipt; numbers, never a name.

    ``counts`` is what it holds, ``held`` what the other system should have once it read it.
    """

    __tablename__ = "exchange_batches"
    __table_args__ = (
        Index(
            "uq_exchange_batches_on_the_way",
            "organization_id",
            unique=True,
            sqlite_where=_ON_THE_WAY,
            postgresql_where=_ON_THE_WAY,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    status: Mapped[BatchStatus] = enum_column(BatchStatus)
    mode: Mapped[BatchMode] = enum_column(BatchMode)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("exchange_batches.id"))
    system: Mapped[str] = mapped_column(String(60))
    identity: Mapped[Identity] = enum_column(Identity)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    job_code: Mapped[str] = mapped_column(String(16), default="")
    is_whole: Mapped[bool] = mapped_column(default=False)
    manifest_digest: Mapped[str] = mapped_column(String(64), default="")
    counts_text: Mapped[str] = mapped_column(Text, default="{}")
    report_text: Mapped[str] = mapped_column(Text, default="{}")
    downloads: Mapped[int] = mapped_column(default=0)
    receipt_digest: Mapped[str] = mapped_column(String(64), default="")
    receipted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])
    follows: Mapped[Batch | None] = relationship(remote_side="Batch.id")

    @property
    def counts(self) -> dict[str, Any]:
        """Return rows, minutes and what was left out, by kind of object."""
        found: dict[str, Any] = json.loads(self.counts_text)
        return found

    def count(self, counts: dict[str, Any]) -> None:
        """Keep the counts."""
        self.counts_text = json.dumps(counts, sort_keys=True)

    @property
    def report(self) -> dict[str, Any]:
        """Return, by kind, what was accepted and refused, and what both sides hold."""
        found: dict[str, Any] = json.loads(self.report_text)
        return found


class BatchEvent(Base):
    """One step of a batch's history; without an action it is the making."""

    __tablename__ = "exchange_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("exchange_batches.id"), index=True)
    action: Mapped[BatchAction | None] = enum_column(BatchAction, nullable=True)
    to_status: Mapped[BatchStatus] = enum_column(BatchStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]


class SharedObject(Base):
    """An object that was told of: its number, the version told last and the digest of that.

    ``seen_id`` is the last batch whose making found it; who is not found any more is withdrawn.
    """

    __tablename__ = "exchange_objects"
    __table_args__ = (UniqueConstraint("kind", "number", name="uq_exchange_objects_number"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[ObjectKind] = enum_column(ObjectKind)
    number: Mapped[str] = mapped_column(String(32))
    version: Mapped[int] = mapped_column(default=0)
    digest: Mapped[bytes | None] = mapped_column(Digest)
    seen_id: Mapped[int | None] = mapped_column(ForeignKey("exchange_batches.id"))


class BatchRow(Base):
    """One object in one batch. It counts as accepted where the batch has a receipt without it.

    ``source`` and ``source_id`` tell from which reader's row it came; ``was_held`` and
    ``held_minutes`` what the other system had of the object before.
    """

    __tablename__ = "exchange_rows"
    __table_args__ = (
        UniqueConstraint("batch_id", "object_id", name="uq_exchange_rows_object"),
        Index("ix_exchange_rows_object", "object_id", "id"),
        Index(
            "ix_exchange_rows_refused",
            "batch_id",
            "id",
            sqlite_where=_REFUSED,
            postgresql_where=_REFUSED,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("exchange_batches.id"))
    object_id: Mapped[int] = mapped_column(ForeignKey("exchange_objects.id"))
    operation: Mapped[RowOperation] = enum_column(RowOperation)
    version: Mapped[int]
    digest: Mapped[bytes | None] = mapped_column(Digest)
    minutes: Mapped[int] = mapped_column(default=0)
    source: Mapped[int]
    source_id: Mapped[int] = mapped_column(BigKey)
    was_held: Mapped[bool] = mapped_column(default=False)
    held_minutes: Mapped[int] = mapped_column(default=0)
    is_refused: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(200), default="")

    object: Mapped[SharedObject] = relationship()

    @property
    def code(self) -> str:
        """Return the number by which pages go on."""
        return self.object.number

    @property
    def gain(self) -> int:
        """Return by how many objects the other system has more once it accepts the row."""
        return int(self.operation is RowOperation.PUT) - int(self.was_held)

    @property
    def gained_minutes(self) -> int:
        """Return by how many minutes the other system has more once it accepts the row."""
        return self.minutes - self.held_minutes
