"""Youth members who came of age, and what each of them answered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from members.models import Membership
from organizations.models import Organization
from people.models import Person
from schools.rules.adults import AgeStatus


class ComingOfAge(Base):
    """The question to a youth member who is of age: adult member by own consent, or leave (MEM-42).

    One per person; the answer stands with version and digest of the text that was shown.
    """

    __tablename__ = "comings_of_age"
    __table_args__ = (Index("ix_comings_of_age_organization", "organization_id", "status", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), unique=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[AgeStatus] = enum_column(AgeStatus)
    came_on: Mapped[date]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    text_version: Mapped[str] = mapped_column(String(16), default="")
    text_digest: Mapped[str] = mapped_column(String(64), default="")

    person: Mapped[Person] = relationship()
    membership: Mapped[Membership] = relationship()
    organization: Mapped[Organization] = relationship()
