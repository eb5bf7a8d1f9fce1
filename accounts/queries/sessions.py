"""Sessions, known devices, wrong tries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask_login import current_user
from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import joinedload

from accounts.models import FailedTry, KnownDevice, Post, User, UserSession
from accounts.queries.letters import unread_of_session
from accounts.queries.posts import GONE, HELD_COLUMNS, HIGHEST_FIRST, held_of, in_force
from accounts.rules import LOCK_TRIES, SessionKind
from core.access.scope import HeldPost
from core.clock import SKEW
from core.config import Lifetimes
from core.database import db
from core.statements import Kept
from core.switches import stamp_sum
from core.web import config_value
from organizations.models import Organization


class SeenSession(NamedTuple):
    """An open session as the guard knows it: its limits, whose it is, what waits to be read."""

    id: int
    user_id: int
    kind: SessionKind
    created_at: datetime
    seen_at: datetime
    factor_at: datetime | None
    needs_factor: bool
    last_post_id: int | None
    person_id: int | None
    suspended_at: datetime | None
    unread: int
    switches: int


_SEEN = (
    UserSession.id,
    UserSession.user_id,
    UserSession.kind,
    UserSession.created_at,
    UserSession.seen_at,
    UserSession.factor_at,
    UserSession.needs_factor,
    UserSession.last_post_id,
    User.person_id,
    User.suspended_at,
    unread_of_session(),
    stamp_sum(),
)
_OPEN = (UserSession.token_digest == bindparam("digest"), UserSession.ended_at.is_(None))
_SESSION = Kept(select(*_SEEN).join(UserSession.user).where(*_OPEN))
#: A line for each post in force, the highest first; one with nothing behind where there is none.
_SESSION_AND_POSTS = Kept(
    select(*_SEEN, *HELD_COLUMNS)
    .join(UserSession.user)
    .outerjoin(Post, and_(Post.user_id == UserSession.user_id, *in_force("day")))
    .outerjoin(
        Organization,
        and_(Organization.id == Post.organization_id, Organization.status.not_in(GONE)),
    )
    .where(*_OPEN)
    .order_by(*HIGHEST_FIRST)
)


def find_session(digest: str, now: datetime) -> SeenSession | None:
    """Return the open session of a token digest, for a request that may write."""
    row = _SESSION.row({"digest": digest, "now": now})
    return SeenSession(*row) if row else None


def find_with_posts(
    digest: str, now: datetime, day: date
) -> tuple[SeenSession | None, tuple[HeldPost, ...]]:
    """Return the open session of a token digest and the posts of its account: one statement."""
    rows = _SESSION_AND_POSTS.rows({"digest": digest, "now": now, "day": day})
    if not rows:
        return None, ()
    size = len(_SEEN)
    held = tuple(held_of(row[size:]) for row in rows if row[size + 2] is not None)
    return SeenSession(*rows[0][:size]), held


def session_row(session_id: int) -> UserSession | None:
    """Return the row of a session that is still open, with its user, for what changes it."""
    statement = select(UserSession).options(joinedload(UserSession.user, innerjoin=True))
    asked = statement.where(UserSession.id == session_id, UserSession.ended_at.is_(None))
    return db.session.scalars(asked).one_or_none()


def is_live(found: SeenSession, lifetimes: Lifetimes, now: datetime) -> bool:
    """Return whether a session is inside its idle and absolute limits (security.md AU-04).

    One that was begun or seen later than now is of a clock that ran ahead, and would outlive its
    limits: it is over (FLT-08).
    """
    idle, absolute = {
        SessionKind.PERSON: (lifetimes.person_idle, lifetimes.person_absolute),
        SessionKind.POST: (lifetimes.post_idle, lifetimes.post_absolute),
        SessionKind.PROVINCE: (lifetimes.province_idle, lifetimes.province_absolute),
    }[found.kind]
    return (
        found.suspended_at is None
        and max(found.created_at, found.seen_at) <= now + SKEW
        and now - found.seen_at < timedelta(seconds=idle)
        and now - found.created_at < timedelta(seconds=absolute)
    )


def needs_step_up(session: UserSession | SeenSession, now: datetime) -> bool:
    """Return whether the second factor of a session is older than ten minutes (AU-10)."""
    lifetimes: Lifetimes = config_value("lifetimes")
    oldest = now - timedelta(seconds=lifetimes.step_up)
    return session.factor_at is None or not oldest < session.factor_at <= now + SKEW


def sessions_of(user_id: int) -> Sequence[UserSession]:
    """Return the open sessions of an account, newest first."""
    statement = (
        select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    )
    return db.session.scalars(statement).all()


def is_known_device(user_id: int, token_digest: str | None) -> bool:
    """Return whether an account finished both factors in the browser with this device token."""
    if token_digest is None:
        return False
    statement = select(KnownDevice.id).where(
        KnownDevice.user_id == user_id, KnownDevice.token_digest == token_digest
    )
    return db.session.scalar(statement) is not None


def wrong_tries(phone_index: bytes) -> list[tuple[datetime, bool]]:
    """Return when wrong tries were made for a phone, and whether from a known device."""
    statement = (
        select(FailedTry.at, FailedTry.from_known_device)
        .where(FailedTry.phone_index == phone_index)
        .order_by(FailedTry.at.desc(), FailedTry.id.desc())
        .limit(LOCK_TRIES)
    )
    return [(row.at, row.from_known_device) for row in db.session.execute(statement)]


def current_account() -> User | None:
    """Return the account of the request, both factors done, for pages that need its row."""
    return current_user if current_user.is_authenticated else None
