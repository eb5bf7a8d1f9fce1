"""Pupils on the roster of a school branch, and what happened to them there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, BigKey, UTCDateTime, enum_column
from members.models import Membership
from organizations.models import Organization
from people.models import ConsentRequest, Person
from schools.models.classes import SchoolClass
from schools.rules.pupils import ConsentState, PupilAction, PupilStatus

_ON_ROSTER = text("status IN ('draft', 'member')")


class Pupil(Base):
    """A child on a school's roster: a draft until consent, then a youth member (domain.md 2.4).

    ``consent`` follows ``request``, the last that went to a guardian; ``due_on`` is the day by
    which what is known of a child who does not join has to be gone (scenarios 3 and 24);
    ``import_code`` names the list that brought the row.
    """

    __tablename__ = "pupils"
    __table_args__ = (
        Index(
            "uq_pupils_person_on_roster",
            "person_id",
            unique=True,
            sqlite_where=_ON_ROSTER,
            postgresql_where=_ON_ROSTER,
        ),
        Index("ix_pupils_organization", "organization_id", "status", "class_id", "id"),
        Index("ix_pupils_class", "class_id", "status", "id"),
        Index("ix_pupils_due", "due_on"),
        Index("ix_pupils_request", "request_id"),
        Index("ix_pupils_import", "import_code", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    class_id: Mapped[int | None] = mapped_column(ForeignKey("school_classes.id"))
    status: Mapped[PupilStatus] = enum_column(PupilStatus)
    consent: Mapped[ConsentState] = enum_column(ConsentState)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("consent_requests.id"))
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id"), index=True)
    import_code: Mapped[str | None] = mapped_column(String(16))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person] = relationship()
    organization: Mapped[Organization] = relationship()
    school_class: Mapped[SchoolClass | None] = relationship()
    membership: Mapped[Membership | None] = relationship()
    request: Mapped[ConsentRequest | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention


class PupilEvent(Base):
    """One step in what happened to a pupil at a school; no words about the child."""

    __tablename__ = "pupil_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupils.id"), index=True)
    action: Mapped[PupilAction | None] = enum_column(PupilAction, nullable=True)
    to_status: Mapped[PupilStatus] = enum_column(PupilStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]

    pupil: Mapped[Pupil] = relationship()
