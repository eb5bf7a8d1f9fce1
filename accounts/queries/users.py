"""Accounts by phone, and the one-time codes sent to phones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from accounts.models import OneTimeCode, User
from accounts.rules import CodePurpose
from core import keyring
from core.database import db


def find_user_by_phone(phone: str) -> User | None:
    """Return the account that signs in with a checked phone number."""
    return db.session.scalars(
        select(User).where(User.phone_index == keyring.index_of(phone, "phone"))
    ).one_or_none()


def phone_of(user: User) -> str:
    """Return the phone number of an account."""
    return keyring.unseal(user.phone, f"users.phone:{user.code}")


def codes_sent_since(phone_index: bytes, since: datetime) -> Sequence[datetime]:
    """Return when one-time codes went to a phone since the instant."""
    statement = select(OneTimeCode.sent_at).where(
        OneTimeCode.phone_index == phone_index, OneTimeCode.sent_at > since
    )
    return db.session.scalars(statement).all()


def newest_code(purpose: CodePurpose, binding: str, *, lock: bool = False) -> OneTimeCode | None:
    """Return the code that a session or link asked for last; older ones do not count."""
    statement = (
        select(OneTimeCode)
        .where(OneTimeCode.binding == binding, OneTimeCode.purpose == purpose)
        .order_by(OneTimeCode.id.desc())
        .limit(1)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(statement).one_or_none()


def phone_of_code(code: OneTimeCode) -> str:
    """Return the phone to which a code went."""
    return keyring.unseal(code.phone, f"one_time_codes.phone:{code.binding}")
