"""What is left of an account whose owner closed it: a number without a name (D4, PRV-16)."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, update

from accounts.models import (
    FailedTry,
    KnownDevice,
    Letter,
    OneTimeCode,
    RecoveryCode,
    User,
    UserSession,
)
from core import keyring
from core.database import changed_rows


def forget_user(user: User, *, now: datetime) -> int:
    """Remove everything that names the owner of an account, who can sign in no more.

    Returns how many rows were changed or removed. The row stays: the history of what was done
    names it by number. A newcomer with the same phone gets an account of his own.
    """
    index = user.phone_index
    user.phone = keyring.seal("", f"users.phone:{user.code}")
    user.phone_index = secrets.token_bytes(len(index))
    user.display_name = ""
    user.password_hash = user.totp_secret = user.totp_pending = user.totp_confirmed_at = None
    user.suspended_at = user.suspended_at or now
    return 1 + sum(
        changed_rows(statement)
        for statement in (
            delete(OneTimeCode).where(OneTimeCode.phone_index == index),
            delete(FailedTry).where(FailedTry.phone_index == index),
            delete(KnownDevice).where(KnownDevice.user_id == user.id),
            delete(RecoveryCode).where(RecoveryCode.user_id == user.id),
            delete(Letter).where(Letter.user_id == user.id),
            update(UserSession).where(UserSession.user_id == user.id).values(device=""),
        )
    )
