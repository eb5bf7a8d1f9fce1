"""One-time codes: sent to a phone, bound to who asked, used once (security.md AU-08)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from accounts.models import OneTimeCode
from accounts.operations.turns import take_turn
from accounts.queries import codes_sent_since, find_user_by_phone, newest_code, phone_of_code
from accounts.rules import CODE_DIGITS, CODE_HOUR, CODE_LIFE, CODE_TRIES, CodePurpose, check_send
from core import crypto, keyring, messages
from core.audit.operations import SYSTEM, record
from core.clock import SKEW
from core.database import db
from core.rules import N_, RuleViolation
from core.web import config_value


def send_code(
    purpose: CodePurpose,
    phone: str,
    binding: str,
    sentence: Callable[[str], str],
    *,
    now: datetime,
) -> OneTimeCode:
    """Queue a message with a new code; earlier codes of the same binding stop working.

    ``binding``: 64 hex digits of the session or link that asks; ``sentence`` makes the words
    around the code. Raises TooOftenError, the same for known and unknown phones (AU-07).
    """
    index = keyring.index_of(phone, "phone")
    take_turn(index)
    check_send(codes_sent_since(index, now - CODE_HOUR), now)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    row = OneTimeCode(
        purpose=purpose,
        phone_index=index,
        phone=keyring.seal(phone, f"one_time_codes.phone:{binding}"),
        binding=binding,
        code_digest=_digest(binding, code),
        sent_at=now,
        expires_at=now + CODE_LIFE,
        tries=0,
    )
    db.session.add(row)
    db.session.flush()
    host = urlsplit(config_value("origin")).hostname
    messages.queue(phone, f"{sentence(code)}\n@{host} #{code}", f"code:{crypto.opaque_code(16)}")
    return row


def use_code(purpose: CodePurpose, binding: str, code: str, *, now: datetime) -> str:
    """Return the phone to which the code went, once. Raises RuleViolation for ``code``.

    A wrong try is counted: the caller keeps it with core.transactions.commit_anyway().
    """
    if not code:  # no try is counted for nothing typed
        raise RuleViolation("code", N_("请填写验证码"))
    found = newest_code(purpose, binding, lock=True)
    if found is None or found.used_at is not None or not _is_valid(found, now):
        raise RuleViolation("code", N_("验证码已过期，请重新获取"))
    if found.tries >= CODE_TRIES:
        raise RuleViolation("code", N_("输错次数太多，请重新获取验证码"))
    if not crypto.is_same_secret(found.code_digest.hex(), _digest(binding, code).hex()):
        found.tries += 1
        _note_wrong(found)
        raise RuleViolation("code", N_("验证码不对，请看最新一条短信"))
    found.used_at = now
    db.session.flush()
    return phone_of_code(found)


def _is_valid(found: OneTimeCode, now: datetime) -> bool:
    """Return whether a code is inside its life; one that was not is spent, and never revives.

    A clock that is put back would make it valid again (security.md FLT-08).
    """
    if found.sent_at - SKEW <= now < found.expires_at:
        return True
    found.used_at = now
    db.session.flush()
    return False


def _note_wrong(found: OneTimeCode) -> None:
    user = find_user_by_phone(phone_of_code(found))
    subject = user.id if user is not None else None
    record("code_checked", "user", subject, by=SYSTEM, result="refused", purpose=found.purpose)
    db.session.flush()


def _digest(binding: str, code: str) -> bytes:
    return keyring.index_of(f"{binding}:{code}", "one-time-code")
