"""Data of persons that were looked at, and values that are there and wrong."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, BigKey, Digest, enum_column
from people.rules.checks import CheckWay, FlagField, FlagReason


class DataCheck(Base):
    """The last day on which somebody said that the data of a person are right."""

    __tablename__ = "data_checks"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True
    )
    checked_on: Mapped[date]
    way: Mapped[CheckWay] = enum_column(CheckWay)
    by_user_id: Mapped[int | None]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))


class DataFlag(Base):
    """A value that is wrong; it says so of the value with this index only, of no later one."""

    __tablename__ = "data_flags"
    __table_args__ = (UniqueConstraint("person_id", "field"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    field: Mapped[FlagField] = enum_column(FlagField)
    digest: Mapped[bytes] = mapped_column(Digest)
    reason: Mapped[FlagReason] = enum_column(FlagReason)
    found_on: Mapped[date]
    by_user_id: Mapped[int | None]
