"""Matters: every request of a person is a case with number, holder, deadline and end. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

REGION_DIGITS = 6
NO_REGION = "000000"
SATURDAY = 5
#: The due day of what has none: the clock stands while the person has something to do.
NO_DAY = 99_991_231
#: Longer ones are counted as this many working days.
MOST_DAYS = 250
_NUMBER = re.compile(r"(\d{4})(\d{6})(\d{4,15})([0-9X])")


class MatterKind(StrEnum):
    """What a person may ask for."""

    JOIN_MEMBER = "join_member"
    JOIN_VOLUNTEER = "join_volunteer"
    JOIN_GROUP = "join_group"
    TRANSFER = "transfer"
    LEAVE = "leave"
    CORRECTION = "correction"
    CERTIFICATE = "certificate"
    STAR = "star"
    REGISTRATION = "registration"
    QUALIFICATION = "qualification"
    TEAM = "team"
    OBJECTION = "objection"
    APPEAL = "appeal"
    RIGHTS = "rights"
    COMPLAINT = "complaint"
    QUESTION = "question"
    CLOSE_ACCOUNT = "close_account"


class MatterState(StrEnum):
    """Where a case is; it follows its object, nobody clicks it on."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


#: The holder, or the person, has something to do.
RUNNING = frozenset({MatterState.OPEN, MatterState.WAITING})
#: Ended with an answer.
ANSWERED = frozenset({MatterState.DONE, MatterState.REFUSED})


class MatterFact(StrEnum):
    """What is counted of cases, per organization, kind and period."""

    RECEIVED = "received"
    OPEN = "open"
    IN_TIME = "in_time"
    LATE = "late"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the numbers need to know of a case; ``days`` are the working days that it took."""

    state: MatterState
    opened_on: date
    due_on: date | None
    ended_on: date | None


#: One number: what, period (a year, a month, or the due day of an open case), working days taken.
Count = tuple[MatterFact, int, int]


def counts_of(standing: Standing) -> Iterator[Count]:
    """Yield the numbers in which a case counts as one."""
    for period in periods_of(standing.opened_on):
        yield MatterFact.RECEIVED, period, 0
    if standing.state in RUNNING:
        yield MatterFact.OPEN, day_number(standing.due_on), 0
        return
    ended_on = standing.ended_on or standing.opened_on
    fact, days = MatterFact.DROPPED, 0
    if standing.state in ANSWERED:
        is_late = standing.due_on is not None and ended_on > standing.due_on
        fact = MatterFact.LATE if is_late else MatterFact.IN_TIME
        days = min(MOST_DAYS, working_days(standing.opened_on, ended_on))
    for period in periods_of(ended_on):
        yield fact, period, days


def periods_of(day: date) -> tuple[int, int]:
    """Return the year and the month of a day, as numbers are kept."""
    return day.year, day.year * 100 + day.month


def day_number(day: date | None) -> int:
    """Return a due day as a number that sorts."""
    return NO_DAY if day is None else day.year * 10_000 + day.month * 100 + day.day


def working_days(first: date, last: date) -> int:
    """Return how many working days lie after the first day until the last, weekends left out."""
    weeks, rest = divmod(max(0, (last - first).days), 7)
    after = (first + timedelta(days=one) for one in range(1, rest + 1))
    return weeks * SATURDAY + sum(day.weekday() < SATURDAY for day in after)


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of a kind, or of all, at an organization and below it in one period."""

    received: int = 0
    in_time: int = 0
    late: int = 0
    dropped: int = 0
    open: int = 0
    overdue: int = 0
    days: tuple[tuple[int, int], ...] = ()

    @property
    def answered(self) -> int:
        return self.in_time + self.late

    @property
    def done_share(self) -> int | None:
        """Return how much of what ended or is open has ended; None where there is nothing."""
        ended = self.answered + self.dropped
        return _share(ended, ended + self.open)

    @property
    def in_time_share(self) -> int | None:
        return _share(self.in_time, self.answered)

    @property
    def mean_days(self) -> int | None:
        """Return the mean in whole working days, rounded up."""
        total = sum(number for _, number in self.days)
        taken = sum(days * number for days, number in self.days)
        return -(-taken // total) if total else None

    @property
    def median_days(self) -> int | None:
        """Return the working days in which half of what was answered had its answer."""
        total, seen = sum(number for _, number in self.days), 0
        for days, number in sorted(self.days):
            seen += number
            if 2 * seen >= total:
                return days
        return None


def _share(part: int, whole: int) -> int | None:
    return part * 10_000 // whole if whole else None


def matter_number(year: int, region: str, serial: int) -> str:
    """Return year 4, county 6, serial 7 or more, check 1: nothing of who asked, or of his ID."""
    body = f"{year:04d}{region:0>6.6}{serial:07d}"
    return body + check_character(body)


def shown_number(number: str) -> str:
    """Return a number in groups, as people read it to each other."""
    return f"{number[:4]}-{number[4:10]}-{number[10:-1]}-{number[-1]}"


def serial_of(text: str) -> int | None:
    """Return the serial that a number names, None for one that cannot be, or is mistyped."""
    plain = "".join(sign for sign in text.upper() if sign.isalnum())
    found = _NUMBER.fullmatch(plain)
    if found is None or not plain.isascii() or check_character(plain[:-1]) != plain[-1]:
        return None
    return int(found[3])


def check_character(digits: str) -> str:
    """Return the check character of ISO 7064 MOD 11-2, as on member and volunteer numbers."""
    weighted = sum(int(digit) * 2**place for place, digit in enumerate(reversed(digits), start=1))
    return "0123456789X"[(1 - weighted) % 11]


def secret_digest(text: str) -> bytes:
    """Return how the secret part of a case is kept; spaces, hyphens and case do not matter."""
    plain = "".join(sign for sign in text.upper() if sign.isalnum())
    return hashlib.sha256(plain.encode()).digest()
