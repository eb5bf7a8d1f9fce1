"""Divisions of Zhejiang, the organization tree, and the maintained numbers of each."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.access.permissions import Level
from core.access.scope import Place
from core.database import Base, ByteOrdered, UTCDateTime, enum_column
from organizations.rules import (
    ClosingStatus,
    DivisionLevel,
    Measure,
    OrganizationKind,
    OrganizationStatus,
    branch_of,
)

_CLOSED = text("status = 'closed'")


class Division(Base):
    """An administrative division by its 12-digit code; it ends, is never deleted (DAT-06, 07)."""

    __tablename__ = "divisions"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"), index=True)
    level: Mapped[DivisionLevel] = enum_column(DivisionLevel)
    kind: Mapped[str] = mapped_column(String(32), default="")
    name: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successor_code: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"))


class Organization(Base):
    """A node of the society's own tree (domain.md 1.1)."""

    __tablename__ = "organizations"
    __table_args__ = (
        Index("ix_organizations_parent_name", "parent_id", "name"),
        Index("ix_organizations_name", "name"),
        Index("ix_organizations_search", "search_text", "code"),
        Index("ix_organizations_term", "term_ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[OrganizationKind] = enum_column(OrganizationKind)
    level: Mapped[Level] = enum_column(Level)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    path: Mapped[str] = mapped_column(ByteOrdered, unique=True)
    name: Mapped[str] = mapped_column(String(120))
    short_name: Mapped[str] = mapped_column(String(60))
    search_text: Mapped[str] = mapped_column(String(240))
    division_code: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"), index=True)
    county_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    status: Mapped[OrganizationStatus] = enum_column(OrganizationStatus)
    phone: Mapped[str] = mapped_column(String(32), default="")
    founded_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    #: The last day of the term of its council; None where none is known.
    term_ends_on: Mapped[date | None]

    @property
    def branch_id(self) -> int:
        """Return the Red Cross it belongs to: its county, else its city, else the province."""
        return branch_of(self.county_id, self.city_id, self.path)

    @property
    def place(self) -> Place:
        """Return the organization as the guard knows it."""
        return Place(self.id, self.code, self.name, self.path, self.level)


#: What the guard and the navigation ask of an organization on every page.
PLACE_COLUMNS = (
    Organization.code,
    Organization.name,
    Organization.short_name,
    Organization.path,
    Organization.level,
)


class OrganizationMove(Base):
    """A subtree got another parent: where it stood before, from when, by whom and why."""

    __tablename__ = "organization_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    from_parent_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    to_parent_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    from_path: Mapped[str] = mapped_column(String(255))
    to_path: Mapped[str] = mapped_column(String(255))
    reason: Mapped[str] = mapped_column(String(200))
    moved_by_id: Mapped[int | None]
    moved_at: Mapped[datetime] = mapped_column(UTCDateTime)


class OrganizationClosing(Base):
    """An organization was closed: when, by which document, and where its people went (MEM-45).

    ``target`` is None where the members wait at ``shelter``, the Red Cross that it belonged to.
    ``kept`` holds what each package needs for taking the closing back, by its name.
    """

    __tablename__ = "organization_closings"
    __table_args__ = (
        Index(
            "uq_organization_closings_closed",
            "organization_id",
            unique=True,
            sqlite_where=_CLOSED,
            postgresql_where=_CLOSED,
        ),
        Index("ix_organization_closings_shelter", "shelter_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    shelter_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[ClosingStatus] = enum_column(ClosingStatus)
    status_before: Mapped[OrganizationStatus] = enum_column(
        OrganizationStatus, check="status_before"
    )
    document: Mapped[str] = mapped_column(String(60))
    closed_on: Mapped[date]
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None]
    kept: Mapped[str] = mapped_column(Text, default="{}")
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by_id: Mapped[int | None]

    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    shelter: Mapped[Organization] = relationship(foreign_keys=[shelter_id])
    target: Mapped[Organization | None] = relationship(foreign_keys=[target_id])

    def keep(self, name: str, value: Any) -> None:
        """Remember something under the name of a package."""
        self.kept = json.dumps({**json.loads(self.kept or "{}"), name: value}, sort_keys=True)

    def recall(self, name: str) -> Any:
        """Return what was remembered under a name, None for nothing."""
        return json.loads(self.kept or "{}").get(name)


class Figure(Base):
    """A maintained number of an organization and everything under it.

    ``period`` is 0 for the stock of now, a year (2026) or a month (202611); -1 is what waits at the
    organization itself, without those below it. Pages ask for many numbers of few periods: the
    index leads to these rows past the months of all years.
    """

    __tablename__ = "figures"
    __table_args__ = (
        Index("ix_figures_period", "organization_id", "period", "measure"),
        Index("ix_figures_measure", "measure"),  # a recount compares a measure at all places
    )

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    measure: Mapped[Measure] = enum_column(Measure, primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger, default=0)


class FigurePart(Base):
    """A maintained number split by kind, type, field, grade or day: the parts of a measure.

    ``part`` is the code of the kind (``village``, ``3``); periods are those of ``Figure``.
    """

    __tablename__ = "figure_parts"
    __table_args__ = (Index("ix_figure_parts_measure", "measure"),)

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    measure: Mapped[Measure] = enum_column(Measure, primary_key=True)
    part: Mapped[str] = mapped_column(String(32), primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger, default=0)


class FigureStock(Base):
    """What a stock was at the end of a month (202611), written once and never changed after."""

    __tablename__ = "figure_stocks"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    measure: Mapped[Measure] = enum_column(Measure, primary_key=True)
    part: Mapped[str] = mapped_column(String(32), primary_key=True, default="")
    month: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class FigureRun(Base):
    """When numbers were counted: ``nightly``, ``rebuild``, ``month:202611``.

    ``as_of`` is the day of the rows that were counted.
    """

    __tablename__ = "figure_runs"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    as_of: Mapped[date]
    finished_at: Mapped[datetime] = mapped_column(UTCDateTime)


class FigureCheck(Base):
    """How far the counting of a measure from its rows is: asked for so often, done so often.

    ``version`` grows with every correction: who counted before another one wrote looks again.
    ``corrected`` is how many numbers were wrong the last time.
    """

    __tablename__ = "figure_checks"

    measure: Mapped[str] = mapped_column(String(32), primary_key=True)
    asked: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    corrected: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Residents(Base):
    """How many people live in a division, as published for a year (permanent population)."""

    __tablename__ = "residents"

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    people: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
