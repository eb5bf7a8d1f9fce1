"""Classes of a school branch, one row per school year (domain.md SCH-07, SCH-15)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey
from organizations.models import Organization


class SchoolClass(Base):
    """A class in one school year; ``follows_id`` is what it was the year before.

    ``year`` is the calendar year in which the school year began, ``grade`` is counted through
    from primary school, ``name`` is the own name of a class beside its number, or nothing.
    """

    __tablename__ = "school_classes"
    __table_args__ = (
        Index(
            "uq_school_classes_year",
            "organization_id",
            "year",
            "grade",
            "number",
            unique=True,
        ),
        Index("ix_school_classes_follows", "follows_id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    grade: Mapped[int]
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(20), default="")
    teacher: Mapped[str] = mapped_column(String(50), default="")
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("school_classes.id"))
    version: Mapped[int] = mapped_column(default=1)

    organization: Mapped[Organization] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention
