"""Lists of organizations that become one, and what each row of them did (ORG-17)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, UTCDateTime, enum_column
from core.rules import RuleViolation
from organizations.models.tree import Organization, OrganizationMove
from organizations.rules import MergerRowStatus, MergerStatus, MergerStep

PROBLEM_LETTERS = 200


class Merger(Base):
    """A list that a Red Cross decided: which organizations end, and where they go.

    ``totals_text`` holds the numbers of every level before and after, as they were counted.
    """

    __tablename__ = "organization_mergers"
    __table_args__ = (Index("ix_organization_mergers_place", "organization_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[MergerStatus] = enum_column(MergerStatus)
    document: Mapped[str] = mapped_column(String(60))
    merged_on: Mapped[date]
    ends_divisions: Mapped[bool] = mapped_column(default=False)
    job_code: Mapped[str] = mapped_column(String(16), default="")
    totals_text: Mapped[str] = mapped_column(Text, default="{}")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    organization: Mapped[Organization] = relationship()

    @property
    def totals(self) -> dict[str, Any]:
        """Return ``before`` and ``after``: level -> measure -> number."""
        found: dict[str, Any] = json.loads(self.totals_text)
        return found

    def keep_totals(self, name: str, totals: Mapping[str, Mapping[str, int]]) -> None:
        """Remember the numbers of every level under a name."""
        self.totals_text = json.dumps({**self.totals, name: totals}, sort_keys=True)


class MergerRow(Base):
    """One organization that ends, or moves before that. ``target_name`` is that of a new one.

    ``founded`` marks the row that founded it: taken back last, it ends what it founded.
    """

    __tablename__ = "organization_merger_rows"
    __table_args__ = (
        Index("uq_organization_merger_rows", "merger_id", "position", unique=True),
        Index("ix_organization_merger_rows_status", "merger_id", "status", "position"),
        Index("ix_organization_merger_rows_source", "source_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    merger_id: Mapped[int] = mapped_column(ForeignKey("organization_mergers.id"))
    position: Mapped[int]
    line: Mapped[int]
    step: Mapped[MergerStep] = enum_column(MergerStep)
    status: Mapped[MergerRowStatus] = enum_column(MergerRowStatus)
    source_text: Mapped[str] = mapped_column(String(120))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    target_name: Mapped[str] = mapped_column(String(120), default="")
    founded: Mapped[bool] = mapped_column(default=False)
    document: Mapped[str] = mapped_column(String(60))
    closing_id: Mapped[int | None] = mapped_column(ForeignKey("organization_closings.id"))
    move_id: Mapped[int | None] = mapped_column(ForeignKey("organization_moves.id"))
    division_code: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"))
    problem: Mapped[str] = mapped_column(String(PROBLEM_LETTERS), default="")
    problem_text: Mapped[str] = mapped_column(Text, default="{}")
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    source: Mapped[Organization | None] = relationship(foreign_keys=[source_id])
    target: Mapped[Organization | None] = relationship(foreign_keys=[target_id])
    move: Mapped[OrganizationMove | None] = relationship()

    def explain(self, problem: str, values: Mapping[str, object]) -> None:
        """Keep why a row was left, to be told in the language of whoever looks."""
        told = {name: one if isinstance(one, int) else str(one) for name, one in values.items()}
        self.problem = problem[:PROBLEM_LETTERS]
        self.problem_text = json.dumps(told, ensure_ascii=False)

    @property
    def violation(self) -> RuleViolation:
        """Return why a row was left."""
        return RuleViolation("", self.problem, **json.loads(self.problem_text))
