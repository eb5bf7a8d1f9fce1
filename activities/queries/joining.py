"""What somebody could sign up for at once: the soonest that he may join and has time for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, exists, select
from sqlalchemy.orm import aliased, contains_eager

from activities.models import Activity, Shift, Signup
from activities.queries.conditions import terms_of
from activities.queries.public import PAGE
from activities.rules import LIVE, ActivityStatus, Applicant, judge
from activities.standing import standing_of
from core.clock import local
from core.database import db
from organizations.models import Organization
from organizations.rules import OPEN_STATES
from people.models import Person
from people.rules import age_on

FEW = 3


@dataclass(frozen=True, slots=True)
class Chance:
    """A shift that somebody may join; ``asks``: signing up takes a page of its own."""

    shift: Shift
    asks: bool


def chances_of(person_id: int, now: datetime) -> Sequence[Chance]:
    """Return the soonest shifts of a volunteer's county that he may join: two statements."""
    standing = standing_of(person_id)
    if standing is None:
        return []
    county = standing.county_id
    values = {"person": person_id, "now": now, "place": county or standing.organization_id}
    found: list[Chance] = []
    for shift, born_on in db.session.execute(_soonest(in_county=county is not None), values):
        age = age_on(born_on, local(shift.starts_at).date()) if born_on else None
        applicant = Applicant(age, is_volunteer=True, is_registered=standing.is_registered)
        activity = shift.activity
        if all(one.is_met for one in judge(terms_of(activity, now), applicant)):
            found.append(Chance(shift, bool(activity.ground_set or activity.certificate)))
        if len(found) == FEW:
            break
    return found


@cache
def _soonest(*, in_county: bool) -> Select[Shift, date | None]:
    """Return the statement, built once: building it anew took longer than asking."""
    own = aliased(Signup)
    person: BindParameter[int] = bindparam("person")
    place = Activity.county_id if in_county else Activity.organization_id
    taken = exists().where(
        own.person_id == person,
        own.status.in_(LIVE),
        own.starts_at < Shift.ends_at,
        own.ends_at > Shift.starts_at,
    )
    return (
        select(Shift, Person.born_on)
        .join(Shift.activity)
        .join(Activity.organization)
        .join(Person, Person.id == person)
        .options(contains_eager(Shift.activity).contains_eager(Activity.organization))
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
