"""Cases of what people ask for, their numbers per organization, and requests of their own."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import clock
from core.database import Base, BigKey, Digest, UTCDateTime, enum_column
from organizations.models import Organization
from people.models.persons import Person
from people.rules.matters import (
    MatterFact,
    MatterKind,
    MatterState,
    Standing,
    matter_number,
    shown_number,
)
from people.rules.rights import RightsAction, RightsKind, RightsStatus

_STANDS = text("fact = 'open' AND value > 0")
_RUNS = text("state IN ('open', 'waiting')")


class Matter(Base):
    """What a person asked for, as a case; the object behind it stays the truth (ADR 0038).

    ``subject_id`` is the key of that object, below zero where it was removed; ``subject_code``
    how addresses name it.
    ``organization_id`` owns the case, ``holder_id`` has it now. ``due_on`` is None while the
    person himself has something to do. ``secret_digest`` opens the public page together with
    the number.
    """

    __tablename__ = "matters"
    __table_args__ = (
        Index("uq_matters_subject", "kind", "subject_id", unique=True),
        Index("ix_matters_person", "person_id", "id"),
        Index(
            "ix_matters_holder",
            "holder_id",
            "due_on",
            "id",
            sqlite_where=_RUNS,
            postgresql_where=_RUNS,
        ),
        Index("ix_matters_holder_all", "holder_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[MatterKind] = enum_column(MatterKind)
    subject_id: Mapped[int] = mapped_column(BigInteger)
    subject_code: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    state: Mapped[MatterState] = enum_column(MatterState)
    region: Mapped[str] = mapped_column(String(6))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(String(500), default="")
    secret_digest: Mapped[bytes | None] = mapped_column(Digest)

    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    holder: Mapped[Organization] = relationship(foreign_keys=[holder_id])

    @property
    def number(self) -> str:
        """Return the number of the case, in groups."""
        return shown_number(matter_number(self.opened_on.year, self.region, self.id))

    @property
    def opened_on(self) -> date:
        return clock.local(self.opened_at).date()

    @property
    def standing(self) -> Standing:
        """Return what the numbers know of the case."""
        ended_on = clock.local(self.ended_at).date() if self.ended_at else None
        return Standing(self.state, self.opened_on, self.due_on, ended_on)


class MatterFigure(Base):
    """How many cases of an organization and of all below it count in one number.

    ``period`` is a year (2026), a month (202611), or for open ones the due day (20261130);
    ``days`` the working days until the answer.
    """

    __tablename__ = "matter_figures"
    __table_args__ = (
        Index(
            "ix_matter_figures_open",
            "organization_id",
            "period",
            "kind",
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    fact: Mapped[MatterFact] = enum_column(MatterFact, primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MatterKind] = enum_column(MatterKind, primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(default=0)


class RightsRequest(Base):
    """What a person asks about the own data, complains about or wants to know (PRI-11).

    ``organization`` keeps the person, ``handler`` has to answer.
    """

    __tablename__ = "rights_requests"
    __table_args__ = (
        Index("ix_rights_requests_queue", "handler_id", "status", "due_on", "id"),
        Index("ix_rights_requests_person", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[RightsKind] = enum_column(RightsKind)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    handler_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[RightsStatus] = enum_column(RightsStatus)
    words: Mapped[str] = mapped_column(String(500))
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date]
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str] = mapped_column(String(500), default="")

    person: Mapped[Person] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    handler: Mapped[Organization] = relationship(foreign_keys=[handler_id])


class RightsEvent(Base):
    """One step in the history of such a request."""

    __tablename__ = "rights_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("rights_requests.id"), index=True)
    action: Mapped[RightsAction | None] = enum_column(RightsAction, nullable=True)
    to_status: Mapped[RightsStatus] = enum_column(RightsStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
