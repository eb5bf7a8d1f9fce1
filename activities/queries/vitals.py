"""Vital signs of venues as they are kept: of one by month, of many by year, who is silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from activities.models import Venue, VenueMonth, VenuePulse, VenueVisitDay
from activities.rules.holding import CameAs, is_silent, months_of, silent_before
from activities.rules.venues import OPEN_TO_PEOPLE, VenueKind
from core import settings
from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from organizations.queries import within

__all__ = [
    "COUNTS",
    "PAGE",
    "Listed",
    "Pulse",
    "Signs",
    "Venue",
    "count_in",
    "months_in",
    "signs_of",
    "silent",
    "silent_limit",
    "venues_in",
    "visit_day",
    "visit_days",
    "years_of",
]

PAGE = 30
COUNTS = (
    "sessions",
    "open_days",
    *(kind.value for kind in CameAs),
    "minutes",
    "groups",
    "group_visits",
    "single_visits",
    "online_visits",
    "trained",
    "spend_fen",
)


class Pulse(StrEnum):
    """Which venues a list shows."""

    ALL = "all"
    SILENT = "silent"
    ALIVE = "alive"


@dataclass(frozen=True, slots=True)
class Signs:
    """What a venue had in a time; sums of what is kept by month."""

    counts: Mapping[str, int] = field(default_factory=dict)

    def of(self, name: str) -> int:
        """Return one number."""
        return self.counts.get(name, 0)

    @property
    def people(self) -> int:
        return sum(self.of(kind) for kind in CameAs)

    @property
    def served(self) -> int:
        """Return members who were served, grown or young, each time anew."""
        return self.of(CameAs.MEMBERS) + self.of(CameAs.YOUTH)

    @property
    def visits(self) -> int:
        return self.of("group_visits") + self.of("single_visits")


@dataclass(frozen=True, slots=True)
class Listed:
    """A venue in a list, with its year, its last activity, and whether it is silent."""

    venue: Venue
    signs: Signs
    last_held_on: date | None
    is_silent: bool

    @property
    def code(self) -> str:
        return self.venue.code


def silent_limit(today: date) -> date:
    """Return the day before which the last activity makes a venue silent."""
    return silent_before(today, settings.value("venues.silent_months", today))


def silent(today: date) -> ColumnElement[bool]:
    """Return the condition of a venue that runs, and held nothing for the months of the setting.

    It asks for the pulse beside the venue (an outer join).
    """
    limit = silent_limit(today)
    nothing = or_(VenuePulse.last_held_on.is_(None), VenuePulse.last_held_on < limit)
    return silent_since(limit, nothing)


def silent_since(limit: Any, nothing: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition of a venue that ran before a day and held nothing since, as told."""
    began = func.coalesce(Venue.opened_on, Venue.named_on, limit) < limit
    return and_(Venue.status.in_(OPEN_TO_PEOPLE), began, nothing)


def venues_in(
    scope: Scope, pulse: Pulse, kind: VenueKind | None, today: date, after: str = ""
) -> Page[Listed]:
    """Return a page of the venues that run in a scope, with their year: three statements."""
    where = [within(scope, Venue), Venue.status.in_(OPEN_TO_PEOPLE)]
    if kind is not None:
        where.append(Venue.kind == kind)
    if pulse is not Pulse.ALL:
        found = silent(today)
        where.append(found if pulse is Pulse.SILENT else ~found)
    if after:
        anchor = select(Venue.id).where(Venue.code == after, within(scope, Venue))
        where.append(Venue.id > anchor.scalar_subquery())
    rows = db.session.execute(
        select(Venue, VenuePulse.last_held_on)
        .outerjoin(VenuePulse, VenuePulse.venue_id == Venue.id)
        .options(joinedload(Venue.organization, innerjoin=True))
        .where(*where)
        .order_by(Venue.id)
        .limit(PAGE + 1)
    ).all()
    signs = years_of([row[0].id for row in rows], today.year)
    listed = [
        Listed(row[0], signs.get(row[0].id, Signs()), row[1], _is_silent(row[0], row[1], today))
        for row in rows
    ]
    return page_of(listed, PAGE)


def count_in(scope: Scope, today: date) -> tuple[int, int]:
    """Return how many venues of a scope run, and how many of them are silent: one statement."""
    row = db.session.execute(
        select(func.count(), func.coalesce(func.sum(case((silent(today), 1), else_=0)), 0))
        .select_from(Venue)
        .outerjoin(VenuePulse, VenuePulse.venue_id == Venue.id)
        .where(within(scope, Venue), Venue.status.in_(OPEN_TO_PEOPLE))
    ).one()
    return int(row[0]), int(row[1])


def _is_silent(venue: Venue, last: date | None, today: date) -> bool:
    since = venue.opened_on or venue.named_on
    runs = venue.status in OPEN_TO_PEOPLE
    return runs and since is not None and is_silent(last, since, silent_limit(today))


def years_of(venue_ids: Sequence[int], year: int) -> dict[int, Signs]:
    """Return the year of venues: sums of at most twelve rows each, one statement."""
    if not venue_ids:
        return {}
    months = months_of(year)
    statement = (
        select(VenueMonth.venue_id, *(func.sum(getattr(VenueMonth, one)) for one in COUNTS))
        .where(
            VenueMonth.venue_id.in_(venue_ids),
            VenueMonth.month >= months[0],
            VenueMonth.month <= months[-1],
        )
        .group_by(VenueMonth.venue_id)
    )
    return {
        row[0]: Signs(dict(zip(COUNTS, (int(one) for one in row[1:]), strict=True)))
        for row in db.session.execute(statement)
    }


def months_in(venue_id: int, year: int) -> dict[int, Signs]:
    """Return ``month -> what a venue had`` of a year."""
    months = months_of(year)
    statement = select(VenueMonth).where(
        VenueMonth.venue_id == venue_id,
        VenueMonth.month >= months[0],
        VenueMonth.month <= months[-1],
    )
    return {
        row.month: Signs({name: getattr(row, name) for name in COUNTS})
        for row in db.session.scalars(statement)
    }


def signs_of(venue: Venue, today: date) -> Listed:
    """Return the year of one venue, its last activity, and whether it is silent."""
    pulse = db.session.get(VenuePulse, venue.id)
    last = pulse.last_held_on if pulse is not None else None
    signs = years_of([venue.id], today.year).get(venue.id, Signs())
    return Listed(venue, signs, last, _is_silent(venue, last, today))


def visit_days(venue_id: int, year: int) -> Sequence[VenueVisitDay]:
    """Return the days of a year that were entered, newest first."""
    statement = (
        select(VenueVisitDay)
        .where(
            VenueVisitDay.venue_id == venue_id,
            VenueVisitDay.day >= date(year, 1, 1),
            VenueVisitDay.day <= date(year, 12, 31),
        )
        .order_by(VenueVisitDay.day.desc())
    )
    return db.session.scalars(statement).all()


def visit_day(venue_id: int, day: date) -> VenueVisitDay | None:
    """Return a day as it was entered."""
    return db.session.scalars(
        select(VenueVisitDay).where(VenueVisitDay.venue_id == venue_id, VenueVisitDay.day == day)
    ).one_or_none()
