"""Who left as a member, for what is forgotten years later (decisions.md D6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select

from core.database import db
from members.models import Membership
from people.models import Person


def departed(after: int, size: int, before: date) -> Mapping[int, date]:
    """Return the next people behind an id who left for the last time before a day."""
    last = func.max(Membership.left_on)
    statement = (
        select(Membership.person_id, last)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.person_id > after, Person.erased_at.is_(None))
        .where(Person.merged_into_id.is_(None))
        .group_by(Membership.person_id)
        .having(last < before)
        .order_by(Membership.person_id)
        .limit(size)
    )
    return {person: day for person, day in db.session.execute(statement) if day is not None}


def last_left(person_id: int) -> date | None:
    """Return when somebody left for the last time, None for who never did."""
    statement = select(func.max(Membership.left_on)).where(Membership.person_id == person_id)
    return db.session.scalar(statement)
