"""What somebody could sign up for at once: the soonest that he may join and has time for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, contains_eager

from activities.models import Activity, Shift, Signup
from activities.queries.conditions import terms_of
from activities.queries.public import PAGE
from activities.rules import LIVE, ActivityStatus, Applicant, judge
from activities.standing import standing_of
from core.clock import local
from core.database import db
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
    own, here = aliased(Signup), Activity.organization_id == standing.organization_id
    if standing.county_id is not None:
        here = Activity.county_id == standing.county_id
    taken = exists().where(
        own.person_id == person_id,
        own.status.in_(LIVE),
        own.starts_at < Shift.ends_at,
        own.ends_at > Shift.starts_at,
    )
    statement = (
        select(Shift, Person.born_on)
        .join(Shift.activity)
        .join(Activity.organization)
        .join(Person, Person.id == person_id)
        .options(contains_eager(Shift.activity).contains_eager(Activity.organization))
        .where(
            Activity.status == ActivityStatus.PUBLISHED,
            Shift.removed_at.is_(None),
            Shift.starts_at > now,
            Shift.taken < Shift.seats,
            here,
            ~taken,
        )
        .order_by(Shift.starts_at, Shift.id)
        .limit(PAGE)
    )
    found: list[Chance] = []
    for shift, born_on in db.session.execute(statement):
        age = age_on(born_on, local(shift.starts_at).date()) if born_on else None
        applicant = Applicant(age, is_volunteer=True, is_registered=standing.is_registered)
        activity = shift.activity
        if all(one.is_met for one in judge(terms_of(activity, now), applicant)):
            found.append(Chance(shift, bool(activity.ground_set or activity.certificate)))
        if len(found) == FEW:
            break
    return found
