"""The life of a report, its periods, and what corrections after freezing come to. Pure (STA-05)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.rules import N_, RuleViolation

FIRST_YEAR = 2020
MONTHS = 12
_DIGITS = {4, 6}
#: Periods from here on are months.
FIRST_MONTH = FIRST_YEAR * 100
NOTHING_CORRECTED = N_("没有需要说明的更正")
REASON_FOR_EACH = N_("请写明这一项更正的原因，每一项各写各的")
OWN_REPORT = N_("自己报送的，请另一位核对和接收")
NOT_OVER = N_("这个月份或者年份还没结束")


class ReportStatus(StrEnum):
    """Where a report is; a frozen one never changes again."""

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CHECKED = "checked"
    ACCEPTED = "accepted"
    FROZEN = "frozen"


class ReportAction(StrEnum):
    """What happens to a report: the place submits, the city checks, the province accepts."""

    SUBMIT = "submit"
    RETURN = "return"
    CHECK = "check"
    ACCEPT = "accept"
    FREEZE = "freeze"


_S, _A = ReportStatus, ReportAction
REPORT_TRANSITIONS: Mapping[tuple[ReportStatus, ReportAction], ReportStatus] = {
    (_S.OPEN, _A.SUBMIT): _S.SUBMITTED,
    (_S.RETURNED, _A.SUBMIT): _S.SUBMITTED,
    (_S.SUBMITTED, _A.CHECK): _S.CHECKED,
    (_S.SUBMITTED, _A.RETURN): _S.RETURNED,
    (_S.CHECKED, _A.ACCEPT): _S.ACCEPTED,
    (_S.CHECKED, _A.RETURN): _S.RETURNED,
    (_S.ACCEPTED, _A.RETURN): _S.RETURNED,
    (_S.ACCEPTED, _A.FREEZE): _S.FROZEN,
}
#: Where a report is while its place still works on it: it shows what is counted now.
OWN_TURN = (_S.OPEN, _S.RETURNED)
#: Where a report is while somebody above has to act.
TURN_ABOVE = (_S.SUBMITTED, _S.CHECKED, _S.ACCEPTED)


def is_month(period: int) -> bool:
    """Return whether a period is a month (202611) and not a year (2026)."""
    return period >= FIRST_MONTH


def read_period(text: str, today: date) -> int:
    """Return the period that is written as 2026 or 202611 and has begun by a day.

    Raises RuleViolation for one that does not exist or lies in the future.
    """
    fits = text.isascii() and text.isdecimal() and len(text) in _DIGITS
    period = int(text) if fits else 0
    month = period % 100 if is_month(period) else 1
    if not (year_of(period) >= FIRST_YEAR and 1 <= month <= MONTHS and period_at(today, period)):
        raise RuleViolation("period", N_("没有这个月份或者年份"))
    return period


def period_at(today: date, period: int) -> bool:
    """Return whether a period has begun by a day."""
    return first_day(period) <= today


def year_of(period: int) -> int:
    """Return the year of a period."""
    return period // 100 if is_month(period) else period


def first_day(period: int) -> date:
    """Return the first day of a period."""
    return date(year_of(period), period % 100 if is_month(period) else 1, 1)


def last_day(period: int) -> date:
    """Return the last day of a period."""
    return first_day(following(period)) - timedelta(days=1)


def following(period: int) -> int:
    """Return the next period of the same kind."""
    if is_month(period):
        return period + 1 if period % 100 < MONTHS else (year_of(period) + 1) * 100 + 1
    return period + 1


def ended_periods(today: date) -> tuple[int, int]:
    """Return the last month and the last year that are over on a day."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.year * 100 + last.month, today.year - 1


@dataclass(frozen=True, slots=True)
class Difference:
    """What a frozen value would be if it were counted now.

    ``frozen`` is the value that stays, ``known`` that with the adjustments booked so far.
    """

    about_id: int
    period: int
    indicator: str
    frozen: int | None
    known: int | None
    counted: int | None

    @property
    def change(self) -> int:
        return (self.counted or 0) - (self.known or 0)


def reason_for(given: Mapping[tuple[int, str | None], str], difference: Difference) -> str | None:
    """Return the reason of a difference: its own, else one of before that is for all of them."""
    about = difference.about_id
    return given.get((about, difference.indicator)) or given.get((about, None))


def reason_field(indicator: str) -> str:
    """Return the name of the field for the reason of an indicator."""
    return f"reason_{indicator}"


def digest_of(facts: Sequence[object]) -> str:
    """Return the hash that seals what a frozen report tells, in hexadecimal digits."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
