"""Patterns among many people: one minute, one device, one picture, nobody checked in. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from volunteers.rules.certificates import WITNESSED
from volunteers.rules.patterns.facts import (
    GIVES_SHIFT_TIMES,
    Hit,
    Pattern,
    Service,
    Thresholds,
    records_of,
)


def find_in_groups(services: Iterable[Service], limits: Thresholds) -> Iterator[Hit]:
    """Yield what whole services of a place show; all records of each are given."""
    rows = list(services)
    yield from _identical(rows, limits)
    yield from _no_check_in(rows, limits)
    yield from _same_second(rows, limits)
    yield from _short_lived(rows, limits)


def find_in_evidence(services: Iterable[Service]) -> Iterator[Hit]:
    """Yield pictures that prove more than one service (by digest)."""
    by_digest: defaultdict[str, list[Service]] = defaultdict(list)
    for one in services:
        for digest in one.evidence:
            by_digest[digest].append(one)
    for digest, rows in by_digest.items():
        proved = {(one.place, one.day, one.title) for one in rows}
        if len(proved) > 1:
            numbers = {"count": len(proved)}
            yield Hit(Pattern.SAME_PHOTO, digest[:40], records_of(rows), numbers)


def _identical(rows: Iterable[Service], limits: Thresholds) -> Iterator[Hit]:
    """Many people from the same minute to the same minute, each of them by himself."""
    found: defaultdict[tuple[object, ...], list[Service]] = defaultdict(list)
    for one in rows:
        if one.time_stated and one.method not in GIVES_SHIFT_TIMES:
            found[one.place, one.starts_at, one.ends_at].append(one)
    for same in found.values():
        people = len({one.person for one in same})
        if people >= limits.identical_people:
            first = same[0]
            subject = f"{first.place}:{first.starts_at:%Y%m%d%H%M}:{first.minutes}"
            yield Hit(Pattern.IDENTICAL, subject, records_of(same), {"people": people})


def _no_check_in(rows: Iterable[Service], limits: Thresholds) -> Iterator[Hit]:
    """A large service of which no machine and no roll call saw anybody."""
    for (place, day, title), same in _by_service(rows).items():
        people = len({one.person for one in same})
        seen = any(one.method in WITNESSED for one in same)
        if people >= limits.uncounted_people and not seen:
            subject = f"{place}:{day.isoformat()}:{_short(title)}"
            yield Hit(Pattern.NO_CHECK_IN, subject, records_of(same), {"people": people})


def _same_second(rows: Iterable[Service], limits: Thresholds) -> Iterator[Hit]:
    """More people than one hand can check in within one second, from one device."""
    found: defaultdict[tuple[str, int], list[Service]] = defaultdict(list)
    for one in rows:
        if one.device and one.checked_in_at is not None:
            found[one.device, int(one.checked_in_at.timestamp())].append(one)
    for (device, second), same in found.items():
        people = len({one.person for one in same})
        if people > limits.device_people:
            subject = f"{_short(device)}:{second}"
            yield Hit(Pattern.SAME_SECOND, subject, records_of(same), {"people": people})


def _short_lived(rows: Iterable[Service], limits: Thresholds) -> Iterator[Hit]:
    """An activity that was posted and ended within the hour, and yet gave hours."""
    found: defaultdict[int, list[Service]] = defaultdict(list)
    for one in rows:
        open_for = one.activity_open_minutes
        if one.activity and open_for is not None and open_for < limits.activity_minutes:
            found[one.activity].append(one)
    for activity, same in found.items():
        numbers = {"minutes": same[0].activity_open_minutes or 0}
        yield Hit(Pattern.SHORT_LIVED, str(activity), records_of(same), numbers)


def _by_service(rows: Iterable[Service]) -> dict[tuple[int, date, str], list[Service]]:
    found: defaultdict[tuple[int, date, str], list[Service]] = defaultdict(list)
    for one in rows:
        found[one.place, one.day, one.title].append(one)
    return found


def _short(text: str) -> str:
    return text[:30]
