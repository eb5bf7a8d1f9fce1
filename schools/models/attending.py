"""Class activities, who was there, their photos, and the campaigns that they belong to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from schools.models.classes import SchoolClass
from schools.models.pupils import Pupil
from schools.rules.attending import ActivityFacts, RollAction, RollStatus, YouthKind
from schools.rules.campaigns import CampaignFacts
from schools.rules.register import SchoolStage

_RECORDED = text("status = 'recorded'")


class Campaign(Base):
    """What a county or the province calls the schools below to, from a day to a day.

    ``stages`` names those it is for, by code; nothing means all.
    """

    __tablename__ = "campaigns"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="days"),
        Index("ix_campaigns_organization", "organization_id", "last_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    name: Mapped[str] = mapped_column(String(60))
    theme: Mapped[str] = mapped_column(String(200))
    first_on: Mapped[date]
    last_on: Mapped[date]
    stages: Mapped[str] = mapped_column(String(100), default="")
    called_at: Mapped[datetime] = mapped_column(UTCDateTime)
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)

    organization: Mapped[Organization] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    @property
    def stage_list(self) -> tuple[SchoolStage, ...]:
        return tuple(SchoolStage(code) for code in self.stages.split(",") if code)

    def tell(self, facts: CampaignFacts) -> None:
        """Keep what is told of it."""
        self.name, self.theme = facts.name, facts.theme
        self.first_on, self.last_on = facts.first_on, facts.last_on
        self.stages = ",".join(facts.stages)


class CampaignSchool(Base):
    """What a school did in a campaign, kept with each roll call; never a name (SCH-08, AZ-07)."""

    __tablename__ = "campaign_schools"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(
        ForeignKey("organizations.id"), primary_key=True, index=True
    )
    activities: Mapped[int] = mapped_column(default=0)
    persons: Mapped[int] = mapped_column(default=0)
    times: Mapped[int] = mapped_column(default=0)


class YouthActivity(Base):
    """Something that a school branch held with its pupils; each class has its own roll call."""

    __tablename__ = "youth_activities"
    __table_args__ = (
        CheckConstraint("minutes > 0 AND minutes <= 1440", name="minutes"),
        Index("ix_youth_activities_organization", "organization_id", "held_on", "id"),
        Index("ix_youth_activities_campaign", "campaign_id", "organization_id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    kind: Mapped[YouthKind] = enum_column(YouthKind)
    title: Mapped[str] = mapped_column(String(60))
    held_on: Mapped[date]
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(60), default="")
    is_service: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    organization: Mapped[Organization] = relationship()
    campaign: Mapped[Campaign | None] = relationship()

    @property
    def facts(self) -> ActivityFacts:
        return ActivityFacts(
            self.kind, self.title, self.starts_at, self.minutes, self.place, self.is_service
        )


class YouthRoll(Base):
    """The roll call of one class at an activity; ``sheet_id`` names the hours that it credits."""

    __tablename__ = "youth_rolls"
    __table_args__ = (
        Index(
            "uq_youth_rolls_class",
            "activity_id",
            "class_id",
            unique=True,
            sqlite_where=_RECORDED,
            postgresql_where=_RECORDED,
        ),
        Index("ix_youth_rolls_class", "class_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("youth_activities.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("school_classes.id"))
    status: Mapped[RollStatus] = enum_column(RollStatus)
    present: Mapped[int]
    absent: Mapped[int]
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("service_sheets.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)

    activity: Mapped[YouthActivity] = relationship()
    school_class: Mapped[SchoolClass] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention


class YouthMark(Base):
    """Whether a pupil was there, as the roll call stands now."""

    __tablename__ = "youth_marks"
    __table_args__ = (Index("ix_youth_marks_pupil", "pupil_id", "is_present"),)

    roll_id: Mapped[int] = mapped_column(ForeignKey("youth_rolls.id"), primary_key=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupils.id"), primary_key=True)
    is_present: Mapped[bool]

    pupil: Mapped[Pupil] = relationship()


class YouthRollEvent(Base):
    """One step of a roll call, with who came and who went by it (codes of pupils, no names)."""

    __tablename__ = "youth_roll_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    roll_id: Mapped[int] = mapped_column(ForeignKey("youth_rolls.id"), index=True)
    action: Mapped[RollAction | None] = enum_column(RollAction, nullable=True)
    present_before: Mapped[int | None]
    present_after: Mapped[int]
    came: Mapped[str] = mapped_column(Text, default="")
    went: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]


class YouthPhoto(Base):
    """A picture of an activity, with the declaration whose faces are in it; never public."""

    __tablename__ = "youth_photos"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("youth_activities.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), unique=True)
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
