"""Approvals to look at what is kept of minors (domain.md PRI-04, security.md PRV-10)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Post
from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from people.models.persons import Person
from people.rules.minors import ApprovalStatus
from people.rules.reveals import RevealReason


class MinorApproval(Base):
    """That one account may look at one minor, or as coordinator at all of his own school.

    ``person`` is nothing for a standing approval. ``handler`` decides: the organization itself
    where somebody else is responsible there, else the county. ``expires_at`` is when a request
    lapses, and once approved when the right to look ends.
    """

    __tablename__ = "minor_approvals"
    __table_args__ = (
        Index("ix_minor_approvals_asker", "asker_id", "organization_id", "status", "expires_at"),
        Index("ix_minor_approvals_handler", "handler_id", "status", "id"),
        Index("ix_minor_approvals_asked", "organization_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    handler_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    asker_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    purpose: Mapped[RevealReason] = enum_column(RevealReason)
    note: Mapped[str] = mapped_column(String(60), default="")
    status: Mapped[ApprovalStatus] = enum_column(ApprovalStatus)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(String(100), default="")

    person: Mapped[Person | None] = relationship()
    post: Mapped[Post] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])

    @property
    def is_standing(self) -> bool:
        """Return whether it is for all of the school."""
        return self.person_id is None
