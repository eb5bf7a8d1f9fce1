"""The second factor: setting it up, checking it, recovery codes (security.md AU-09, AU-10)."""

from __future__ import annotations

from datetime import datetime

import pyotp
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from accounts.models import KnownDevice, RecoveryCode, User, UserSession
from accounts.operations.passwords import count_wrong_factor, forget_tries
from accounts.operations.sessions import end_session, end_sessions
from accounts.queries import (
    is_known_device,
    pending_secret,
    planned_recovery_codes,
    posts_in_force,
    recovery_digest,
    secret_context,
)
from accounts.rules import (
    FACTOR_TRIES,
    TOTP_SECONDS,
    TOTP_STEPS,
    FactorOutcome,
    SessionKind,
    is_recovery_code,
    session_kind,
)
from core import clock, crypto, keyring
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation
from core.transactions import TryAgainError


def begin_factor(user: User) -> None:
    """Make a secret for the authenticator; it counts once a code of it was typed."""
    user.totp_pending = keyring.seal(pyotp.random_base32(), secret_context(user))
    db.session.flush()


def confirm_factor(
    session: UserSession, code: str, *, address: str, now: datetime
) -> FactorOutcome:
    """Take the pending secret into use when the code fits, with ten recovery codes.

    Every other session of the account ends (AU-11).
    """
    user = _locked(session)
    secret = pending_secret(user)
    if secret is None:
        raise RuleViolation("", N_("请重新开始设置"))
    step = _step(secret, code, after=None, now=now)
    if step is None:
        return _wrong(session, user, address=address, now=now)
    actor = Actor(user.id, user.person_id)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    for planned in planned_recovery_codes(user):
        db.session.add(RecoveryCode(user_id=user.id, digest=recovery_digest(user, planned)))
    user.totp_secret, user.totp_pending = user.totp_pending, None
    user.totp_confirmed_at, user.totp_last_step = now, step
    record("factor_confirmed", "user", user.id, by=actor)
    end_sessions(user, by=actor, now=now, but=session)
    return FactorOutcome.PASSED


def check_factor(session: UserSession, code: str, *, address: str, now: datetime) -> FactorOutcome:
    """Decide a code of the authenticator or a recovery code; each works once.

    Wrong ones are counted; the fifth in a row ends the session.
    """
    user = _locked(session)
    if is_recovery_code(code):
        passed = _use_recovery_code(user, code, now)
    else:
        secret = keyring.unseal(user.totp_secret or "", secret_context(user))
        step = _step(secret, code, after=user.totp_last_step, now=now)
        passed = step is not None
        user.totp_last_step = step if passed else user.totp_last_step
    if not passed:
        return _wrong(session, user, address=address, now=now)
    record("factor_checked", "user", user.id, by=Actor(user.id, user.person_id))
    forget_tries(user)
    return FactorOutcome.PASSED


def finish_sign_in(
    session: UserSession, token_digest: str, device_digest: str, *, now: datetime
) -> None:
    """Move a session whose second factor passed to a new token and remember the browser.

    A session of a person that became one of a post begins its absolute limit now (AU-04).
    """
    levels = {
        post.organization.level for post in posts_in_force(session.user_id, clock.local(now).date())
    }
    if session.kind is SessionKind.PERSON and levels:
        session.created_at = now
    session.kind = session_kind(levels) if levels else session.kind
    session.token_digest = token_digest
    session.needs_factor, session.factor_at, session.factor_tries = False, now, 0
    session.seen_at = now
    if not is_known_device(session.user_id, device_digest):
        db.session.add(
            KnownDevice(user_id=session.user_id, token_digest=device_digest, created_at=now)
        )
        if session.kind is SessionKind.PROVINCE:  # core.alarms tells of it (LOG-08)
            record("new_device", "user", session.user_id, by=Actor(session.user_id))
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error


def _locked(session: UserSession) -> User:
    """Return the account of a session; two tries of one account wait for each other."""
    statement = select(User).where(User.id == session.user_id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def _step(secret: str, code: str, *, after: int | None, now: datetime) -> int | None:
    """Return the time step whose code this is, one step either way, none used before."""
    present = int(now.timestamp()) // TOTP_SECONDS
    totp = pyotp.TOTP(secret, interval=TOTP_SECONDS)
    found = None
    for step in (present + offset for offset in TOTP_STEPS):
        is_code = crypto.is_same_secret(totp.at(step * TOTP_SECONDS), code)
        if is_code and (after is None or step > after):
            found = step
    return found


def _use_recovery_code(user: User, code: str, now: datetime) -> bool:
    found = db.session.scalars(
        select(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.digest == recovery_digest(user, code),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if found is None:
        return False
    found.used_at = now
    record("recovery_code_used", "user", user.id, by=Actor(user.id, user.person_id))
    return True


def _wrong(session: UserSession, user: User, *, address: str, now: datetime) -> FactorOutcome:
    actor = Actor(user.id, user.person_id)
    session.factor_tries += 1
    count_wrong_factor(user, address=address, now=now)
    record("factor_checked", "user", user.id, by=actor, result="refused")
    if session.factor_tries < FACTOR_TRIES:
        return FactorOutcome.WRONG
    end_session(session, by=actor, now=now, reason="factor")
    return FactorOutcome.ENDED
