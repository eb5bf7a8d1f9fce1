"""Jobs: what is to be done, for whom, and how far it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, BigKey, UTCDateTime, enum_column
from core.jobs.rules import JobStatus
from core.rules import RuleViolation

PROBLEM_LETTERS = 200
#: Where the result of a job keeps the values of its problem.
FILLING = "problem_values"


class Job(Base):
    """One piece of work of one post. ``cursor`` is how far its steps came, for them to read.

    Parameters and result hold codes, numbers and choices as JSON, never personal data. The
    problem is a marked sentence; what fills it stands in the result.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_owner", "user_id", "id"),
        Index("ix_jobs_open", "status", "touched_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    status: Mapped[JobStatus] = enum_column(JobStatus)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    organization_code: Mapped[str] = mapped_column(String(12))
    parameters_text: Mapped[str] = mapped_column(Text, default="{}")
    result_text: Mapped[str] = mapped_column(Text, default="{}")
    cursor: Mapped[str] = mapped_column(String(64), default="")
    done: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(PROBLEM_LETTERS), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    touched_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def parameters(self) -> dict[str, Any]:
        """Return what the job was started with."""
        found: dict[str, Any] = json.loads(self.parameters_text)
        return found

    @property
    def result(self) -> dict[str, Any]:
        """Return what the steps noted."""
        found: dict[str, Any] = json.loads(self.result_text)
        return found

    def note(self, **values: Any) -> None:
        """Add to the result, beside what stands there."""
        self.result_text = json.dumps({**self.result, **values}, ensure_ascii=False)

    def go_by(self, **values: Any) -> None:
        """Go on by other parameters than those it was started with, beside what stands there."""
        self.parameters_text = json.dumps({**self.parameters, **values}, ensure_ascii=False)

    def explain(self, problem: str, values: Mapping[str, object]) -> None:
        """Keep why the job stopped, to be told in the language of whoever looks."""
        self.problem = problem[:PROBLEM_LETTERS]
        self.note(**{FILLING: {name: _plain(one) for name, one in values.items()}})

    @property
    def violation(self) -> RuleViolation:
        """Return why the job stopped."""
        return RuleViolation("", self.problem, **self.result.get(FILLING, {}))


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)
