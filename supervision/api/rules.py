"""Tokens of other systems, and for which periods they may ask. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from core.rules import N_, RuleViolation

NAME_MAX = 60
REASON_MAX = 200
YEAR_LENGTH = 4
FIRST_YEAR = 2000


class TokenState(StrEnum):
    """Where a token is; only a live one opens anything."""

    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"


class TokenAction(StrEnum):
    """What happens to a token after it was given out."""

    REVOKE = "revoke"


TOKEN_TRANSITIONS: Mapping[tuple[TokenState, TokenAction], TokenState] = {
    (TokenState.LIVE, TokenAction.REVOKE): TokenState.REVOKED,
    (TokenState.EXPIRED, TokenAction.REVOKE): TokenState.REVOKED,
}


class Shown(StrEnum):
    """How a value is told: as a number, left out because of few people, or nothing to divide by."""

    SHOWN = "shown"
    FEW = "few"
    NONE = "none"


def token_state(expires_on: date, revoked_on: date | None, today: date) -> TokenState:
    """Return where a token is on a day; the day on which it expires is its last."""
    if revoked_on is not None:
        return TokenState.REVOKED
    return TokenState.LIVE if today <= expires_on else TokenState.EXPIRED


def check_words(text: str, field: str, longest: int) -> str:
    """Return a name or reason in canonical form. Raises RuleViolation for none."""
    words = " ".join(text.split())
    if not words or len(words) > longest or not words.isprintable():
        raise RuleViolation(field, N_("请填写，最多 %(count)d 字"), count=longest)
    return words


def check_expiry(expires_on: date, today: date, most_days: int) -> date:
    """Return the last day of a token. Raises RuleViolation for one past, or too far away."""
    last = today + timedelta(days=most_days)
    if not today <= expires_on <= last:
        raise RuleViolation("expires_on", N_("应在今天到 %(day)s 之间"), day=last.isoformat())
    return expires_on


def check_period(
    text: str, *, is_flow: bool, today: date, by_month: bool = True
) -> tuple[int | None, str]:
    """Return a year or month, None for now, and why it is refused, empty where it is not.

    A flow needs a period that has begun, one that is not kept ``by_month`` a year; of a stock it
    is the number of now, or that of the end of a month that is over.
    """
    if not is_flow:
        return _month_end(text, today) if text else (None, "")
    if not text:
        return None, "is missing"
    period = int(text)
    year, month = (period, 1) if len(text) == YEAR_LENGTH else divmod(period, 100)
    if year < FIRST_YEAR or (year, month) > (today.year, today.month):
        return None, f"must be from {FIRST_YEAR} until now"
    if len(text) != YEAR_LENGTH and not by_month:
        return None, "must be a year"
    return period, ""


def _month_end(text: str, today: date) -> tuple[int | None, str]:
    """Return a month that is over, and why another period is refused."""
    year, month = divmod(int(text), 100)
    is_over = year >= FIRST_YEAR and (year, month) < (today.year, today.month)
    if len(text) == YEAR_LENGTH or not is_over:
        return None, "must be a month that is over"
    return int(text), ""
