"""Volunteers, service records, the append-only hours ledger and the totals kept beside it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from activities.models import Attendance
from core.chain import Chained
from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from people.models import Person
from volunteers.rules import (
    Doubt,
    EntryKind,
    RefusalReason,
    ServiceAction,
    ServiceField,
    ServiceMethod,
    ServiceStatus,
    VolunteerStatus,
    WorkKind,
    doubts_of,
)

_MERGED = text("merged_into_id IS NOT NULL")
_CONFIRMED = text("status = 'confirmed'")
_WAITS = text("status = 'pending'")
_SHEET = text("sheet_id IS NOT NULL")
_SINGLE_WAITS = text("status = 'pending' AND sheet_id IS NULL")
_SHEET_WAITS = text("status = 'pending' AND sheet_id IS NOT NULL")
_DOUBTFUL = text("status = 'pending' AND doubts <> ''")
_OF_ATTENDANCE = text(
    "attendance_id IS NOT NULL AND status IN ('pending', 'confirmed', 'objected')"
)
_OBJECTED = text("status = 'objected'")
_TOLD_BY_OTHERS = text("method <> 'self_reported'")


class Volunteer(Base):
    """A person who gives service; the ledger knows the pseudonym only (decisions.md D4).

    The volunteer of a merged-away record points to the one whose totals hold its hours now.
    """

    __tablename__ = "volunteers"
    __table_args__ = (
        Index("ix_volunteers_organization", "organization_id", "status", "id"),
        Index("ix_volunteers_county", "county_id", "status", "id"),
        Index("ix_volunteers_organization_search", "organization_id", "search_text"),
        Index("ix_volunteers_county_search", "county_id", "search_text"),
        Index(  # asked whenever an application is removed, with what a list brought
            "ix_volunteers_application",
            "application_id",
            sqlite_where=text("application_id IS NOT NULL"),
            postgresql_where=text("application_id IS NOT NULL"),
        ),
        Index(
            "ix_volunteers_merged_into",
            "merged_into_id",
            sqlite_where=_MERGED,
            postgresql_where=_MERGED,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    county_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    city_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"))
    status: Mapped[VolunteerStatus] = enum_column(VolunteerStatus)
    number: Mapped[str] = mapped_column(String(18), unique=True)
    pseudonym: Mapped[str] = mapped_column(String(32), unique=True)
    entered_on: Mapped[date]
    registered_on: Mapped[date | None]
    left_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    search_text: Mapped[str] = mapped_column(String(450), default="")

    person: Mapped[Person] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])


class VolunteerMove(Base):
    """Where the closing of an organization took a volunteer; hours stay where they were given."""

    __tablename__ = "volunteer_moves"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    closing_id: Mapped[int] = mapped_column(ForeignKey("organization_closings.id"), index=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)
    from_organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    to_organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    moved_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ServiceRecord(Base):
    """One entry of service given; no two confirmed intervals of a person overlap (a trigger).

    ``book`` is the volunteer under whose pseudonym the ledger has it where that is another one:
    the record came with a merge, and the ledger is never rewritten. ``counts`` tells whether its
    time is service: of a meeting, a training or a duty shift the ledger knows nothing (LED-08).
    ``sheet_id`` names the sheet by which somebody else entered it. ``objected_at`` is when the last
    objection or appeal came, ``appealed_at`` when it went on to the next level.
    ``is_offline``: a phone kept it until it had network; ``recorded_at`` is when, as its clock
    claims, where it claims anything. What counts is when it came, ``submitted_at``.
    """

    __tablename__ = "service_records"
    __table_args__ = (
        CheckConstraint("minutes > 0 AND minutes <= 1440", name="minutes"),
        Index("ix_service_records_own", "person_id", "starts_at", "id"),
        Index("ix_service_records_grades", "person_id", "status", "counts", "method", "minutes"),
        Index("ix_service_records_queue", "handler_id", "status", "served_on", "title", "id"),
        Index(
            "ix_service_records_doubtful",
            "handler_id",
            "submitted_at",
            "id",
            sqlite_where=_DOUBTFUL,
            postgresql_where=_DOUBTFUL,
        ),
        Index(
            "ix_service_records_objected",
            "handler_id",
            "objected_at",
            "id",
            sqlite_where=_OBJECTED,
            postgresql_where=_OBJECTED,
        ),
        Index(
            "ix_service_records_entered",
            "submitted_by_id",
            "submitted_at",
            sqlite_where=_TOLD_BY_OTHERS,
            postgresql_where=_TOLD_BY_OTHERS,
        ),
        Index(
            "ix_service_records_submitter",
            "submitted_by_id",
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
        Index(
            "ix_service_records_waiting",
            "handler_id",
            "status",
            "sheet_id",
            "submitted_at",
            sqlite_where=_SINGLE_WAITS,
            postgresql_where=_SINGLE_WAITS,
        ),
        Index(  # nobody gets hours twice for having been there once
            "uq_service_records_attendance",
            "attendance_id",
            unique=True,
            sqlite_where=_OF_ATTENDANCE,
            postgresql_where=_OF_ATTENDANCE,
        ),
        Index("ix_service_records_sheet", "sheet_id", sqlite_where=_SHEET, postgresql_where=_SHEET),
        Index(
            "ix_service_records_seconds",
            "handler_id",
            "sheet_id",
            sqlite_where=_SHEET_WAITS,
            postgresql_where=_SHEET_WAITS,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    book_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    handler_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    title: Mapped[str] = mapped_column(String(60))
    field: Mapped[ServiceField] = enum_column(ServiceField)
    work: Mapped[WorkKind] = enum_column(
        WorkKind, default=WorkKind.SERVICE, server_default=WorkKind.SERVICE.value
    )
    counts: Mapped[bool] = mapped_column(default=True, server_default=true())
    served_on: Mapped[date]
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    minutes: Mapped[int]
    time_stated: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(200), default="")
    method: Mapped[ServiceMethod] = enum_column(ServiceMethod)
    status: Mapped[ServiceStatus] = enum_column(ServiceStatus)
    doubts: Mapped[str] = mapped_column(String(80), default="")
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("service_sheets.id"))
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_offline: Mapped[bool] = mapped_column(default=False, server_default=false())
    recorded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    refusal: Mapped[RefusalReason | None] = enum_column(RefusalReason, nullable=True)
    refusal_note: Mapped[str] = mapped_column(String(200), default="")
    attendance_id: Mapped[int | None] = mapped_column(ForeignKey("activity_attendances.id"))
    objected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    appealed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()
    volunteer: Mapped[Volunteer] = relationship(foreign_keys=[volunteer_id])
    book: Mapped[Volunteer | None] = relationship(foreign_keys=[book_id])
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    handler: Mapped[Organization] = relationship(foreign_keys=[handler_id])
    attendance: Mapped[Attendance | None] = relationship()

    @property
    def doubt_list(self) -> list[Doubt]:
        return doubts_of(self.doubts)

    @property
    def is_held(self) -> bool:
        """Return whether a hold over the record is open (LED-15)."""
        return Doubt.HELD in self.doubt_list

    @property
    def pseudonym(self) -> str:
        """Return the name under which the ledger has the record, or will have it."""
        return (self.book or self.volunteer).pseudonym


class ServiceRecordEvent(Base):
    """One step in a service record's history, with the minutes before and after."""

    __tablename__ = "service_record_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("service_records.id"), index=True)
    action: Mapped[ServiceAction | None] = enum_column(ServiceAction, nullable=True)
    to_status: Mapped[ServiceStatus] = enum_column(ServiceStatus)
    minutes_before: Mapped[int | None]
    minutes_after: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class LedgerEntry(Chained, Base):
    """A credit or its reversal. Append-only and chained; it carries a pseudonym, no identity."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        Index("uq_ledger_entries_reverses_id", "reverses_id", unique=True),
        Index("ix_ledger_entries_record_id", "record_id"),
        CheckConstraint("(kind = 'credit') = (minutes > 0)", name="sign"),
    )
    CHAIN = "ledger"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[EntryKind] = enum_column(EntryKind)
    record_id: Mapped[int] = mapped_column(ForeignKey("service_records.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entries.id"))
    pseudonym: Mapped[str] = mapped_column(String(32))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    minutes: Mapped[int]
    method: Mapped[ServiceMethod] = enum_column(ServiceMethod)
    entered_by_id: Mapped[int | None]
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(120), default="")

    def facts(self) -> tuple[Any, ...]:
        """Return every value that a total or a certificate rests on."""
        return (
            self.kind,
            self.record_id,
            self.reverses_id,
            self.pseudonym,
            self.organization_id,
            int(self.starts_at.timestamp()),
            int(self.ends_at.timestamp()),
            self.minutes,
            self.method,
            self.entered_by_id,
            int(self.entered_at.timestamp()),
            self.reason,
        )


class VolunteerTotal(Base):
    """A volunteer's confirmed and waiting minutes of a year; always equal to ledger and records."""

    __tablename__ = "volunteer_totals"

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    confirmed_minutes: Mapped[int] = mapped_column(default=0)
    pending_minutes: Mapped[int] = mapped_column(default=0)
