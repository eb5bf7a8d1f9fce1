"""Accounts: making, naming, suspending, unlocking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from accounts.models import FailedTry, User
from accounts.operations.posts import POST_ENDED, POST_STARTED, tell_of_keeper
from accounts.operations.sessions import end_sessions
from accounts.queries import find_user_by_phone
from core import clock, crypto, keyring
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation
from core.transactions import TryAgainError
from core.web import config_value

#: Called when an account is closed: what rests on it ends in the same transaction.
USER_SUSPENDED: list[Callable[[User, Actor, datetime], None]] = []


def find_or_create_user(
    phone: str,
    *,
    by: Actor,
    now: datetime,
    display_name: str = "",
    is_demo: bool = False,
) -> User:
    """Return the account of a checked phone number; a new one has no person and no post."""
    found = find_user_by_phone(phone)
    if found is not None:
        return found
    code = crypto.opaque_code(8)
    user = User(
        code=code,
        phone_index=keyring.index_of(phone, "phone"),
        phone=keyring.seal(phone, f"users.phone:{code}"),
        display_name=display_name,
        is_demo=is_demo,
        created_at=now,
    )
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    record("user_created", "user", user.id, by=by)
    return user


def check_open(user: User) -> None:
    """Raise RuleViolation where an account may not sign in: suspended, or of a demo (AU-16)."""
    if user.suspended_at is not None or (user.is_demo and config_value("is_production")):
        raise RuleViolation("", N_("这个账号已停用。如有疑问，请打电话问"))


def link_person(user: User, person_id: int, *, by: Actor) -> None:
    """Tie an account to its person, once. Raises RuleViolation where it belongs to another."""
    if user.person_id == person_id:
        return
    if user.person_id is not None:
        raise RuleViolation("", N_("这个账号已属于另一个人"))
    user.person_id = person_id
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    record("person_linked", "user", user.id, by=by, person=person_id)


def suspend_user(user: User, *, by: Actor, now: datetime) -> None:
    """Close an account: every session ends at once (security.md AU-11)."""
    if user.suspended_at is None:
        user.suspended_at = now
        end_sessions(user, by=by, now=now)
        record("user_suspended", "user", user.id, by=by)
        for follow in USER_SUSPENDED:
            follow(user, by, now)
        tell_of_keeper(user, POST_ENDED, clock.local(now).date())


def resume_user(user: User, *, by: Actor, now: datetime) -> None:
    """Open a suspended account again."""
    if user.suspended_at is not None:
        user.suspended_at = None
        db.session.flush()
        record("user_resumed", "user", user.id, by=by)
        tell_of_keeper(user, POST_STARTED, clock.local(now).date())


def choose_digest_by_sms(user: User, *, wanted: bool, by: Actor) -> None:
    """Send the daily digest to the phone as well, or to the list only."""
    if user.digest_by_sms is not wanted:
        user.digest_by_sms = wanted
        db.session.flush()
        record("digest_by_sms", "user", user.id, by=by, wanted=wanted)


def unlock_user(user: User, *, by: Actor) -> None:
    """Open signing in by password again after too many wrong tries (decisions.md D8)."""
    user.locked_at = None
    db.session.execute(delete(FailedTry).where(FailedTry.phone_index == user.phone_index))
    record("user_unlocked", "user", user.id, by=by)
