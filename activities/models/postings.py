"""Activities, their shifts, who signed up, the agreements kept, and the history of both."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from activities.models.venues import Venue
from activities.rules import (
    ActivityAction,
    ActivityField,
    ActivityStatus,
    ActivityWork,
    Ground,
    HoursRule,
    Posting,
    ShiftPlan,
    Signer,
    SignupAction,
    SignupStatus,
    grounds_of,
    text_of_grounds,
)
from core.database import Base, BigKey, UTCDateTime, enum_column
from organizations.models import Organization
from people.models import Person

_LIVE = text("status IN ('signed_up', 'accepted', 'waitlisted')")
_WAITS = text("status = 'waitlisted'")
_TO_AGREE = text("agree_by IS NOT NULL")
_AT_GUARDIAN = text("guardian_digest IS NOT NULL")
_IN_REVIEW = text("status = 'review'")
_AT_VENUE = text("venue_id IS NOT NULL")
_IS_LED = text("leader_id IS NOT NULL")


class Activity(Base):
    """Something that an organization holds, with one or more shifts.

    ``first_starts_at`` and ``last_ends_at`` follow its shifts. ``reviewer`` is who has to agree to
    short notice or a late entry, while it is asked. ``leader``: who works its desk.
    """

    __tablename__ = "activities"
    __table_args__ = (
        Index("ix_activities_organization", "organization_id", "last_ends_at", "id"),
        Index("ix_activities_county", "county_id", "last_ends_at", "id"),
        Index("ix_activities_city", "city_id", "last_ends_at", "id"),
        Index("ix_activities_ends", "last_ends_at", "id"),
        Index(
            "ix_activities_venue",
            "venue_id",
            "last_ends_at",
            "id",
            sqlite_where=_AT_VENUE,
            postgresql_where=_AT_VENUE,
        ),
        Index(
            "ix_activities_leader",
            "leader_id",
            "last_ends_at",
            sqlite_where=_IS_LED,
            postgresql_where=_IS_LED,
        ),
        Index(
            "ix_activities_review",
            "reviewer_id",
            "id",
            sqlite_where=_IN_REVIEW,
            postgresql_where=_IN_REVIEW,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    county_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    city_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[ActivityStatus] = enum_column(ActivityStatus)
    title: Mapped[str] = mapped_column(String(60))
    field: Mapped[ActivityField] = enum_column(ActivityField)
    work: Mapped[ActivityWork] = enum_column(
        ActivityWork, default=ActivityWork.SERVICE, server_default=ActivityWork.SERVICE.value
    )
    place: Mapped[str] = mapped_column(String(120))
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venues.id"))
    budget_fen: Mapped[int | None] = mapped_column(BigKey)
    description: Mapped[str] = mapped_column(Text)
    risks: Mapped[str] = mapped_column(Text)
    bring: Mapped[str] = mapped_column(String(200), default="")
    min_age: Mapped[int | None]
    needs_registered: Mapped[bool] = mapped_column(default=False)
    certificate: Mapped[str] = mapped_column(String(60), default="")
    grounds: Mapped[str] = mapped_column(String(60), default="")
    policy_number: Mapped[str] = mapped_column(String(60), default="")
    policy_from: Mapped[date | None]
    policy_to: Mapped[date | None]
    hours_rule: Mapped[HoursRule] = enum_column(HoursRule, default=HoursRule.ATTENDED)
    first_starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="")
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))

    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    leader: Mapped[Person | None] = relationship()
    venue: Mapped[Venue | None] = relationship()

    @property
    def ground_set(self) -> frozenset[Ground]:
        return grounds_of(self.grounds)

    def tell(self, posting: Posting) -> None:
        """Keep what somebody wrote about the activity."""
        for name in (
            *("title", "field", "place", "description", "risks", "bring", "min_age"),
            *("needs_registered", "certificate", "policy_number", "policy_from", "policy_to"),
            "work",
            *("hours_rule", "budget_fen"),
        ):
            setattr(self, name, getattr(posting, name))
        self.grounds = text_of_grounds(posting.grounds)

    @property
    def posting(self) -> Posting:
        """Return what somebody wrote about the activity."""
        return Posting(
            title=self.title,
            field=self.field,
            place=self.place,
            description=self.description,
            risks=self.risks,
            bring=self.bring,
            min_age=self.min_age,
            needs_registered=self.needs_registered,
            certificate=self.certificate,
            grounds=self.ground_set,
            policy_number=self.policy_number,
            policy_from=self.policy_from,
            policy_to=self.policy_to,
            work=self.work,
            hours_rule=self.hours_rule,
            venue=self.venue.code if self.venue is not None else "",
            budget_fen=self.budget_fen,
        )


class ActivityEvent(Base):
    """One step in an activity's history."""

    __tablename__ = "activity_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    action: Mapped[ActivityAction | None] = enum_column(ActivityAction, nullable=True)
    to_status: Mapped[ActivityStatus] = enum_column(ActivityStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class Shift(Base):
    """When how many are needed for what; ``taken`` is always the number of seats held.

    ``moved_at``: when its time was changed after it had begun, which is done once (LED-07).
    ``held_on``: the day on which it was held, while it counts as held (CTR-02).
    """

    __tablename__ = "activity_shifts"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= seats", name="seats"),
        CheckConstraint("ends_at > starts_at", name="times"),
        Index("ix_activity_shifts_starts", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    role: Mapped[str] = mapped_column(String(30), default="")
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seats: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    moved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    held_on: Mapped[date | None]

    activity: Mapped[Activity] = relationship()

    @property
    def free(self) -> int:
        return self.seats - self.taken

    @property
    def plan(self) -> ShiftPlan:
        return ShiftPlan(self.starts_at, self.ends_at, self.seats, self.role)

    def follow(self, plan: ShiftPlan) -> None:
        """Be held as planned."""
        self.starts_at, self.ends_at = plan.starts_at, plan.ends_at
        self.seats, self.role = plan.seats, plan.role.strip()


class Signup(Base):
    """One person and one shift; at most one that lives. Its times follow those of the shift.

    Whether the person came stands in ``Attendance``. The waiting list is in the order of ``id``.
    Until ``agree_by`` the agreement as it reads now has to be accepted; ``guardian_digest`` is that
    of the link by which a minor's guardian does.
    """

    __tablename__ = "activity_signups"
    __table_args__ = (
        Index(
            "uq_activity_signups_live",
            "shift_id",
            "person_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "ix_activity_signups_waiting",
            "shift_id",
            "id",
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
        Index("ix_activity_signups_roster", "shift_id", "status", "id"),
        Index("ix_activity_signups_own", "person_id", "starts_at", "id"),
        Index(
            "ix_activity_signups_agree_by",
            "agree_by",
            "id",
            sqlite_where=_TO_AGREE,
            postgresql_where=_TO_AGREE,
        ),
        Index(
            "uq_activity_signups_guardian",
            "guardian_digest",
            unique=True,
            sqlite_where=_AT_GUARDIAN,
            postgresql_where=_AT_GUARDIAN,
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("activity_shifts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    status: Mapped[SignupStatus] = enum_column(SignupStatus)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    signed_up_at: Mapped[datetime] = mapped_column(UTCDateTime)
    has_certificate: Mapped[bool] = mapped_column(default=False)
    is_late: Mapped[bool] = mapped_column(default=False)
    agree_by: Mapped[datetime | None] = mapped_column(UTCDateTime)
    guardian_digest: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(200), default="")

    shift: Mapped[Shift] = relationship()
    person: Mapped[Person] = relationship()


class SignupEvent(Base):
    """One step in a sign-up's history; without an action it is the sign-up itself."""

    __tablename__ = "activity_signup_events"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("activity_signups.id"), index=True)
    action: Mapped[SignupAction | None] = enum_column(SignupAction, nullable=True)
    to_status: Mapped[SignupStatus] = enum_column(SignupStatus)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class SignedAgreement(Base):
    """An agreement that was accepted on the phone: text, version, digest, instant, by whom.

    A change of what it says is accepted anew; the last one counts, the earlier ones stay.
    """

    __tablename__ = "activity_agreements"
    __table_args__ = (Index("ix_activity_agreements_signup", "signup_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("activity_signups.id"))
    version: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    accepted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    signer: Mapped[Signer] = enum_column(
        Signer, default=Signer.SELF, server_default=Signer.SELF.value
    )
