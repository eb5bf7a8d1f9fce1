"""Passwords: setting one, and signing in by it without helping whoever guesses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete

from accounts.models import FailedTry, User, UserSession
from accounts.operations.sessions import end_sessions
from accounts.operations.turns import take_turn
from accounts.queries import (
    find_user_by_phone,
    is_known_device,
    phone_of,
    posts_in_force,
    wrong_tries,
)
from accounts.rules import (
    PASSWORD_WINDOW,
    canonical_password,
    check_password,
    check_throttle,
    folded,
    is_locked,
)
from core import clock, keyring
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation
from core.web import config_value

TIME_COST, LANES = 3, 1
COMMON = Path(__file__).resolve().parent.parent / "common_passwords.txt"

#: Person id -> further words that his password must not contain (names, birth date); whoever
#: knows persons adds to it.
PASSWORD_CONTEXT: list[Callable[[int], Iterable[str]]] = []


@dataclass(frozen=True, slots=True)
class Attempt:
    """A password that was typed: for which phone, from where."""

    phone: str
    password: str
    device: str | None
    address: str


def sign_in_by_password(attempt: Attempt, *, now: datetime) -> User:
    """Return the account whose phone and password were typed.

    Raises TooOftenError without looking at the password (AU-05), RuleViolation for a wrong pair
    (the caller commits anyway) and, after the right pair only, for an account that may not
    sign in this way. Phones without an account cost the same and are answered the same (AU-07).
    """
    index = keyring.index_of(attempt.phone, "phone")
    take_turn(index)
    user = find_user_by_phone(attempt.phone)
    known = is_known_device(user.id if user is not None else 0, attempt.device)
    tries = wrong_tries(index)
    if is_locked(len(tries)) or (user is not None and user.locked_at is not None):
        raise RuleViolation("", N_("输错次数太多，密码登录已关闭。请用验证码登录，或请上级打开"))
    recent = [at for at, by_known in tries if by_known == known and at > now - PASSWORD_WINDOW]
    check_throttle(recent, now)
    if not _is_right(user, attempt.password) or user is None:
        subject = user.id if user is not None else None
        record("sign_in", "user", subject, by=Actor(), result="refused", method="password")
        _count(index, user, known=known, address=attempt.address, now=now)
        raise RuleViolation("", N_("手机号或密码不对"))
    _check_way(user, now)
    return user


def set_password(
    user: User, password: str, *, by: Actor, now: datetime, but: UserSession | None = None
) -> None:
    """Keep a new password; all other sessions end (AU-11). Raises RuleViolation (AU-14)."""
    check_password(password, _context(user, now), _common())
    user.password_hash = _hasher(config_value("password_memory_kib")).hash(
        canonical_password(password)
    )
    record("password_changed", "user", user.id, by=by)
    end_sessions(user, by=by, now=now, but=but)


def change_password(session: UserSession, present: str, new: str, *, now: datetime) -> None:
    """Keep a new password typed by its owner. Raises RuleViolation for ``present`` as well."""
    user = session.user
    if user.password_hash is not None and not _is_right(user, present):
        raise RuleViolation("present", N_("现在的密码不对"))
    set_password(user, new, by=Actor(user.id, user.person_id), now=now, but=session)


def forget_tries(user: User) -> None:
    """Begin counting wrong tries anew, once the owner came in with both factors."""
    db.session.execute(delete(FailedTry).where(FailedTry.phone_index == user.phone_index))


def count_wrong_factor(user: User, *, address: str, now: datetime) -> None:
    """Let a wrong second factor count towards the lock, so that sessions are not its measure."""
    _count(user.phone_index, user, known=False, address=address, now=now)


def _count(index: bytes, user: User | None, *, known: bool, address: str, now: datetime) -> None:
    db.session.add(
        FailedTry(phone_index=index, from_known_device=known, address=address[:64], at=now)
    )
    db.session.flush()
    is_last = is_locked(len(wrong_tries(index)))
    if is_last and user is not None and user.locked_at is None:
        user.locked_at = now
        record("user_locked", "user", user.id, by=Actor())


def _check_way(user: User, now: datetime) -> None:
    """Raise RuleViolation where the right password is not the way in."""
    if not posts_in_force(user.id, clock.local(now).date()):
        raise RuleViolation("", N_("这个账号请用验证码登录"))
    if user.totp_confirmed_at is None:
        raise RuleViolation("", N_("请先用验证码登录一次，设好第二道验证"))


def _is_right(user: User | None, password: str) -> bool:
    memory = config_value("password_memory_kib")
    hasher = _hasher(memory)
    kept = user.password_hash if user is not None else None
    text = canonical_password(password)
    try:
        hasher.verify(kept or _dummy(memory), text)
    except VerificationError:
        return False
    if user is None or kept is None:
        return False
    if hasher.check_needs_rehash(kept):
        user.password_hash = hasher.hash(text)
    return True


@lru_cache(maxsize=4)
def _hasher(memory_kib: int) -> PasswordHasher:
    """Return the hasher: argon2id, 64 MiB by default (AU-15)."""
    return PasswordHasher(memory_cost=memory_kib, time_cost=TIME_COST, parallelism=LANES)


@lru_cache(maxsize=4)
def _dummy(memory_kib: int) -> str:
    return _hasher(memory_kib).hash("nobody has this password")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(map(folded, COMMON.read_text(encoding="utf-8").split()))


def _context(user: User, now: datetime) -> list[str]:
    phone = phone_of(user)
    words = [user.display_name, phone, phone[-8:]]
    for post in posts_in_force(user.id, clock.local(now).date()):
        words += [post.organization.name, post.organization.short_name]
    if user.person_id is not None:
        for listing in PASSWORD_CONTEXT:
            words += listing(user.person_id)
    return words
