"""Two records that may be one person, how that was decided, and what a merge moved."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import keyring
from core.database import Base, BigKey, UTCDateTime, enum_column
from people.models.persons import Person
from people.rules.duplicates import DuplicateReason, DuplicateStatus


class DuplicateCandidate(Base):
    """Two persons that may be one (domain.md MEM-19); a pair that was told apart stays told apart.

    ``low`` is the one with the lower key, so that a pair is one row.
    """

    __tablename__ = "duplicate_candidates"
    __table_args__ = (
        UniqueConstraint("low_id", "high_id"),
        CheckConstraint("low_id < high_id", name="pair"),
        Index("ix_duplicate_candidates_high", "high_id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    low_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    high_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    reason: Mapped[DuplicateReason] = enum_column(DuplicateReason)
    status: Mapped[DuplicateStatus] = enum_column(DuplicateStatus)
    found_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(200), default="")

    low: Mapped[Person] = relationship(foreign_keys=[low_id])
    high: Mapped[Person] = relationship(foreign_keys=[high_id])


class DuplicatePlace(Base):
    """A county that holds one side of an open pair: its list reads these rows and no person."""

    __tablename__ = "duplicate_places"
    __table_args__ = (Index("ix_duplicate_places_candidate", "candidate_id"),)

    county_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    candidate_id: Mapped[int] = mapped_column(
        ForeignKey("duplicate_candidates.id"), primary_key=True
    )


class PersonMerge(Base):
    """One merge: who stays, who was merged away, who decided it and until when it can be undone."""

    __tablename__ = "person_merges"
    __table_args__ = (
        Index("ix_person_merges_organization", "organization_id", "id"),
        Index("ix_person_merges_survivor", "survivor_id"),
        Index("ix_person_merges_merged", "merged_id"),
        Index("ix_person_merges_due", "settled_at", "undo_until"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("duplicate_candidates.id"), index=True)
    survivor_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    merged_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    reason: Mapped[str] = mapped_column(String(200))
    merged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    merged_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    undo_until: Mapped[date]
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    undone_note: Mapped[str] = mapped_column(String(200), default="")
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    survivor: Mapped[Person] = relationship(foreign_keys=[survivor_id])
    merged: Mapped[Person] = relationship(foreign_keys=[merged_id])
    candidate: Mapped[DuplicateCandidate] = relationship()


class MergedRow(Base):
    """What one row held before and after a merge, sealed; gone when the merge can stand no undo."""

    __tablename__ = "merged_rows"
    __table_args__ = (Index("ix_merged_rows_merge", "merge_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("person_merges.id"))
    kind: Mapped[str] = mapped_column(String(32))
    row_id: Mapped[int] = mapped_column(BigKey)
    kept: Mapped[str] = mapped_column(Text)

    def keep(self, text: str) -> None:
        """Keep what the row held, bound to this merge and row."""
        self.kept = keyring.seal(text, self._context)

    @property
    def plain_kept(self) -> str:
        return keyring.unseal(self.kept, self._context)

    @property
    def _context(self) -> str:
        return f"merged_rows.kept:{self.merge_id}.{self.kind}.{self.row_id}"
