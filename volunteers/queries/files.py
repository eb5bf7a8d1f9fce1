"""The list of volunteers for a file: those whom the list on the screen shows, in chunks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, not_, select

from core.access.scope import Scope
from core.database import db
from organizations.models import Organization
from organizations.queries import within
from people.models import Person
from volunteers.models import Volunteer, VolunteerTotal
from volunteers.queries.roster import is_adult, visible
from volunteers.rules import SERVING, VolunteerStatus


@dataclass(frozen=True, slots=True)
class Filed:
    """What a file says of a volunteer; ``minutes`` are the confirmed ones of all years."""

    code: str
    name: str
    number: str
    entered_on: date
    organization: str
    status: VolunteerStatus
    minutes: int


def volunteers_behind(scope: Scope, on: date, after: str, size: int) -> list[Filed]:
    """Return so many serving volunteers that the post may see, behind one of them, newest first."""
    confirmed = select(func.sum(VolunteerTotal.confirmed_minutes)).where(
        VolunteerTotal.volunteer_id == Volunteer.id
    )
    one = Volunteer
    statement = (
        _seen(scope, on)
        .with_only_columns(one.code, Person.name, one.number, one.entered_on)
        .add_columns(Organization.short_name, one.status)
        .add_columns(func.coalesce(confirmed.scalar_subquery(), 0))
        .join(one.organization)
    )
    if after:
        anchor = select(Volunteer.id).where(Volunteer.code == after).scalar_subquery()
        statement = statement.where(Volunteer.id < anchor)
    rows = db.session.execute(statement.order_by(Volunteer.id.desc()).limit(size))
    return [Filed(*row) for row in rows]


def count_volunteers(scope: Scope, on: date) -> tuple[int, int]:
    """Return how many serving volunteers the post may see, and how many are under 18."""
    seen = _seen(scope, on)
    minors = seen.where(not_(is_adult(on)))
    counts = [select(func.count()).select_from(part.subquery()) for part in (seen, minors)]
    both = select(*(count.scalar_subquery() for count in counts))
    rows, young = db.session.execute(both).one()
    return rows, young


def _seen(scope: Scope, on: date) -> Select[Any]:
    return (
        select(Volunteer.id)
        .join(Volunteer.person)
        .where(within(scope, Volunteer), visible(scope, on), Volunteer.status.in_(SERVING))
    )
