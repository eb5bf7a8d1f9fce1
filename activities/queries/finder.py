"""Venues nearest to somebody, by division: no map, an order that a list can be read in (S41).

The same question serves who is signed in and who has no account: nothing in it names anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, literal, not_, or_, select, union_all
from sqlalchemy.orm import joinedload

from activities.models import Venue, VenueDay, VenueHours
from activities.rules.venue_hours import OtherDay, Period, Standing, standing_at
from activities.rules.venues import OPEN_TO_PEOPLE, VenueKind
from core.clock import local
from core.database import db
from core.paging import Page, page_of

PAGE = 20


class Ring(StrEnum):
    """How near a venue is: the narrowest division that it shares with who looks."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"


#: How many digits of a division code are the same in a ring.
DIGITS: Mapping[Ring, int] = {
    Ring.VILLAGE: 12,
    Ring.TOWNSHIP: 9,
    Ring.COUNTY: 6,
    Ring.CITY: 4,
    Ring.PROVINCE: 0,
}
RINGS = tuple(DIGITS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; ``division`` is where he is, nothing where nobody knows."""

    division: str = ""
    kind: VenueKind | None = None
    open_now: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A venue, how near it is, and whether it is open now."""

    venue: Venue
    ring: Ring
    standing: Standing

    @property
    def code(self) -> str:
        return self.venue.code


def nearest(wanted: Wanted, now: datetime, after: str = "") -> Page[Found]:
    """Return a page of venues that are open to people, nearest first, with their hours now.

    Four statements, however many there are; each ring is a range of an index.
    """
    rows = db.session.execute(_near(wanted, now, after)).all()
    ids = [row.id for row in rows]
    venues = {one.id: one for one in db.session.scalars(_venues(ids))} if ids else {}
    standings = standings_of(ids, now)
    found = [Found(venues[row.id], RINGS[row.ring], standings[row.id]) for row in rows]
    return page_of(found, PAGE)


def _near(wanted: Wanted, now: datetime, after: str) -> Any:
    where: list[ColumnElement[bool]] = [Venue.status.in_(OPEN_TO_PEOPLE)]
    if wanted.kind is not None:
        where.append(Venue.kind == wanted.kind)
    if wanted.words:
        where.append(Venue.name.contains(wanted.words, autoescape=True))
    if wanted.open_now:
        where.append(open_at(now))
    start, last_id = _place_of(after, wanted.division)
    parts = []
    for number, here in _rings(wanted.division):
        if number < start:
            continue
        beyond = [Venue.id > last_id] if number == start else []
        part = (
            select(literal(number).label("ring"), Venue.id.label("id"))
            .where(here, *where, *beyond)
            .order_by(Venue.id)
            .limit(PAGE + 1)
        )
        parts.append(select(part.subquery()))
    together = union_all(*parts).subquery()
    return select(together).order_by(together.c.ring, together.c.id).limit(PAGE + 1)


def _rings(division: str) -> Iterator[tuple[int, ColumnElement[bool]]]:
    """Yield each ring with its condition, less the rings inside it."""
    inner: ColumnElement[bool] = false()
    for number, ring in enumerate(RINGS):
        digits = DIGITS[ring]
        if digits and not division:
            continue
        if not digits:
            yield (
                number,
                or_(Venue.division_code.is_(None), not_(inner)) if division else not_(inner),
            )
            continue
        low = division[:digits]
        here = and_(Venue.division_code >= low, Venue.division_code < f"{low}~")
        yield number, and_(here, not_(inner))
        inner = here


def ring_of(division: str, other: str | None) -> Ring:
    """Return in which ring a venue with a division lies around another."""
    if division and other:
        for ring in RINGS:
            if DIGITS[ring] and division[: DIGITS[ring]] == other[: DIGITS[ring]]:
                return ring
    return Ring.PROVINCE


def _place_of(after: str, division: str) -> tuple[int, int]:
    """Return behind which ring and key a page begins."""
    if not after:
        return 0, 0
    row = db.session.execute(
        select(Venue.id, Venue.division_code).where(Venue.code == after)
    ).one_or_none()
    if row is None:
        return 0, 0
    return RINGS.index(ring_of(division, row.division_code)), row.id


def open_at(now: datetime) -> ColumnElement[bool]:
    """Return the condition of a venue that is open at an instant: a day that differs goes first."""
    wall = local(now)
    minute = wall.hour * 60 + wall.minute
    other = VenueDay.venue_id == Venue.id, VenueDay.day == wall.date()
    special = exists().where(*other, VenueDay.opens <= minute, VenueDay.closes > minute)
    usual = exists().where(
        VenueHours.venue_id == Venue.id,
        VenueHours.weekday == wall.weekday(),
        VenueHours.opens <= minute,
        VenueHours.closes > minute,
    )
    return or_(special, and_(usual, ~exists().where(*other)))


def _venues(ids: Sequence[int]) -> Any:
    return (
        select(Venue)
        .options(joinedload(Venue.organization, innerjoin=True))
        .where(Venue.id.in_(ids))
    )


def standings_of(ids: Sequence[int], now: datetime) -> dict[int, Standing]:
    """Return whether venues are open, until when, and when they open next: two statements."""
    wall = local(now)
    weeks, others = weeks_of(ids), other_days_of(ids, wall.date())
    return {one: standing_at(wall, weeks.get(one, {}), others.get(one, ())) for one in ids}


def weeks_of(ids: Sequence[int]) -> dict[int, dict[int, list[Period]]]:
    """Return the hours of the week of venues."""
    found: dict[int, dict[int, list[Period]]] = {}
    statement = select(VenueHours).where(VenueHours.venue_id.in_(ids)).order_by(VenueHours.opens)
    for row in db.session.scalars(statement):
        week = found.setdefault(row.venue_id, {})
        week.setdefault(row.weekday, []).append(Period(row.opens, row.closes))
    return found


def other_days_of(ids: Sequence[int], since: date) -> dict[int, list[OtherDay]]:
    """Return the days of venues that differ from their weekday, from a day on."""
    found: dict[int, list[OtherDay]] = {}
    statement = select(VenueDay).where(VenueDay.venue_id.in_(ids), VenueDay.day >= since)
    for row in db.session.scalars(statement):
        is_open = row.opens is not None and row.closes is not None
        periods = (Period(row.opens or 0, row.closes or 0),) if is_open else ()
        found.setdefault(row.venue_id, []).append(OtherDay(row.day, periods, row.note))
    return found
