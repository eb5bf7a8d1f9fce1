"""Who left as a volunteer, for what is forgotten years later (decisions.md D6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select

from core.database import db
from people.models import Person
from volunteers.models import Volunteer


def departed(after: int, size: int, before: date) -> Mapping[int, date]:
    """Return the next people behind an id who left for the last time before a day."""
    last = func.max(Volunteer.left_on)
    statement = (
        select(Volunteer.person_id, last)
        .join(Person, Person.id == Volunteer.person_id)
        .where(Volunteer.person_id > after, Person.erased_at.is_(None))
        .where(Person.merged_into_id.is_(None))
        .group_by(Volunteer.person_id)
        .having(last < before)
        .order_by(Volunteer.person_id)
        .limit(size)
    )
    return {person: day for person, day in db.session.execute(statement) if day is not None}


def last_left(person_id: int) -> date | None:
    """Return when somebody left for the last time, None for who never did."""
    statement = select(func.max(Volunteer.left_on)).where(Volunteer.person_id == person_id)
    return db.session.scalar(statement)
