"""Expulsions with their steps, and members of closed organizations."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from members.models.memberships import Membership
from members.rules import ExpulsionAction, ExpulsionStatus, MembershipStatus
from organizations.models import Organization

_UNFINISHED = text(
    "status IN ('proposed', 'heard', 'returned', 'decided', 'effective', 'appealed')"
)
_PENDING = text("until_on IS NOT NULL AND settled_at IS NULL")


class Expulsion(Base):
    """The expulsion of a member; ``handler`` is who has to act (MEM-44).

    ``membership_before`` is where the membership returns to when nothing comes of it,
    ``stage_before`` where the expulsion does when the member takes his leaving back.
    """

    __tablename__ = "expulsions"
    __table_args__ = (
        Index("ix_expulsions_queue", "handler_id", "status", "id"),
        Index("ix_expulsions_hearing", "status", "hearing_until"),
        Index("ix_expulsions_appeal", "status", "appeal_until"),
        Index(
            "uq_expulsions_membership_unfinished",
            "membership_id",
            unique=True,
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    handler_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[ExpulsionStatus] = enum_column(ExpulsionStatus)
    stage_before: Mapped[ExpulsionStatus | None] = enum_column(
        ExpulsionStatus, check="stage_before", nullable=True
    )
    membership_before: Mapped[MembershipStatus] = enum_column(
        MembershipStatus, check="membership_before"
    )
    facts: Mapped[str] = mapped_column(String(1000))
    documents: Mapped[str] = mapped_column(String(200), default="")
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    hearing_until: Mapped[date]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    resolved_on: Mapped[date | None]
    resolution: Mapped[str] = mapped_column(String(500), default="")
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    votes_abstained: Mapped[int | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    review_note: Mapped[str] = mapped_column(String(200), default="")
    effective_on: Mapped[date | None]
    appeal_until: Mapped[date | None]
    appeal: Mapped[str] = mapped_column(String(1000), default="")
    appealed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    settle_note: Mapped[str] = mapped_column(String(200), default="")

    membership: Mapped[Membership] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    handler: Mapped[Organization] = relationship(foreign_keys=[handler_id])


class ExpulsionEvent(Base):
    """One step in the history of an expulsion."""

    __tablename__ = "expulsion_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    expulsion_id: Mapped[int] = mapped_column(ForeignKey("expulsions.id"), index=True)
    action: Mapped[ExpulsionAction | None] = enum_column(ExpulsionAction, nullable=True)
    to_status: Mapped[ExpulsionStatus] = enum_column(ExpulsionStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(500), default="")

    expulsion: Mapped[Expulsion] = relationship()


class Resettlement(Base):
    """Where the closing of an organization, or leaving school, took a member (MEM-41, MEM-45).

    ``until_on`` is set where there was no target: the county has that long to find one, and
    ``settled_at`` tells that it was found or that the waiting ended otherwise.
    """

    __tablename__ = "resettlements"
    __table_args__ = (
        Index("ix_resettlements_closing", "closing_id", "id"),
        Index(
            "uq_resettlements_membership_pending",
            "membership_id",
            unique=True,
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        Index("ix_resettlements_pending", "to_organization_id", "settled_at", "until_on", "id"),
        Index("ix_resettlements_untold", "told_at", "moved_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    closing_id: Mapped[int | None] = mapped_column(ForeignKey("organization_closings.id"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), index=True)
    from_organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    to_organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status_before: Mapped[MembershipStatus] = enum_column(MembershipStatus, check="status_before")
    moved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until_on: Mapped[date | None]
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    membership: Mapped[Membership] = relationship()
    from_organization: Mapped[Organization] = relationship(foreign_keys=[from_organization_id])
    to_organization: Mapped[Organization] = relationship(foreign_keys=[to_organization_id])
