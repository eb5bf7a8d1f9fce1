"""Secrets of authenticators, recovery codes, and the codes of demo accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pyotp
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Post, RecoveryCode, User
from accounts.rules import RECOVERY_CODES, RECOVERY_LENGTH, TOTP_SECONDS, is_in_force
from core import keyring
from core.crypto import CODE_ALPHABET
from core.database import db

DEMO_LIMIT = 100


def secret_context(user: User) -> str:
    """Return what the secret of an account is sealed with."""
    return f"users.totp_secret:{user.code}"


def pending_secret(user: User) -> str | None:
    """Return the secret that is being set up, in base 32."""
    return keyring.unseal(user.totp_pending, secret_context(user)) if user.totp_pending else None


def planned_recovery_codes(user: User) -> list[str]:
    """Return the ten recovery codes that come with the pending secret.

    They follow from the secret, so that the page can show them again until the set-up is
    confirmed; from then on only their digests exist.
    """
    secret = pending_secret(user)
    if secret is None:
        return []
    made = (keyring.index_of(f"{secret}:{n}", "new-recovery-code") for n in range(RECOVERY_CODES))
    return [_in_alphabet(int.from_bytes(digest, "big")) for digest in made]


def _in_alphabet(number: int) -> str:
    signs = []
    for _ in range(RECOVERY_LENGTH):
        number, place = divmod(number, len(CODE_ALPHABET))
        signs.append(CODE_ALPHABET[place])
    return "".join(signs)


def recovery_digest(user: User, code: str) -> bytes:
    """Return what is kept of a recovery code."""
    return keyring.index_of(f"{user.code}:{code}", "recovery-code")


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes an account has not used."""
    statement = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(statement) or 0


def factor_code(user: User, now: datetime) -> str | None:
    """Return what the authenticator of an account shows now; for demo and trials only."""
    sealed = user.totp_pending or user.totp_secret
    if sealed is None:
        return None
    secret = keyring.unseal(sealed, secret_context(user))
    return pyotp.TOTP(secret, interval=TOTP_SECONDS).at(now)


def demo_factors(day: date, now: datetime) -> Sequence[tuple[User, list[Post], str]]:
    """Return the demo accounts that have a second factor, their posts of a day and the codes."""
    statement = (
        select(User)
        .options(selectinload(User.posts).options(joinedload(Post.organization)))
        .where(
            User.is_demo.is_(True),
            or_(User.totp_secret.is_not(None), User.totp_pending.is_not(None)),
        )
        .order_by(User.id)
        .limit(DEMO_LIMIT)
    )
    return [
        (
            user,
            [post for post in user.posts if is_in_force(post.starts_on, post.ends_on, day)],
            code,
        )
        for user in db.session.scalars(statement)
        if (code := factor_code(user, now)) is not None
    ]
