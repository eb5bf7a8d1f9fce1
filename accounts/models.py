"""Users, the posts they hold, sessions, one-time codes, recovery codes and failed tries."""

from __future__ import annotations

from datetime import date, datetime

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.rules import CodePurpose, SessionKind
from accounts.rules.grants import GrantAction, GrantStatus
from accounts.rules.handover import HandoverAction, HandoverStatus
from accounts.rules.letters import LetterKind
from core.access.permissions import Role
from core.database import Base, BigKey, Digest, UTCDateTime, enum_column
from organizations.models import Organization

_OPEN_GRANT = text("status IN ('proposed', 'offered')")
_OPEN_HANDOVER = text("status IN ('draft', 'given')")


class User(UserMixin, Base):
    """An account that can sign in; one per person, found by the blind index of its phone."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), unique=True)
    phone_index: Mapped[bytes] = mapped_column(Digest, unique=True)
    phone: Mapped[str] = mapped_column(Text)
    display_name: Mapped[str] = mapped_column(String(50), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(Text)
    totp_pending: Mapped[str | None] = mapped_column(Text)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_last_step: Mapped[int | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    suspended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    digest_by_sms: Mapped[bool] = mapped_column(default=True, server_default=true())

    posts: Mapped[list[Post]] = relationship(back_populates="user", foreign_keys="Post.user_id")


class Post(Base):
    """A role held at an organization from a day to a day.

    ``deputy_for_id`` is the post of whoever is away: its deputy holds one of his own meanwhile.
    """

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_organization", "organization_id", "role", "ends_on"),
        Index("ix_posts_ends", "ends_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[Role] = enum_column(Role)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    deputy_for_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    reason: Mapped[str] = mapped_column(String(100), default="", server_default="")

    user: Mapped[User] = relationship(back_populates="posts", foreign_keys=[user_id])
    organization: Mapped[Organization] = relationship()
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])


class PostGrant(Base):
    """A post on its way to somebody: proposed, seconded where it must be, offered, accepted.

    ``extends_id`` is the post whose last day moves, ``acts_for_id`` the one whose holder somebody
    is to act for; then nobody has to accept. ``answer_by`` is the last day for whoever acts next.
    """

    __tablename__ = "post_grants"
    __table_args__ = (
        Index("ix_post_grants_organization", "organization_id", "status", "id"),
        Index("ix_post_grants_user", "user_id", "status"),
        Index("ix_post_grants_proposed_post", "proposed_post_id", "status"),
        Index("ix_post_grants_seconded_post", "seconded_post_id", "status"),
        Index(
            "ix_post_grants_answer_by",
            "answer_by",
            sqlite_where=_OPEN_GRANT,
            postgresql_where=_OPEN_GRANT,
        ),
        Index(
            "uq_post_grants_open",
            "user_id",
            "role",
            "organization_id",
            unique=True,
            sqlite_where=_OPEN_GRANT,
            postgresql_where=_OPEN_GRANT,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[Role] = enum_column(Role)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    extends_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    acts_for_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    reason: Mapped[str] = mapped_column(String(100), default="", server_default="")
    status: Mapped[GrantStatus] = enum_column(GrantStatus)
    is_nominated: Mapped[bool] = mapped_column(default=False)
    dangers: Mapped[str] = mapped_column(String(200), default="")
    answer_by: Mapped[date]
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    proposed_post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    seconded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    seconded_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    organization: Mapped[Organization] = relationship()
    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id])
    seconded_by: Mapped[User | None] = relationship(foreign_keys=[seconded_by_id])
    extends: Mapped[Post | None] = relationship(foreign_keys=[extends_id])
    acts_for: Mapped[Post | None] = relationship(foreign_keys=[acts_for_id])


class PostGrantEvent(Base):
    """One step of a post on its way."""

    __tablename__ = "post_grant_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("post_grants.id"), index=True)
    action: Mapped[GrantAction] = enum_column(GrantAction)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(100), default="")


class Handover(Base):
    """What the holder of a post leaves open to the next one: both sign for the same list.

    ``grant_id`` is the post on its way to whom he named; ``last_on`` is the last day of the old
    post, none where it ends as soon as the next one signs.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        Index(
            "uq_handovers_open",
            "organization_id",
            "role",
            "post_id",
            unique=True,
            sqlite_where=_OPEN_HANDOVER,
            postgresql_where=_OPEN_HANDOVER,
        ),
        Index("ix_handovers_organization", "organization_id", "role", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    role: Mapped[Role] = enum_column(Role)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    status: Mapped[HandoverStatus] = enum_column(HandoverStatus)
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("post_grants.id"), index=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    last_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(100), default="")
    counts: Mapped[str] = mapped_column(Text, default="{}")
    given_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    given_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    taken_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    version: Mapped[int] = mapped_column(default=1)

    post: Mapped[Post | None] = relationship(foreign_keys=[post_id])
    organization: Mapped[Organization] = relationship()
    successor: Mapped[User | None] = relationship(foreign_keys=[successor_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention


class HandoverEvent(Base):
    """One step of a hand-over."""

    __tablename__ = "handover_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handovers.id"), index=True)
    action: Mapped[HandoverAction] = enum_column(HandoverAction)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user_id: Mapped[int | None]
    by_post_id: Mapped[int | None]


class UserSession(Base):
    """A signed-in browser: the digest of its token, never the token."""

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[SessionKind] = enum_column(SessionKind)
    device: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    factor_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    needs_factor: Mapped[bool] = mapped_column(default=False)
    factor_tries: Mapped[int] = mapped_column(default=0)
    last_post_id: Mapped[int | None]
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()


class OneTimeCode(Base):
    """A code sent to a phone: hashed, single use, bound to who asked for it (AU-08)."""

    __tablename__ = "one_time_codes"
    __table_args__ = (Index("ix_one_time_codes_phone", "phone_index", "sent_at"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    purpose: Mapped[CodePurpose] = enum_column(CodePurpose)
    phone_index: Mapped[bytes] = mapped_column(Digest)
    phone: Mapped[str] = mapped_column(Text)
    binding: Mapped[str] = mapped_column(String(64), index=True)
    code_digest: Mapped[bytes] = mapped_column(Digest)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(Base):
    """A hashed single-use code for the second factor."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    digest: Mapped[bytes] = mapped_column(Digest)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FailedTry(Base):
    """A wrong password or second factor, counted to slow down guessing (AU-05, D8).

    Counted by phone, so that a phone without an account is answered like any other (AU-07).
    """

    __tablename__ = "failed_tries"
    __table_args__ = (Index("ix_failed_tries_phone", "phone_index", "at"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    phone_index: Mapped[bytes] = mapped_column(Digest)
    from_known_device: Mapped[bool]
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class KnownDevice(Base):
    """A browser on which an account finished both factors; strangers cannot lock it out (D8)."""

    __tablename__ = "known_devices"
    __table_args__ = (UniqueConstraint("user_id", "token_digest"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    token_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Letter(Base):
    """One sentence to the owner of an account: its kind and what the kind needs, never its words.

    The words are made when it is read, in the reader's language. It can be read from ``shown_at``
    on: what may still be undone is not told. ``topic`` names the fact, and tells of it at most
    once. ``about_id`` is a ward, where a guardian is told.
    """

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("topic", "user_id"),
        Index("ix_letters_user", "user_id", "shown_at", "id"),
        Index(
            "ix_letters_unread",
            "user_id",
            "shown_at",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index("ix_letters_shown_at", "shown_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[LetterKind] = enum_column(LetterKind)
    topic: Mapped[str] = mapped_column(String(60))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    details: Mapped[str] = mapped_column(Text, default="{}")
    shown_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    organization: Mapped[Organization] = relationship()
