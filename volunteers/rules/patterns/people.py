"""Patterns in the services of one person: nights, weeks, ways, always the full shift. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from volunteers.rules.intervals import SHANGHAI, minutes_between, minutes_by_day
from volunteers.rules.patterns.facts import (
    GIVES_SHIFT_TIMES,
    Hit,
    Pattern,
    Service,
    Thresholds,
    records_of,
    stretches,
)
from volunteers.rules.states import ServiceField

NIGHT_ENDS = time(5, 0)
#: Of the weekly ceiling, in hundredths: so near it again and again is no chance.
NEAR = 95
ROUND = 100


def find_in_people(services: Iterable[Service], limits: Thresholds) -> Iterator[Hit]:
    """Yield what the services of each person show; all of a window of some weeks are given."""
    by_person: defaultdict[int, list[Service]] = defaultdict(list)
    for one in services:
        by_person[one.person].append(one)
    for person, own in by_person.items():
        own.sort(key=lambda one: (one.starts_at, one.record))
        yield from _travel(person, own, limits)
        yield from _nights(person, own, limits)
        yield from _weeks(person, own, limits)
        yield from _full_shifts(person, own, limits)


def _travel(person: int, own: Sequence[Service], limits: Thresholds) -> Iterator[Hit]:
    """Two services in different cities, with less time between them than the way takes."""
    told = [one for one in own if one.time_stated]
    for first, second in pairwise(told):
        gap = minutes_between(first.ends_at, second.starts_at)
        if first.city != second.city and gap < limits.travel_minutes:
            subject = f"{person}:{first.record}:{second.record}"
            numbers = {"minutes": max(gap, 0)}
            yield Hit(Pattern.TRAVEL, subject, (first.record, second.record), numbers)


def _nights(person: int, own: Sequence[Service], limits: Thresholds) -> Iterator[Hit]:
    """Services deep in the night, again and again; rescue works at night."""
    found = [
        one
        for one in own
        if one.time_stated
        and one.field is not ServiceField.RESCUE
        and night_minutes(one.starts_at, one.ends_at) >= limits.night_minutes
    ]
    yield from _of_months(
        Pattern.NIGHTS,
        person,
        (part for part in stretches(found, limits.window_days) if len(part) >= limits.nights),
    )


def night_minutes(starts_at: datetime, ends_at: datetime) -> int:
    """Return the minutes of an interval between midnight and five, in Shanghai."""
    total, day = 0, starts_at.astimezone(SHANGHAI).date()
    while True:
        midnight = datetime.combine(day, time.min, tzinfo=SHANGHAI)
        if midnight >= ends_at:
            return total
        morning = datetime.combine(day, NIGHT_ENDS, tzinfo=SHANGHAI)
        first, last = max(midnight, starts_at), min(morning, ends_at)
        total += max(0, minutes_between(first, last))
        day += timedelta(days=1)


def _weeks(person: int, own: Sequence[Service], limits: Thresholds) -> Iterator[Hit]:
    """More than the ceiling in a week, or just below it in several."""
    weeks: Counter[date] = Counter()
    inside: defaultdict[date, list[Service]] = defaultdict(list)
    for one in own:
        for day, minutes in minutes_by_day(one.starts_at, one.ends_at).items():
            weeks[_monday(day)] += minutes
        inside[_monday(one.day)].append(one)
    ceiling = limits.week_minutes
    over = [week for week, minutes in weeks.items() if minutes > ceiling]
    near = [week for week, minutes in weeks.items() if minutes * ROUND >= ceiling * NEAR]
    if len(near) < limits.near_weeks:
        near = []
    for week in sorted({*over, *near}):
        if inside[week]:
            numbers = {"minutes": weeks[week]}
            subject = f"{person}:{week.isoformat()}"
            yield Hit(Pattern.WEEK, subject, records_of(inside[week]), numbers)


def _full_shifts(person: int, own: Sequence[Service], limits: Thresholds) -> Iterator[Hit]:
    """Every measured service begins and ends to the minute as it was planned."""
    planned = [one for one in own if one.planned and one.method not in GIVES_SHIFT_TIMES]
    always = (
        part
        for part in stretches(planned, limits.window_days)
        if len(part) >= limits.full_shifts and all(map(_is_full, part))
    )
    yield from _of_months(Pattern.FULL_SHIFT, person, always)


def _of_months(pattern: Pattern, person: int, parts: Iterable[list[Service]]) -> Iterator[Hit]:
    """Yield one hit for each month in which a stretch ends: all records of its stretches."""
    months: defaultdict[str, dict[int, None]] = defaultdict(dict)
    for part in parts:
        months[_month(part[-1].day)].update(dict.fromkeys(records_of(part)))
    for month, records in months.items():
        yield Hit(pattern, f"{person}:{month}", tuple(records), {"count": len(records)})


def _is_full(one: Service) -> bool:
    told = (_minute(one.starts_at), _minute(one.ends_at))
    return one.planned is not None and told == (_minute(one.planned[0]), _minute(one.planned[1]))


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date) -> str:
    return f"{day:%Y%m}"
