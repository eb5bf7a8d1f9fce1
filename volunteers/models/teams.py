"""Teams, who belongs to them, and their history."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from volunteers.models.serving import Volunteer
from volunteers.rules.states import ServiceField
from volunteers.rules.teams import SeatStatus, TeamAction, TeamGrade, TeamRole, TeamStatus

_OPEN = text("status IN ('asked', 'in')")


class Team(Base):
    """A team of volunteers at a Red Cross; rescue teams carry grade and assessment (VOL-12)."""

    __tablename__ = "teams"
    __table_args__ = (
        Index("ix_teams_organization", "organization_id", "status", "id"),
        Index("ix_teams_county", "county_id", "status", "id"),
        Index("ix_teams_handler", "handler_id", "status", "id"),
        Index("ix_teams_review", "status", "review_on", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    county_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    handler_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    founder_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(200))
    field: Mapped[ServiceField] = enum_column(ServiceField)
    is_rescue: Mapped[bool]
    registration: Mapped[str] = mapped_column(String(40), default="")
    grade: Mapped[TeamGrade | None] = enum_column(TeamGrade, nullable=True)
    assessment_on: Mapped[date | None]
    status: Mapped[TeamStatus] = enum_column(TeamStatus)
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    founded_on: Mapped[date | None]
    review_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")

    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    handler: Mapped[Organization] = relationship(foreign_keys=[handler_id])
    founder: Mapped[Volunteer] = relationship()


class TeamSeat(Base):
    """Somebody's belonging to a team, from asking to leaving; one at a time."""

    __tablename__ = "team_seats"
    __table_args__ = (
        Index(
            "uq_team_seats_open",
            "team_id",
            "volunteer_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)
    role: Mapped[TeamRole] = enum_column(TeamRole)
    status: Mapped[SeatStatus] = enum_column(SeatStatus)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]

    team: Mapped[Team] = relationship()
    volunteer: Mapped[Volunteer] = relationship()


class TeamEvent(Base):
    """One step in the history of a team; no action is handing it in or on."""

    __tablename__ = "team_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    action: Mapped[TeamAction | None] = enum_column(TeamAction, nullable=True)
    to_status: Mapped[TeamStatus] = enum_column(TeamStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")
