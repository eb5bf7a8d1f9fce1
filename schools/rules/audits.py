"""The yearly audit of minors' data: what it is made of, when it is due (domain.md PRI-06). Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from core.rules import N_, RuleViolation, check_line, check_shown

MAX_WHAT = 200
MAX_TOLD = 100
FIRST_YEAR = 2020


class AuditPart(StrEnum):
    """The parts of a pack, in its order."""

    MINORS = "minors"
    CONSENTS = "consents"
    DELETIONS = "deletions"
    APPROVALS = "approvals"
    LOOKS = "looks"
    EXPORTS = "exports"
    INCIDENTS = "incidents"
    PROCESSING = "processing"
    SETTINGS = "settings"


class DeletionOutcome(StrEnum):
    """What became of what is known of a child who did not join."""

    IN_TIME = "in_time"
    LATE = "late"
    OPEN = "open"
    OVERDUE = "overdue"


def due_day(year: int) -> date:
    """Return by when the pack of a year is reported: the end of the January after it."""
    return date(year + 1, 1, 31)


def check_year(text: str, today: date) -> int:
    """Return the year of a pack; this one may be looked at before it is over."""
    if not text.isdecimal() or not FIRST_YEAR <= int(text[:4]) <= today.year or len(text) != 4:  # noqa: PLR2004
        raise RuleViolation("year", N_("请填写四位数的年份，不晚于今年"))
    return int(text)


def shown_count(value: int, floor: int) -> str:
    """Return a number of children as it may stand in a pack: small groups are not told (AZ-07)."""
    return f"<{floor}" if 0 < value < floor else str(value)


def outcome_of(due_on: date, erased_on: date | None, today: date) -> DeletionOutcome:
    """Return whether a deletion came in time."""
    if erased_on is not None:
        return DeletionOutcome.IN_TIME if erased_on <= due_on else DeletionOutcome.LATE
    return DeletionOutcome.OVERDUE if due_on < today else DeletionOutcome.OPEN


def check_incident(what: str, people: str, told: str) -> tuple[str, int, str]:
    """Return what is entered in the register. Raises RuleViolation."""
    line = check_line(what, "what", MAX_WHAT)
    if not people.isdecimal() or len(people) > 7:  # noqa: PLR2004
        raise RuleViolation("people", N_("请填写人数"))
    who = check_shown(" ".join(told.split()), "told")
    if len(who) > MAX_TOLD:
        raise RuleViolation("told", N_("最多 %(limit)d 个字"), limit=MAX_TOLD)
    return line, int(people), who
