"""What a volunteer can do and was taught: skills, qualifications, training."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from core import keyring
from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from volunteers.models.serving import Volunteer
from volunteers.rules.skills import (
    QualificationAction,
    QualificationKind,
    QualificationStatus,
    fields_of,
)
from volunteers.rules.states import ServiceField


class VolunteerProfile(Base):
    """What a volunteer says of himself: skills in words, fields in which he wants to serve."""

    __tablename__ = "volunteer_profiles"

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), primary_key=True)
    #: By this name a merge keeps what it changed in any row.
    id: Mapped[int] = synonym("volunteer_id")
    skills: Mapped[str] = mapped_column(String(200), default="")
    fields: Mapped[str] = mapped_column(String(200), default="")
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def field_list(self) -> list[ServiceField]:
        return fields_of(self.fields)


class Qualification(Base):
    """A certificate that a volunteer holds; its number is sealed and shown to few."""

    __tablename__ = "qualifications"
    __table_args__ = (
        Index("ix_qualifications_volunteer", "volunteer_id", "id"),
        Index("ix_qualifications_handler", "handler_id", "status", "submitted_at", "id"),
        Index("ix_qualifications_expiry", "status", "expires_on", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    handler_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    kind: Mapped[QualificationKind] = enum_column(QualificationKind)
    name: Mapped[str] = mapped_column(String(60), default="")
    number: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(String(60))
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    status: Mapped[QualificationStatus] = enum_column(QualificationStatus)
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(200), default="")

    volunteer: Mapped[Volunteer] = relationship()
    handler: Mapped[Organization] = relationship()

    def set_number(self, number: str) -> None:
        """Keep the number of the certificate, sealed."""
        self.number = keyring.seal(number, f"qualifications.number:{self.code}")

    @property
    def plain_number(self) -> str:
        return keyring.unseal(self.number, f"qualifications.number:{self.code}")


class QualificationEvent(Base):
    """One step in the history of a qualification."""

    __tablename__ = "qualification_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    qualification_id: Mapped[int] = mapped_column(ForeignKey("qualifications.id"), index=True)
    action: Mapped[QualificationAction | None] = enum_column(QualificationAction, nullable=True)
    to_status: Mapped[QualificationStatus] = enum_column(QualificationStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class Training(Base):
    """What an organization taught its volunteers; apart from the hours ledger (VOL-27)."""

    __tablename__ = "trainings"
    __table_args__ = (
        Index("ix_trainings_organization", "organization_id", "held_on", "id"),
        CheckConstraint("minutes > 0 AND minutes <= 1440", name="minutes"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    title: Mapped[str] = mapped_column(String(60))
    held_on: Mapped[date]
    minutes: Mapped[int]
    people: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_note: Mapped[str] = mapped_column(String(200), default="")

    organization: Mapped[Organization] = relationship()


class Trainee(Base):
    """A volunteer who took part in a training."""

    __tablename__ = "trainees"
    __table_args__ = (UniqueConstraint("training_id", "volunteer_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("trainings.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)

    training: Mapped[Training] = relationship()
    volunteer: Mapped[Volunteer] = relationship()
