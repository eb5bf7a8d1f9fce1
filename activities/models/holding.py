"""What happened at venues: counts by month, reports, pictures, feedback, days, askings."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from activities.models.postings import Activity
from activities.models.venues import Venue
from activities.rules.holding import DayFacts, FeedbackWay, UseAction, UseStatus
from core.database import Base, BigKey, UTCDateTime, enum_column

_OPEN = text("status IN ('asked', 'agreed')")


class VenueMonth(Base):
    """What a venue had in a month, kept in the transaction of the fact; a year is twelve of it."""

    __tablename__ = "venue_months"

    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sessions: Mapped[int] = mapped_column(default=0)
    open_days: Mapped[int] = mapped_column(default=0)
    members: Mapped[int] = mapped_column(default=0)
    youth: Mapped[int] = mapped_column(default=0)
    volunteers: Mapped[int] = mapped_column(default=0)
    public: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)
    groups: Mapped[int] = mapped_column(default=0)
    group_visits: Mapped[int] = mapped_column(default=0)
    single_visits: Mapped[int] = mapped_column(default=0)
    online_visits: Mapped[int] = mapped_column(default=0)
    trained: Mapped[int] = mapped_column(default=0)
    spend_fen: Mapped[int] = mapped_column(BigKey, default=0)


class VenuePulse(Base):
    """The day of the last activity at a venue, for lists of who is silent."""

    __tablename__ = "venue_pulses"

    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), primary_key=True)
    last_held_on: Mapped[date | None] = mapped_column(index=True)


class VenueVisitDay(Base):
    """One day at a venue as its keeper entered it; entered again it is put right."""

    __tablename__ = "venue_visit_days"
    __table_args__ = (Index("uq_venue_visit_days_day", "venue_id", "day", unique=True),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    day: Mapped[date]
    groups: Mapped[int]
    group_visits: Mapped[int]
    single_visits: Mapped[int]
    online_visits: Mapped[int]
    trained: Mapped[int]
    is_open: Mapped[bool]
    note: Mapped[str] = mapped_column(String(200), default="")
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    @property
    def facts(self) -> DayFacts:
        return DayFacts(
            self.groups,
            self.group_visits,
            self.single_visits,
            self.online_visits,
            self.trained,
            self.is_open,
            self.note,
        )

    def tell(self, facts: DayFacts) -> None:
        """Keep what the day was."""
        for name in DayFacts.__slots__:
            setattr(self, name, getattr(facts, name))


class VenueUse(Base):
    """An organization asks another for its venue, for one activity; at most one that stands."""

    __tablename__ = "venue_uses"
    __table_args__ = (
        Index(
            "uq_venue_uses_open",
            "activity_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_venue_uses_keeper", "keeper_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), index=True)
    keeper_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[UseStatus] = enum_column(UseStatus)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")

    activity: Mapped[Activity] = relationship()
    venue: Mapped[Venue] = relationship()


class VenueUseEvent(Base):
    """One step of an asking; without an action it is the asking itself."""

    __tablename__ = "venue_use_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    use_id: Mapped[int] = mapped_column(ForeignKey("venue_uses.id"), index=True)
    action: Mapped[UseAction | None] = enum_column(UseAction, nullable=True)
    to_status: Mapped[UseStatus] = enum_column(UseStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class ActivityReport(Base):
    """What the keeper told after an activity; ``counted_on`` is the day that it counts on."""

    __tablename__ = "activity_reports"
    __table_args__ = (CheckConstraint("public_people >= 0", name="people"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), primary_key=True)
    content: Mapped[str] = mapped_column(Text, default="")
    public_people: Mapped[int]
    spend_fen: Mapped[int | None] = mapped_column(BigKey)
    counted_on: Mapped[date]
    told_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ActivityFeedback(Base):
    """Scores of an activity, from 1 to 5; nothing in it tells of whom they are."""

    __tablename__ = "activity_feedback"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        CheckConstraint("people > 0", name="people"),
        Index("ix_activity_feedback_activity", "activity_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    way: Mapped[FeedbackWay] = enum_column(FeedbackWay)
    score: Mapped[int]
    people: Mapped[int]
    words: Mapped[str] = mapped_column(String(300), default="")
    given_on: Mapped[date]


class ActivityPhoto(Base):
    """A picture of an activity, kept with the declaration that no face of a child is on it."""

    __tablename__ = "activity_photos"
    __table_args__ = (Index("ix_activity_photos_activity", "activity_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), unique=True)
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
