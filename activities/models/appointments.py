"""Appointments at venues: slots that keepers offer, who booked them, and the history of both.

Two tables of quarters let the database refuse what overlaps, on SQLite as on PostgreSQL.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from activities.models.venues import Venue
from activities.rules.appointments import AppointmentAction, AppointmentStatus
from core import keyring
from core.database import Base, BigKey, UTCDateTime, enum_column
from people.models import Person
from people.rules import mask_phone

_BOOKED = text("status = 'booked'")
_CALLER = text("caller_phone IS NOT NULL")


class AppointmentSlot(Base):
    """A time at a venue with seats; ``taken`` is always the number of those that are held."""

    __tablename__ = "appointment_slots"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= seats", name="seats"),
        CheckConstraint("ends_at > starts_at", name="times"),
        Index("ix_appointment_slots_venue", "venue_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seats: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    venue: Mapped[Venue] = relationship()

    @property
    def free(self) -> int:
        return self.seats - self.taken


class SlotQuarter(Base):
    """A quarter of an hour that a slot of a venue takes: no other slot there can."""

    __tablename__ = "appointment_slot_quarters"

    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("appointment_slots.id"), index=True)


class Appointment(Base):
    """A seat in a slot: of a person with an account, or of a caller whom the keeper entered.

    Name and phone of a caller are sealed, and removed some days after the slot.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        Index("ix_appointments_slot", "slot_id", "id"),
        Index("ix_appointments_own", "person_id", "starts_at", "id"),
        Index(
            "ix_appointments_remind",
            "starts_at",
            "id",
            sqlite_where=_BOOKED,
            postgresql_where=_BOOKED,
        ),
        Index(
            "ix_appointments_caller",
            "starts_at",
            sqlite_where=_CALLER,
            postgresql_where=_CALLER,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("appointment_slots.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    caller_name: Mapped[str | None] = mapped_column(Text)
    caller_phone: Mapped[str | None] = mapped_column(Text)
    status: Mapped[AppointmentStatus] = enum_column(AppointmentStatus)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(String(60), default="")
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    slot: Mapped[AppointmentSlot] = relationship()
    person: Mapped[Person | None] = relationship()

    def set_caller(self, name: str, phone: str) -> None:
        """Keep whom to call back."""
        self.caller_name = keyring.seal(name, f"appointments.caller_name:{self.code}")
        self.caller_phone = keyring.seal(phone, f"appointments.caller_phone:{self.code}")

    @property
    def plain_name(self) -> str:
        if self.person is not None:
            return self.person.name
        if self.caller_name is None:
            return ""
        return keyring.unseal(self.caller_name, f"appointments.caller_name:{self.code}")

    @property
    def plain_phone(self) -> str:
        if self.caller_phone is None:
            return ""
        return keyring.unseal(self.caller_phone, f"appointments.caller_phone:{self.code}")

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.plain_phone) if self.caller_phone else ""


class BookedQuarter(Base):
    """A quarter of an hour that somebody's appointment takes: he has no other meanwhile."""

    __tablename__ = "appointment_booked_quarters"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), index=True)


class AppointmentEvent(Base):
    """One step of an appointment; without an action it is the booking itself."""

    __tablename__ = "appointment_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), index=True)
    action: Mapped[AppointmentAction | None] = enum_column(AppointmentAction, nullable=True)
    to_status: Mapped[AppointmentStatus] = enum_column(AppointmentStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
