"""Sessions: opening, moving to a new token, ending."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from accounts.models import KnownDevice, User, UserSession
from accounts.queries import posts_in_force
from accounts.rules import session_kind
from core import clock
from core.audit.operations import Actor, record
from core.database import db


def open_session(
    user_id: int, token_digest: str, *, method: str, device: str, now: datetime
) -> UserSession:
    """Return a new session after the first factor; a post needs the second one as well.

    ``method`` is ``code`` or ``password``; ``token_digest`` belongs to a token made just now
    (security.md AU-01).
    """
    user = db.session.get_one(User, user_id)
    posts = posts_in_force(user.id, clock.local(now).date())
    user.totp_pending = None  # whoever began a set-up before may have been somebody else
    session = UserSession(
        token_digest=token_digest,
        user_id=user.id,
        kind=session_kind({post.organization.level for post in posts}),
        device=device,
        created_at=now,
        seen_at=now,
        needs_factor=bool(posts),
        factor_tries=0,
    )
    db.session.add(session)
    db.session.flush()
    record("sign_in", "user", user.id, by=Actor(user.id, user.person_id), method=method)
    return session


def move_session(session: UserSession, token_digest: str) -> None:
    """Give a session a new token after its rights were shown again (AU-01)."""
    session.token_digest = token_digest
    db.session.flush()


def raise_session(session: UserSession, token_digest: str, *, now: datetime) -> None:
    """Ask a session for the second factor: its account holds a post now (AU-01, AU-09)."""
    posts = posts_in_force(session.user_id, clock.local(now).date())
    move_session(session, token_digest)
    session.kind = session_kind({post.organization.level for post in posts})
    session.needs_factor = session.factor_at is None and bool(posts)
    db.session.flush()


def end_session(session: UserSession, *, by: Actor, now: datetime, reason: str = "ended") -> None:
    """End one session; its cookie is worth nothing from now on."""
    if session.ended_at is None:
        session.ended_at = now
        db.session.flush()
        record("session_ended", "session", session.id, by=by, reason=reason)


def end_sessions(user: User, *, by: Actor, now: datetime, but: UserSession | None = None) -> int:
    """End every open session of an account but one; return how many (security.md AU-11).

    Its known devices are forgotten too: who held one of them may be whom this is about.
    """
    statement = (
        select(UserSession)
        .where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
        .order_by(UserSession.id)
        .with_for_update()
    )
    others = [found for found in db.session.scalars(statement) if found is not but]
    for found in others:
        found.ended_at = now
    db.session.execute(delete(KnownDevice).where(KnownDevice.user_id == user.id))
    db.session.flush()
    record("sessions_ended", "user", user.id, by=by, count=len(others))
    return len(others)
