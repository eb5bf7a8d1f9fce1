"""Venues: the file of each, its hours, who is in charge, pictures, and its history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from activities.rules.venues import (
    Charge,
    VenueAction,
    VenueFacts,
    VenueKind,
    VenueLevel,
    VenueStatus,
)
from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from organizations.rules import OrganizationStatus
from people.models import Person

_IN_CHARGE = text("ends_on IS NULL")


class Venue(Base):
    """A place of the society (domain.md CTR-01); it closes, it is never removed.

    ``decider`` inspects and names it; ``keeper`` and ``leader`` are who is in charge now, also
    where they may be no longer: ``keeper_lost_on`` and ``leader_lost_on`` are since when.
    ``details`` holds what only venues of this kind have, by the names of ``venue_kinds``.
    """

    __tablename__ = "venues"
    __table_args__ = (
        CheckConstraint("fund_fen >= 0", name="fund"),
        Index("ix_venues_organization", "organization_id", "status", "id"),
        Index("ix_venues_county", "county_id", "status", "id"),
        Index("ix_venues_city", "city_id", "status", "id"),
        Index("ix_venues_kind", "kind", "status", "id"),
        Index("ix_venues_division", "division_code", "status", "id"),
        Index("ix_venues_decider", "decider_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[VenueKind] = enum_column(VenueKind)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    county_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    city_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    decider_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    division_code: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"))
    status: Mapped[VenueStatus] = enum_column(VenueStatus)
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(32), default="")
    services: Mapped[str] = mapped_column(Text, default="")
    seats: Mapped[int | None]
    area_m2: Mapped[int | None]
    has_aed: Mapped[bool] = mapped_column(default=False)
    has_first_aid_kit: Mapped[bool] = mapped_column(default=False)
    level: Mapped[VenueLevel | None] = enum_column(VenueLevel, nullable=True)
    details: Mapped[str] = mapped_column(Text, default="{}")
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    keeper_lost_on: Mapped[date | None]
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    leader_lost_on: Mapped[date | None]
    plaque_number: Mapped[str] = mapped_column(String(40), default="")
    named_on: Mapped[date | None]
    term_ends_on: Mapped[date | None]
    review_on: Mapped[date | None]
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    stars: Mapped[int | None]
    starred_on: Mapped[date | None]
    fund_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None]
    applied_by_id: Mapped[int | None]

    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    decider: Mapped[Organization] = relationship(foreign_keys=[decider_id])
    keeper: Mapped[Person | None] = relationship(foreign_keys=[keeper_id])
    leader: Mapped[Person | None] = relationship(foreign_keys=[leader_id])

    @property
    def rests(self) -> bool:
        """Return whether its organization is suspended: nothing is held or booked there."""
        return self.organization.status is OrganizationStatus.SUSPENDED

    @property
    def detail_map(self) -> Mapping[str, str]:
        found: Mapping[str, str] = json.loads(self.details or "{}")
        return found

    def tell(self, facts: VenueFacts) -> None:
        """Keep what is told of it."""
        for name in (
            *("name", "address", "phone", "services", "seats", "area_m2"),
            *("has_aed", "has_first_aid_kit", "level"),
        ):
            setattr(self, name, getattr(facts, name))
        self.details = json.dumps(dict(facts.details), ensure_ascii=False, sort_keys=True)

    @property
    def facts(self) -> VenueFacts:
        return VenueFacts(
            name=self.name,
            address=self.address,
            phone=self.phone,
            services=self.services,
            seats=self.seats,
            area_m2=self.area_m2,
            has_aed=self.has_aed,
            has_first_aid_kit=self.has_first_aid_kit,
            level=self.level,
            details=self.detail_map,
        )


class VenueEvent(Base):
    """One step in a venue's history; without an action it is the entry, or a change of facts."""

    __tablename__ = "venue_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), index=True)
    action: Mapped[VenueAction | None] = enum_column(VenueAction, nullable=True)
    to_status: Mapped[VenueStatus] = enum_column(VenueStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class VenueHours(Base):
    """From when to when a venue is open on a weekday, 0 is Monday; a day may have some."""

    __tablename__ = "venue_hours"
    __table_args__ = (
        CheckConstraint("weekday >= 0 AND weekday <= 6", name="weekday"),
        CheckConstraint("opens >= 0 AND closes > opens AND closes <= 1440", name="period"),
    )

    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    opens: Mapped[int] = mapped_column(primary_key=True)
    closes: Mapped[int]


class VenueDay(Base):
    """A day that differs from its weekday: closed without times, else open at these."""

    __tablename__ = "venue_days"
    __table_args__ = (
        CheckConstraint(
            "(opens IS NULL AND closes IS NULL) OR "
            "(opens >= 0 AND closes > opens AND closes <= 1440)",
            name="period",
        ),
    )

    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    opens: Mapped[int | None]
    closes: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(60), default="")


class VenueCharge(Base):
    """Who was in charge of a venue from a day to a day, as keeper or as leader of a workshop."""

    __tablename__ = "venue_charges"
    __table_args__ = (
        Index(
            "uq_venue_charges_now",
            "venue_id",
            "charge",
            unique=True,
            sqlite_where=_IN_CHARGE,
            postgresql_where=_IN_CHARGE,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    charge: Mapped[Charge] = enum_column(Charge)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship()


class VenueTeamMember(Base):
    """A member who works in a workshop beside its leader."""

    __tablename__ = "venue_team_members"
    __table_args__ = (UniqueConstraint("venue_id", "person_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    joined_on: Mapped[date]

    person: Mapped[Person] = relationship()


class VenuePhoto(Base):
    """A picture of a venue, with what it shows in words, and the declaration about faces."""

    __tablename__ = "venue_photos"
    __table_args__ = (Index("ix_venue_photos_venue", "venue_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), unique=True)
    position: Mapped[int]
    alt: Mapped[str] = mapped_column(String(100))
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
