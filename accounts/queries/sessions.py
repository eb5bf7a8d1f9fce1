"""Sessions, known devices, wrong tries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_login import current_user
from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager

from accounts.models import FailedTry, KnownDevice, User, UserSession
from accounts.queries.letters import unread_of_session
from accounts.rules import LOCK_TRIES, SessionKind
from core.config import Lifetimes
from core.database import db
from core.web import config_value

_ITS_USER = contains_eager(UserSession.user).load_only(
    User.person_id, User.suspended_at, User.totp_confirmed_at
)

_OPEN_SESSION = (
    select(UserSession, unread_of_session())
    .join(UserSession.user)
    .options(_ITS_USER)
    .where(UserSession.token_digest == bindparam("digest"), UserSession.ended_at.is_(None))
)


def find_session(digest: str, now: datetime) -> tuple[UserSession, int] | None:
    """Return the open session of a token digest with its user, and the number of unread letters.

    One statement: every page shows that number.
    """
    found = db.session.execute(_OPEN_SESSION, {"digest": digest, "now": now}).one_or_none()
    return None if found is None else (found[0], found[1])


def is_live(found: UserSession, lifetimes: Lifetimes, now: datetime) -> bool:
    """Return whether a session is inside its idle and absolute limits (security.md AU-04)."""
    idle, absolute = {
        SessionKind.PERSON: (lifetimes.person_idle, lifetimes.person_absolute),
        SessionKind.POST: (lifetimes.post_idle, lifetimes.post_absolute),
        SessionKind.PROVINCE: (lifetimes.province_idle, lifetimes.province_absolute),
    }[found.kind]
    return (
        found.user.suspended_at is None
        and now - found.seen_at < timedelta(seconds=idle)
        and now - found.created_at < timedelta(seconds=absolute)
    )


def needs_step_up(session: UserSession, now: datetime) -> bool:
    """Return whether the second factor of a session is older than ten minutes (AU-10)."""
    lifetimes: Lifetimes = config_value("lifetimes")
    oldest = now - timedelta(seconds=lifetimes.step_up)
    return session.factor_at is None or session.factor_at <= oldest


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
