"""Hours of two records that are one person: which credits cannot both stand (LED-02, LED-10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Credited:
    """A confirmed record: whose it is, its interval, and when it was confirmed."""

    record_id: int
    person_id: int
    starts_at: datetime
    ends_at: datetime
    confirmed_at: datetime | None = None

    def meets(self, other: Credited) -> bool:
        """Return whether both cover some minute; intervals that only touch do not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def overlaps(credited: Iterable[Credited]) -> dict[int, int]:
    """Return ``record that cannot stand -> record that does`` among the hours of two people.

    What was confirmed first stands (domain.md, scenario 7): a later record that meets it does not
    stand, however short the common time. Everything else stands, so that no minute is lost
    without being named.
    """
    standing: list[Credited] = []
    found: dict[int, int] = {}
    for one in sorted(credited, key=_order):
        first = next((other for other in standing if other.meets(one)), None)
        if first is None:
            standing.append(one)
        else:
            found[one.record_id] = first.record_id
    return found


def _order(one: Credited) -> tuple[float, int]:
    confirmed = one.confirmed_at.timestamp() if one.confirmed_at else 0.0
    return confirmed, one.record_id
