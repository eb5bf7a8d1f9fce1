"""Schools that ought to have a branch, and the branch where there is one (domain.md 4)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, enum_column
from schools.rules import SchoolStage


class School(Base):
    """An educational institution on the yearly list, with its branch's organization if founded."""

    __tablename__ = "schools"
    __table_args__ = (Index("ix_schools_county", "county_id", "organization_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    stage: Mapped[SchoolStage] = enum_column(SchoolStage)
    county_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), unique=True)
    is_in_scope: Mapped[bool] = mapped_column(default=True)
