"""Stars: what is missing for the next one, the list of a keeper, notices that run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from core import clock, settings
from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from core.rules import AGE_OF_MAJORITY, RuleViolation
from core.statements import Kept
from people.models import Person
from people.rules import is_minor_on, mask_name
from volunteers.models import StarEvent, StarGrant, Volunteer, VolunteerTotal
from volunteers.queries.counting import withheld_minutes
from volunteers.rules import SERVING
from volunteers.rules.stars import (
    GRANTERS,
    STAR_OPEN,
    STARS,
    Chance,
    Standing,
    StarStatus,
    chance_of,
    check_still,
)

PAGE = 50
MOST = 50


@dataclass(frozen=True, slots=True)
class Rung:
    """One star of the ladder in force on a day: its minutes and the level that grants it."""

    star: int
    minutes: int
    granted_by: str


def ladder(on: date) -> list[Rung]:
    """Return the ladder in force on a day (VOL-30: thresholds and matrix are dated settings)."""
    return [
        Rung(
            star,
            settings.value(f"stars.{star}", on),
            GRANTERS[settings.value(f"stars.granted_by.{star}", on) - 1],
        )
        for star in STARS
    ]


def earlier_ladders(today: date) -> list[tuple[date, list[Rung]]]:
    """Return the ladders that held before the one of a day, each with its last day, newest first.

    What was granted by them stays (domain.md 9, scenario 29).
    """
    ends = [one - timedelta(days=1) for one in settings.changed_on("stars.", today)]
    found = [(end, ladder(end)) for end in ends]
    return [one for one in found if one[1] != ladder(one[0] + timedelta(days=1))]


def counting_minutes(volunteer: Volunteer) -> int:
    """Return the minutes of all years that count for a star: two statements.

    Pending ones do not, nor what is looked into or lies in public notice (LED-15, VOL-43).
    """
    total = select(func.coalesce(func.sum(VolunteerTotal.confirmed_minutes), 0))
    own = VolunteerTotal.volunteer_id == volunteer.id
    confirmed = int(db.session.scalar(total.where(own)) or 0)
    return confirmed - withheld_minutes(volunteer.person_id, clock.now())


def grants_of(volunteer_id: int) -> Sequence[StarGrant]:
    """Return every application of a volunteer, newest first, those of merged records too."""
    own = select(Volunteer.id).where(
        or_(Volunteer.id == volunteer_id, Volunteer.merged_into_id == volunteer_id)
    )
    return db.session.scalars(
        _whole().where(StarGrant.volunteer_id.in_(own)).order_by(StarGrant.id.desc()).limit(MOST)
    ).all()


_HELD = Kept(
    select(func.max(StarGrant.star))
    .join(Volunteer, Volunteer.id == StarGrant.volunteer_id)
    .where(StarGrant.status == StarStatus.GRANTED)
    .where(or_(Volunteer.id == bindparam("one"), Volunteer.merged_into_id == bindparam("one")))
)


def star_of(volunteer_id: int) -> int:
    """Return the highest star of a volunteer that stands, 0 for none: one statement."""
    row = _HELD.row({"one": volunteer_id})
    return (row[0] if row else 0) or 0


def held_star(grants: Sequence[StarGrant]) -> int:
    """Return the highest star that stands, 0 for none."""
    return max((one.star for one in grants if one.status is StarStatus.GRANTED), default=0)


def chance(volunteer: Volunteer, grants: Sequence[StarGrant], today: date) -> Chance:
    """Return the next star of a volunteer and what is missing for it."""
    bars = [one.barred_until for one in grants if one.barred_until]
    standing = Standing(
        minutes=counting_minutes(volunteer),
        held=held_star(grants),
        is_serving=volunteer.status in SERVING,
        has_open=any(one.status in STAR_OPEN for one in grants),
        barred_until=max(bars, default=None),
    )
    return chance_of(standing, [rung.minutes for rung in ladder(today)], today)


def holder_of(grant: StarGrant) -> int:
    """Return the person whose star it is now: records may have been merged."""
    volunteer = grant.volunteer
    return volunteer.person.merged_into_id or volunteer.person_id


def doubt_of(grant: StarGrant, today: date) -> RuleViolation | None:
    """Return why an open application must not end in a star as things are now, or None (VOL-31).

    What it needs is what the ladder asked on the day of the application.
    """
    bars = [one.barred_until for one in grants_of(grant.volunteer_id) if one.barred_until]
    needed = ladder(clock.local(grant.applied_at).date())[grant.star - 1].minutes
    try:
        minutes = counting_minutes(grant.volunteer)
        check_still(minutes, needed, max(bars, default=None), today)
    except RuleViolation as violation:
        return violation
    return None


def seen_from(place_id: int) -> ColumnElement[bool]:
    """Return the condition for stars of an organization: it checks them, or it grants them."""
    return or_(
        StarGrant.granter_id == place_id,
        Volunteer.organization_id == place_id,
        Volunteer.county_id == place_id,
    )


def stars_at(scope: Scope, *, is_open: bool, after: str = "") -> Page[StarGrant]:
    """Return a page of the stars of a scope's organization, newest first."""
    one, seen = StarGrant, seen_from(scope.place.id)
    states = one.status.in_(STAR_OPEN)
    statement = _whole().where(seen, states if is_open else ~states)
    if after:
        anchor = select(one.id).where(one.code == after)
        statement = statement.where(one.id < anchor.scalar_subquery())
    rows = db.session.scalars(statement.order_by(one.id.desc()).limit(PAGE + 1)).all()
    return page_of(rows, PAGE)


def star_at(scope: Scope, code: str) -> StarGrant | None:
    """Return one star of a scope's organization."""
    return db.session.scalars(
        _whole().where(seen_from(scope.place.id), StarGrant.code == code)
    ).one_or_none()


def name_at(grant: StarGrant, place_id: int, today: date) -> str:
    """Return the name as an organization may see it: of a minor elsewhere it is masked (D10)."""
    person = grant.volunteer.person
    is_minor = person.born_on is None or is_minor_on(person.born_on, today)
    is_own = grant.volunteer.organization_id == place_id
    return mask_name(person.name) if is_minor and not is_own else str(person.name)


def notices_for(volunteer: Volunteer, today: date) -> Sequence[StarGrant]:
    """Return the notices that run in a volunteer's county, those of minors left out (PRV-12)."""
    return db.session.scalars(
        _notices(volunteer, today).order_by(StarGrant.notice_until, StarGrant.id).limit(MOST)
    ).all()


def notice_for(volunteer: Volunteer, code: str, today: date) -> StarGrant | None:
    """Return one notice that runs in a volunteer's county, his own left out."""
    return db.session.scalars(
        _notices(volunteer, today).where(
            StarGrant.code == code, StarGrant.volunteer_id != volunteer.id
        )
    ).one_or_none()


def _notices(volunteer: Volunteer, today: date) -> Select[StarGrant]:
    near = (
        Volunteer.county_id == volunteer.county_id
        if volunteer.county_id
        else Volunteer.organization_id == volunteer.organization_id
    )
    return _whole().where(
        near,
        StarGrant.status == StarStatus.NOTICED,
        StarGrant.notice_until >= today,
        Person.born_on <= adult_since(today),
    )


def adult_since(today: date) -> date:
    """Return the last birthday of those who are of age on a day."""
    year = today.year - AGE_OF_MAJORITY
    try:
        return today.replace(year=year)
    except ValueError:  # 29 February: of age from 1 March on
        return date(year, 2, 28)


def steps_of_star(grant_id: int) -> Sequence[StarEvent]:
    """Return the history of a star, newest first."""
    return db.session.scalars(
        select(StarEvent).where(StarEvent.grant_id == grant_id).order_by(StarEvent.id.desc())
    ).all()


def notice_end(now: datetime) -> date:
    """Return the last day of a notice that begins now: whole working days (VOL-31)."""
    day = clock.local(now).date()
    return clock.add_working_days(day, settings.value("stars.notice_working_days", day))


def bar_end(now: datetime) -> date:
    """Return the last day on which false hours bar a new application (VOL-31)."""
    day = clock.local(now).date()
    return day + timedelta(days=settings.value("stars.bar_days", day))


def _whole() -> Select[StarGrant]:
    volunteer = contains_eager(StarGrant.volunteer)
    return (
        select(StarGrant)
        .join(StarGrant.volunteer)
        .join(Volunteer.person)
        .options(
            volunteer.contains_eager(Volunteer.person),
            volunteer.joinedload(Volunteer.organization, innerjoin=True),
            joinedload(StarGrant.granter, innerjoin=True),
        )
    )
