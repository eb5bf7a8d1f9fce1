"""Steps from one school year to the next, who does not go along, and what an undo needs."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from schools.models.classes import SchoolClass
from schools.models.pupils import Pupil
from schools.rules.pupils import PupilStatus
from schools.rules.years import ExceptionKind, RunStatus


class YearRun(Base):
    """The step of one school into one school year: one row, however often it is asked for.

    ``batch`` is whose steps go together: the code of the job, or of a run of the command.
    """

    __tablename__ = "school_year_runs"
    __table_args__ = (
        Index("uq_school_year_runs_year", "organization_id", "year", unique=True),
        Index("ix_school_year_runs_batch", "batch", "organization_id"),
        Index("ix_school_year_runs_done", "status", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    batch: Mapped[str] = mapped_column(String(16))
    status: Mapped[RunStatus] = enum_column(RunStatus)
    moved: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    organization: Mapped[Organization] = relationship()


class YearException(Base):
    """A pupil who does not go along with the class into a school year, and where he goes."""

    __tablename__ = "school_year_exceptions"
    __table_args__ = (
        Index("uq_school_year_exceptions_pupil", "pupil_id", "year", unique=True),
        Index("ix_school_year_exceptions_year", "organization_id", "year"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupils.id", ondelete="CASCADE"))
    year: Mapped[int]
    kind: Mapped[ExceptionKind] = enum_column(ExceptionKind)
    grade: Mapped[int | None]
    number: Mapped[int | None]
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    pupil: Mapped[Pupil] = relationship()


class YearClass(Base):
    """A class that a step leads to, from which one, and what of it an undo takes away.

    One without ``from_class_id`` was made for who repeats or moves.
    """

    __tablename__ = "school_year_classes"
    __table_args__ = (Index("ix_school_year_classes_run", "run_id"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("school_classes.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("school_year_runs.id"))
    from_class_id: Mapped[int | None] = mapped_column(ForeignKey("school_classes.id"), unique=True)
    is_new: Mapped[bool]
    is_linked: Mapped[bool]

    school_class: Mapped[SchoolClass] = relationship(foreign_keys=[class_id])


class PupilYear(Base):
    """The class that a pupil was in at the end of a school year, and what the step changed.

    ``status`` is what the pupil was, ``reached`` what the step made of him where it did, so that
    an undo brings back nothing that somebody else changed. No foreign keys and no checks: they
    would cost more than half of a step of 1.7 million. The rows are copies of pupils, which have
    both, and what is left of a removed pupil names nobody.
    """

    __tablename__ = "pupil_years"
    __table_args__ = ({"sqlite_with_rowid": False},)

    pupil_id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(BigKey)
    status: Mapped[PupilStatus] = enum_column(PupilStatus, is_copy=True)
    reached: Mapped[PupilStatus | None] = enum_column(PupilStatus, is_copy=True, nullable=True)
    due_on: Mapped[date | None]
