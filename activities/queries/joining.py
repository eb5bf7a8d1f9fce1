"""What somebody could sign up for at once: the soonest that he may join and has time for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, bindparam, exists, select
from sqlalchemy.orm import aliased

from activities.models import Activity, Shift, Signup
from activities.queries.public import PAGE
from activities.rules import LIVE, ActivityStatus, Applicant, Terms, grounds_of, judge
from activities.standing import standing_of
from core import settings
from core.clock import local
from core.statements import Kept
from organizations.models import Organization
from organizations.rules import OPEN_STATES
from people.models import Person
from people.rules import age_on

FEW = 3


@dataclass(frozen=True, slots=True)
class Chance:
    """A shift that somebody may join; ``asks``: signing up takes a page of its own."""

    asks: bool
    code: str
    role: str
    starts_at: datetime
    ends_at: datetime
    activity: str
    title: str
    place: str
    organization: str


def chances_of(person_id: int, now: datetime) -> Sequence[Chance]:
    """Return the soonest shifts of a volunteer's county that he may join: two statements."""
    standing = standing_of(person_id)
    if standing is None:
        return []
    county = standing.county_id
    values = {"person": person_id, "now": now, "place": county or standing.organization_id}
    found: list[Chance] = []
    rows = _soonest(in_county=county is not None).rows(values)
    if not rows:
        return []
    alone_from = settings.value("volunteers.min_age_alone", local(now).date())
    for row in rows:
        born_on, field, grounds, min_age, needs_registered, certificate, *shown = row
        age = age_on(born_on, local(shown[2]).date()) if born_on else None
        applicant = Applicant(age, is_volunteer=True, is_registered=standing.is_registered)
        sensitive = grounds_of(grounds)
        terms = Terms(field, sensitive, min_age, needs_registered, certificate, alone_from)
        if all(one.is_met for one in judge(terms, applicant)):
            found.append(Chance(bool(sensitive or certificate), *shown))
        if len(found) == FEW:
            break
    return found


@cache
def _soonest(*, in_county: bool) -> Kept:
    """Return the statement, put together once per process."""
    own = aliased(Signup)
    person: BindParameter[int] = bindparam("person")
    place = Activity.county_id if in_county else Activity.organization_id
    taken = exists().where(
        own.person_id == person,
        own.status.in_(LIVE),
        own.starts_at < Shift.ends_at,
        own.ends_at > Shift.starts_at,
    )
    return Kept(
        select(
            Person.born_on,
            Activity.field,
            Activity.grounds,
            Activity.min_age,
            Activity.needs_registered,
            Activity.certificate,
            Shift.code,
            Shift.role,
            Shift.starts_at,
            Shift.ends_at,
            Activity.code,
            Activity.title,
            Activity.place,
            Organization.name,
        )
        .select_from(Shift)
        .join(Shift.activity)
        .join(Activity.organization)
        .join(Person, Person.id == person)
        .where(
            Activity.status == ActivityStatus.PUBLISHED,
            Organization.status.in_(OPEN_STATES),
            Shift.removed_at.is_(None),
            Shift.starts_at > bindparam("now"),
            Shift.taken < Shift.seats,
            place == bindparam("place"),
            ~taken,
        )
        .order_by(Shift.starts_at, Shift.id)
        .limit(PAGE)
    )
