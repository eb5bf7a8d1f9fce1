"""Applications for the registered grade, who is authorised to decide them, and histories."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from volunteers.models.serving import Volunteer
from volunteers.rules.registering import (
    RegistrationAction,
    RegistrationReturn,
    RegistrationStatus,
)
from volunteers.rules.states import VolunteerAction, VolunteerStatus

_OPEN = text("status IN ('submitted', 'returned')")
_IN_FORCE = text("ended_on IS NULL")


class VolunteerEvent(Base):
    """One step in the history of a volunteer's standing (domain.md VOL-09)."""

    __tablename__ = "volunteer_events"
    __table_args__ = (Index("ix_volunteer_events_volunteer", "volunteer_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    action: Mapped[VolunteerAction] = enum_column(VolunteerAction)
    to_status: Mapped[VolunteerStatus] = enum_column(VolunteerStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class Registration(Base):
    """An application to become a registered volunteer; at most one is open (VOL-01).

    ``minutes`` are those of the year that counted when it was handed in or decided.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        Index(
            "uq_registrations_open",
            "volunteer_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_registrations_handler", "handler_id", "status", "submitted_at", "id"),
        Index("ix_registrations_volunteer", "volunteer_id", "id"),
        CheckConstraint("minutes >= 0", name="minutes"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    handler_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[RegistrationStatus] = enum_column(RegistrationStatus)
    minutes: Mapped[int]
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[RegistrationReturn | None] = enum_column(RegistrationReturn, nullable=True)
    note: Mapped[str] = mapped_column(String(200), default="")

    volunteer: Mapped[Volunteer] = relationship()
    handler: Mapped[Organization] = relationship()


class RegistrationEvent(Base):
    """One step in the history of an application for the registered grade."""

    __tablename__ = "registration_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), index=True)
    action: Mapped[RegistrationAction | None] = enum_column(RegistrationAction, nullable=True)
    to_status: Mapped[RegistrationStatus] = enum_column(RegistrationStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class RegistrationAuthority(Base):
    """A grassroots organization that its county lets decide, from a day to a day (VOL-01)."""

    __tablename__ = "registration_authorities"
    __table_args__ = (
        Index(
            "uq_registration_authorities_in_force",
            "organization_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    starts_on: Mapped[date]
    ended_on: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
