"""What the patterns look at: services as somebody outside would see them, and limits. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from volunteers.rules.states import ServiceField, ServiceMethod

#: Gives everybody the times of the shift, so that equal times tell nothing.
GIVES_SHIFT_TIMES = frozenset({ServiceMethod.ROLL_CALL})


class Pattern(StrEnum):
    """Why hours are looked at before they count (security.md LED-15).

    ``OBJECTION`` comes from a person, during public notice or about hours that others entered for
    him; all others from a machine.
    """

    MUTUAL = "mutual"
    RING = "ring"
    SAME_SECOND = "same_second"
    TRAVEL = "travel"
    IDENTICAL = "identical"
    NIGHTS = "nights"
    WEEK = "week"
    OPERATOR = "operator"
    FULL_SHIFT = "full_shift"
    SHORT_LIVED = "short_lived"
    NO_CHECK_IN = "no_check_in"
    EXPIRED_POST = "expired_post"
    SAME_PHOTO = "same_photo"
    OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class Service:
    """One service record as the patterns know it: keys and times, no name.

    ``entered_by`` and ``confirmed_by`` are people where the account has one. What a check-in, a
    shift, an activity or a file of evidence adds is empty where there was none.
    """

    record: int
    person: int
    place: int
    city: int
    title: str
    day: date
    starts_at: datetime
    ends_at: datetime
    minutes: int
    method: ServiceMethod
    field: ServiceField = ServiceField.OTHER
    time_stated: bool = True
    entered_by: int = 0
    entered_on: date | None = None
    confirmed_by: int = 0
    confirmed_on: date | None = None
    by_expired_post: bool = False
    device: str = ""
    checked_in_at: datetime | None = None
    planned: tuple[datetime, datetime] | None = None
    activity: int = 0
    activity_open_minutes: int | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The dated settings ``holds.*``: from how much on something is looked at."""

    mutual_records: int = 4
    device_people: int = 5
    travel_minutes: int = 30
    identical_people: int = 30
    nights: int = 3
    night_minutes: int = 120
    week_minutes: int = 3_600
    near_weeks: int = 3
    operator_minutes: int = 2_400
    operator_people: int = 20
    full_shifts: int = 8
    activity_minutes: int = 60
    uncounted_people: int = 50
    window_days: int = 30


@dataclass(frozen=True, slots=True)
class Hit:
    """What a pattern found: records to hold, what it is known by, and the numbers to tell.

    ``subject`` is the same whenever the same thing is found again.
    """

    pattern: Pattern
    subject: str
    records: tuple[int, ...]
    numbers: Mapping[str, int] = field(default_factory=dict)


def stretches(services: Iterable[Service], days: int) -> Iterator[list[Service]]:
    """Yield, for each service in turn, those of so many days that end with it."""
    rows = sorted(services, key=lambda one: (one.starts_at, one.record))
    first = 0
    for last, one in enumerate(rows):
        while (one.day - rows[first].day).days >= days:
            first += 1
        yield rows[first : last + 1]


def records_of(services: Iterable[Service]) -> tuple[int, ...]:
    """Return the records behind services."""
    return tuple(one.record for one in services)
