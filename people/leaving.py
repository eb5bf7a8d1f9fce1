"""Who left a part of the society, and when: the packages further left tell (decisions.md D6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from core import retention
from core.database import db
from people.models import Person

IDENTITY = "privacy.identity_years"


@dataclass(frozen=True, slots=True)
class Part:
    """One way of leaving: the columns of the person and of when he left, and the setting of D6.

    ``is_instant`` where the second column holds instants, ``among`` which rows are meant.
    """

    person_id: Any
    left: Any
    setting: str = IDENTITY
    is_instant: bool = False
    among: Collection[ColumnElement[bool]] = ()

    def bound(self, now: datetime) -> date | datetime:
        """Return before when somebody must have left to be forgotten."""
        read = retention.since if self.is_instant else retention.first_day
        return read(self.setting, now)


_PARTS: list[Part] = []


def register(part: Part) -> None:
    """Add a way of leaving; called when its package is imported."""
    _PARTS.append(part)


def next_departed(after: int, size: int, now: datetime) -> list[int]:
    """Return the next people behind an id who left something long enough ago, at most ``size``."""
    found = {one for part in _PARTS for one in _departed(part, after, size, now)}
    return sorted(found)[:size]


def departed_before(person_id: int, now: datetime) -> date | None:
    """Return the latest day before which somebody left everything that he left.

    None for who left nothing, or something too lately.
    """
    days = []
    for part in _PARTS:
        last = select(func.max(part.left)).where(part.person_id == person_id, *part.among)
        left = db.session.scalar(last)
        if left is None:
            continue
        if left >= part.bound(now):
            return None
        days.append(retention.first_day(part.setting, now))
    return max(days, default=None)


def _departed(part: Part, after: int, size: int, now: datetime) -> list[int]:
    one = part.person_id
    statement = (
        select(one)
        .join(Person, Person.id == one)
        .where(
            one > after, Person.erased_at.is_(None), Person.merged_into_id.is_(None), *part.among
        )
        .group_by(one)
        .having(func.max(part.left) < part.bound(now))
        .order_by(one)
        .limit(size)
    )
    return list(db.session.scalars(statement))
