"""Schools that ought to have a branch, and the branch where there is one (domain.md 4)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from schools.rules.register import SchoolAction, SchoolStage, SchoolStatus


class School(Base):
    """An educational institution on the yearly list, with its branch's organization if founded.

    One that was merged points to the school that goes on; a closed one keeps its history.
    """

    __tablename__ = "schools"
    __table_args__ = (Index("ix_schools_county", "county_id", "organization_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    stage: Mapped[SchoolStage] = enum_column(SchoolStage)
    county_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), unique=True)
    is_in_scope: Mapped[bool] = mapped_column(default=True)
    scope_reason: Mapped[str] = mapped_column(String(100), default="", server_default="")
    status: Mapped[SchoolStatus] = enum_column(
        SchoolStatus, default=SchoolStatus.OPEN, server_default=SchoolStatus.OPEN.value
    )
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    closed_on: Mapped[date | None]

    merged_into: Mapped[School | None] = relationship(remote_side="School.id")


class SchoolListing(Base):
    """A school on the list of one school year: expected or not and why, and its enrolment.

    What the year's coverage and the share of joined pupils are computed from (SCH-10, SCH-11);
    ``enrolled`` is the number of pupils, or nothing where nobody told it. The row follows the
    school while its year runs and stays as it was afterwards; ``is_covered``: it has a branch.
    """

    __tablename__ = "school_listings"

    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, index=True)
    is_in_scope: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(100), default="")
    enrolled: Mapped[int | None]
    is_covered: Mapped[bool] = mapped_column(default=False, server_default=false())

    school: Mapped[School] = relationship()


class SchoolEvent(Base):
    """One step in what happened to a school; an import remembers by it what was there before."""

    __tablename__ = "school_events"
    __table_args__ = (
        Index("ix_school_events_school", "school_id", "id"),
        Index("ix_school_events_import", "import_code", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    action: Mapped[SchoolAction] = enum_column(SchoolAction)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    import_code: Mapped[str | None] = mapped_column(String(16))
    before: Mapped[str] = mapped_column(Text, default="")

    school: Mapped[School] = relationship()
