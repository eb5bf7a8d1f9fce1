"""Patterns among those who enter and confirm: for each other, too much, after their time. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from volunteers.rules.patterns.facts import Hit, Pattern, Service, Thresholds, records_of

#: Who confirmed whom -> the records.
Edges = Mapping[tuple[int, int], list[Service]]


def find_in_hands(services: Iterable[Service], limits: Thresholds) -> Iterator[Hit]:
    """Yield what those did who confirmed: for each other, in a ring, after their post ended."""
    rows = list(services)
    edges = _edges(rows, limits.mutual_records)
    yield from _mutual(edges)
    yield from _rings(edges)
    late = [one for one in rows if one.by_expired_post]
    by_hand: defaultdict[tuple[int, date], list[Service]] = defaultdict(list)
    for one in late:
        by_hand[one.confirmed_by, one.confirmed_on or one.day].append(one)
    for (hand, day), same in by_hand.items():
        numbers = {"count": len(same)}
        subject = f"{hand}:{day.isoformat()}"
        yield Hit(Pattern.EXPIRED_POST, subject, records_of(same), numbers)


def find_in_entries(services: Iterable[Service], limits: Thresholds) -> Iterator[Hit]:
    """Yield who entered too much for others on one day; all of his entries of it are given."""
    found: defaultdict[tuple[int, date], list[Service]] = defaultdict(list)
    for one in services:
        if one.entered_by and one.entered_by != one.person and one.entered_on is not None:
            found[one.entered_by, one.entered_on].append(one)
    for (hand, day), same in found.items():
        people = len({one.person for one in same})
        minutes = sum(one.minutes for one in same)
        if people > limits.operator_people or minutes > limits.operator_minutes:
            numbers = {"people": people, "minutes": minutes}
            yield Hit(Pattern.OPERATOR, f"{hand}:{day.isoformat()}", records_of(same), numbers)


def _edges(rows: Iterable[Service], least: int) -> Edges:
    found: defaultdict[tuple[int, int], list[Service]] = defaultdict(list)
    for one in rows:
        if one.confirmed_by and one.confirmed_by != one.person:
            found[one.confirmed_by, one.person].append(one)
    return {edge: same for edge, same in found.items() if len(same) >= least}


def _mutual(edges: Edges) -> Iterator[Hit]:
    """Two people confirm each other's hours, and both of them much."""
    for (one, other), there in edges.items():
        back = edges.get((other, one))
        if back is not None and one < other:
            rows = [*there, *back]
            numbers = {"first": len(there), "second": len(back)}
            yield Hit(Pattern.MUTUAL, f"{one}:{other}:{_month(rows)}", records_of(rows), numbers)


def _rings(edges: Edges) -> Iterator[Hit]:
    """The first confirms the second, the second the third, the third the first."""
    after: defaultdict[int, set[int]] = defaultdict(set)
    for hand, subject in edges:
        after[hand].add(subject)
    for first, second in edges:
        for third in after[second]:
            is_ring = first in after[third] and len({first, second, third}) == 3  # noqa: PLR2004
            if is_ring and first < min(second, third):
                ways = ((first, second), (second, third), (third, first))
                rows = [one for way in ways for one in edges[way]]
                known_by = f"{first}:{second}:{third}:{_month(rows)}"
                yield Hit(Pattern.RING, known_by, records_of(rows), {"count": len(rows)})


def _month(rows: Iterable[Service]) -> str:
    return f"{max(one.day for one in rows):%Y%m}"
