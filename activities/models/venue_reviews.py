"""What was found at venues: inspections, reviews for stars, and entries of mutual-aid funds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from activities.models.venues import Venue
from activities.rules.venue_reviews import InspectionPurpose, ReviewStatus, StarItem
from activities.rules.venues import VenueKind
from core.database import Base, BigKey, UTCDateTime, enum_column

_PROPOSED = text("status = 'proposed'")


class VenueCriteria(Base):
    """What the province asks of venues of a kind from a day on, one criterion a line."""

    __tablename__ = "venue_criteria"

    kind: Mapped[VenueKind] = enum_column(VenueKind, primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    items: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(120))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None]


class VenueInspection(Base):
    """One look at a venue by the criteria of its kind, before naming or each year (CTR-01)."""

    __tablename__ = "venue_inspections"
    __table_args__ = (Index("ix_venue_inspections_venue", "venue_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    purpose: Mapped[InspectionPurpose] = enum_column(InspectionPurpose)
    held_on: Mapped[date]
    inspector: Mapped[str] = mapped_column(String(50))
    words: Mapped[str] = mapped_column(String(200), default="")
    is_fit: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int | None]

    venue: Mapped[Venue] = relationship()
    findings: Mapped[list[VenueFinding]] = relationship(order_by="VenueFinding.position")


class VenueFinding(Base):
    """Whether one criterion was met, and what showed it."""

    __tablename__ = "venue_findings"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("venue_inspections.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int]
    number: Mapped[int]
    is_met: Mapped[bool]
    evidence: Mapped[str] = mapped_column(String(200))


class VenueReview(Base):
    """A review for stars: points with evidence, confirmed by a second person (CTR-04)."""

    __tablename__ = "venue_reviews"
    __table_args__ = (
        Index(
            "uq_venue_reviews_proposed",
            "venue_id",
            unique=True,
            sqlite_where=_PROPOSED,
            postgresql_where=_PROPOSED,
        ),
        Index("ix_venue_reviews_venue", "venue_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    status: Mapped[ReviewStatus] = enum_column(ReviewStatus)
    held_on: Mapped[date]
    total: Mapped[int]
    stars: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proposed_by_id: Mapped[int | None]
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None]

    venue: Mapped[Venue] = relationship()
    items: Mapped[list[VenueReviewItem]] = relationship(order_by="VenueReviewItem.position")


class VenueReviewItem(Base):
    """The points of one item, of how many, and what showed them."""

    __tablename__ = "venue_review_items"
    __table_args__ = (CheckConstraint("points >= 0 AND points <= most", name="points"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("venue_reviews.id"), primary_key=True)
    item: Mapped[StarItem] = enum_column(StarItem, primary_key=True)
    position: Mapped[int]
    most: Mapped[int]
    points: Mapped[int]
    evidence: Mapped[str] = mapped_column(String(200), default="")


class VenueFundEntry(Base):
    """Money that came to or went from a mutual-aid fund; a mistake is reversed, never changed."""

    __tablename__ = "venue_fund_entries"
    __table_args__ = (
        CheckConstraint("balance_fen >= 0", name="balance"),
        CheckConstraint("change_fen <> 0", name="change"),
        Index("ix_venue_fund_entries_venue", "venue_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    happened_on: Mapped[date]
    change_fen: Mapped[int] = mapped_column(BigInteger)
    balance_fen: Mapped[int] = mapped_column(BigInteger)
    words: Mapped[str] = mapped_column(String(100))
    reverses_id: Mapped[int | None] = mapped_column(
        ForeignKey("venue_fund_entries.id"), unique=True
    )
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None]
