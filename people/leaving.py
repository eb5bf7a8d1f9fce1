"""Who left a part of the society, and when: the packages further left tell (decisions.md D6)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select

from core.database import db
from people.models import Person

#: Of each package the columns of a person and of the day on which he left.
_PARTS: list[tuple[Any, Any]] = []


def register(person_id: Any, left_on: Any) -> None:
    """Add a package by its columns; called when it is imported."""
    _PARTS.append((person_id, left_on))


def next_departed(after: int, size: int, before: date) -> list[int]:
    """Return the next people behind an id who left something before a day, at most ``size``."""
    found = {one for part in _PARTS for one in _departed(*part, after, size, before)}
    return sorted(found)[:size]


def left_on(person_id: int) -> date | None:
    """Return the day on which somebody left the last thing that he left, None for who never did."""
    asked = [select(func.max(left)).where(one == person_id) for one, left in _PARTS]
    days = [day for each in asked if (day := db.session.scalar(each)) is not None]
    return max(days, default=None)


def _departed(one: Any, left: Any, after: int, size: int, before: date) -> list[int]:
    statement = (
        select(one)
        .join(Person, Person.id == one)
        .where(one > after, Person.erased_at.is_(None), Person.merged_into_id.is_(None))
        .group_by(one)
        .having(func.max(left) < before)
        .order_by(one)
        .limit(size)
    )
    return list(db.session.scalars(statement))
