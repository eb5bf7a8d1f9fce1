"""The life of an organization: founding, councils and terms, history, checklist, groups, file."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, case, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models.tree import Organization
from organizations.rules import OrganizationKind
from organizations.rules.foundings import FoundingAction, FoundingStatus, VoteMethod
from organizations.rules.life import CouncilStatus, LifeAction

_UNDER_WAY = "status IN ('draft', 'submitted', 'returned', 'approved')"
_NAMED = text(f"{_UNDER_WAY} AND school_id IS NULL")
_AT_SCHOOL = text(_UNDER_WAY)


class OrganizationFounding(Base):
    """Somebody asks for an organization: application, reply, meeting (domain.md ORG-16, ORG-17).

    ``maker`` entered it and records what follows, ``decider`` replies, ``parent`` is where the
    organization will stand. ``note`` is why it went back last. A founding at a school of the
    register is read as what the package of schools makes of it.
    """

    __tablename__ = "organization_foundings"
    __table_args__ = (
        Index(
            "uq_organization_foundings_named",
            "parent_id",
            "name",
            unique=True,
            sqlite_where=_NAMED,
            postgresql_where=_NAMED,
        ),
        Index(
            "uq_organization_foundings_school",
            "school_id",
            unique=True,
            sqlite_where=_AT_SCHOOL,
            postgresql_where=_AT_SCHOOL,
        ),
        Index("ix_organization_foundings_school", "school_id", "id"),
        Index("ix_organization_foundings_maker", "maker_id", "id"),
        Index("ix_organization_foundings_decider", "decider_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[OrganizationKind] = enum_column(OrganizationKind)
    name: Mapped[str] = mapped_column(String(120))
    parent_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    decider_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    maker_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    division_code: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    status: Mapped[FoundingStatus] = enum_column(FoundingStatus)
    applied_on: Mapped[date]
    contact: Mapped[str] = mapped_column(String(50))
    words: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    reply_number: Mapped[str] = mapped_column(String(60), default="")
    replied_on: Mapped[date | None]
    held_on: Mapped[date | None]
    due: Mapped[int | None]
    present: Mapped[int | None]
    method: Mapped[VoteMethod | None] = enum_column(VoteMethod, nullable=True)
    result: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[str] = mapped_column(Text, default="")
    flag_on: Mapped[date | None]
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None]

    parent: Mapped[Organization] = relationship(foreign_keys=[parent_id])
    decider: Mapped[Organization] = relationship(foreign_keys=[decider_id])
    organization: Mapped[Organization | None] = relationship(foreign_keys=[organization_id])

    __mapper_args__ = {  # noqa: RUF012 - read once, while the class is made
        "polymorphic_on": case((school_id.is_not(None), "school"), else_="other"),
        "polymorphic_identity": "other",
    }


class FoundingEvent(Base):
    """One step of a founding."""

    __tablename__ = "founding_events"
    __table_args__ = (Index("ix_founding_events_founding", "founding_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    founding_id: Mapped[int] = mapped_column(ForeignKey("organization_foundings.id"))
    action: Mapped[FoundingAction] = enum_column(FoundingAction)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class OrganizationCouncil(Base):
    """Who leads an organization for one term, and how they were elected; earlier ones stay.

    Names of one office are parted by ``、``. The first council was elected by the founding
    meeting: there the record of the election is the founding's.
    """

    __tablename__ = "organization_councils"
    __table_args__ = (
        Index("ix_organization_councils_organization", "organization_id", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[CouncilStatus] = enum_column(CouncilStatus)
    head: Mapped[str] = mapped_column(String(50))
    honorary_heads: Mapped[str] = mapped_column(Text, default="")
    vice_heads: Mapped[str] = mapped_column(Text, default="")
    standing_directors: Mapped[str] = mapped_column(Text, default="")
    directors: Mapped[str] = mapped_column(Text, default="")
    secretary: Mapped[str] = mapped_column(String(50), default="")
    supervisors: Mapped[str] = mapped_column(Text, default="")
    coordinator: Mapped[str] = mapped_column(String(50), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    held_on: Mapped[date | None]
    due: Mapped[int | None]
    present: Mapped[int | None]
    method: Mapped[VoteMethod | None] = enum_column(VoteMethod, nullable=True)
    result: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None]


class OrganizationEvent(Base):
    """One step in the life of an organization."""

    __tablename__ = "organization_events"
    __table_args__ = (Index("ix_organization_events_organization", "organization_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    action: Mapped[LifeAction] = enum_column(LifeAction)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class OrganizationFile(Base):
    """What an organization tells of itself: contact, address, Party building (ORG-07)."""

    __tablename__ = "organization_files"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    contact: Mapped[str] = mapped_column(String(50), default="")
    address: Mapped[str] = mapped_column(String(120), default="")
    has_party_group: Mapped[bool | None]
    party_branches: Mapped[int | None]
    rescue_teams: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by_id: Mapped[int | None]


class MemberGroup(Base):
    """A member group under a village or a township; it is no organization (ORG-03)."""

    __tablename__ = "member_groups"
    __table_args__ = (Index("ix_member_groups_organization", "organization_id", "ended_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    name: Mapped[str] = mapped_column(String(60))
    leader: Mapped[str] = mapped_column(String(50))
    heads: Mapped[int]
    ended_on: Mapped[date | None]
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None]


class CheckList(Base):
    """What a good organization has, from a year on: one item a line (ORG-04)."""

    __tablename__ = "check_lists"

    from_year: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(120))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None]


class CheckAnswer(Base):
    """Whether an organization has an item of the list in a year, and what shows it."""

    __tablename__ = "check_answers"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(String(30), primary_key=True)
    is_met: Mapped[bool]
    evidence: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None]
