"""Memberships, their history, and where their numbers come from."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, Digest, UTCDateTime, enum_column
from members.rules import (
    MemberGrade,
    MembershipAction,
    MembershipKind,
    MembershipStatus,
)
from organizations.models import Organization
from people.models import Person

_ADULT = text("kind = 'adult'")
_LIVE = text(
    "status IN ('approved', 'filing_returned', 'active', 'arrears', "
    "'expulsion_proposed', 'pending_transfer')"
)


class Membership(Base):
    """A person's belonging to an organization; at most one live membership per person.

    One that ended because it was the second of a person points to the one that stays.
    ``converted_on`` is when a youth membership became an adult one.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "uq_memberships_person_live",
            "person_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(  # asked whenever a membership is removed, with what a list brought
            "ix_memberships_replaced_by",
            "replaced_by_id",
            sqlite_where=text("replaced_by_id IS NOT NULL"),
            postgresql_where=text("replaced_by_id IS NOT NULL"),
        ),
        Index("ix_memberships_organization", "organization_id", "kind", "status", "id"),
        Index("ix_memberships_county", "county_id", "kind", "status", "id"),
        Index("ix_memberships_city", "city_id", "kind", "status", "id"),
        Index("ix_memberships_kind", "kind", "status", "id"),
        Index("ix_memberships_filing", "county_id", "status", "approved_at", "id"),
        Index("ix_memberships_organization_search", "organization_id", "search_text"),
        Index(
            "ix_memberships_county_search",  # holds all that a search by name compares
            "county_id",
            "search_text",
            "status",
            "id",
            sqlite_where=_ADULT,
            postgresql_where=_ADULT,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    county_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    city_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), unique=True)
    kind: Mapped[MembershipKind] = enum_column(MembershipKind)
    grade: Mapped[MemberGrade] = enum_column(MemberGrade, default=MemberGrade.ORDINARY)
    status: Mapped[MembershipStatus] = enum_column(MembershipStatus)
    number: Mapped[str] = mapped_column(String(18), unique=True)
    verify_digest: Mapped[bytes] = mapped_column(Digest, unique=True)
    joined_on: Mapped[date]
    approved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    filed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    filed_by_id: Mapped[int | None]
    filing_note: Mapped[str] = mapped_column(String(200), default="")
    left_on: Mapped[date | None]
    converted_on: Mapped[date | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id"))
    search_text: Mapped[str] = mapped_column(String(450), default="")

    person: Mapped[Person] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])


class MembershipEvent(Base):
    """One step in a membership's history."""

    __tablename__ = "membership_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), index=True)
    action: Mapped[MembershipAction | None] = enum_column(MembershipAction, nullable=True)
    to_status: Mapped[MembershipStatus] = enum_column(MembershipStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")

    membership: Mapped[Membership] = relationship()


class NumberSequence(Base):
    """The last serial given out under a name; gaps are allowed (security.md RACE-14)."""

    __tablename__ = "number_sequences"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int]
