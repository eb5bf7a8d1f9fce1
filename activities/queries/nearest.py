"""The public list of venues, nearest first: the order of ``finder`` in statements that are kept.

Everybody asks it, many at once: so it is put into words once per shape, and only what a list shows
is read. Four statements with those of the hours, however many venues there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    bindparam,
    exists,
    false,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)

from activities.models import Venue, VenueDay, VenueHours
from activities.queries.finder import DIGITS, PAGE, RINGS, Ring, Wanted, ring_of
from activities.rules.venue_hours import OtherDay, Period, Standing, standing_at
from activities.rules.venues import OPEN_TO_PEOPLE, VenueKind
from core.clock import local
from core.database import escaped
from core.paging import Page, page_of
from core.statements import Kept


@dataclass(frozen=True, slots=True)
class Shape:
    """What a list is asked by: from which ring on, and by which conditions."""

    has_division: bool
    has_kind: bool
    open_now: bool
    has_words: bool
    start: int
    has_anchor: bool


class _Row(NamedTuple):
    ring: int
    id: int
    code: str
    name: str
    kind: VenueKind
    address: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A venue of the list, how near it is, and whether it is open now."""

    code: str
    name: str
    kind: VenueKind
    address: str
    ring: Ring
    standing: Standing


def nearest_spots(wanted: Wanted, now: datetime, after: str = "") -> Page[Spot]:
    """Return a page of venues that are open to people, nearest first, with their hours now."""
    found = _ANCHOR.row({"after": after}) if after else None
    start = RINGS.index(ring_of(wanted.division, found[1])) if found else 0
    shape = Shape(
        bool(wanted.division),
        wanted.kind is not None,
        wanted.open_now,
        bool(wanted.words),
        start,
        found is not None,
    )
    wall = local(now)
    asked: dict[str, Any] = {
        "last": found[0] if found else 0,
        "kind": wanted.kind,
        "words": escaped(wanted.words),
        "minute": wall.hour * 60 + wall.minute,
        "weekday": wall.weekday(),
        "day": wall.date(),
    }
    for ring, digits in DIGITS.items():
        asked[f"{ring}_low"] = wanted.division[:digits]
        asked[f"{ring}_high"] = f"{wanted.division[:digits]}~"
    rows = [_Row(*row) for row in _near(shape).rows(asked)]
    standings = _standings([row.id for row in rows], wall)
    spots = [
        Spot(row.code, row.name, row.kind, row.address, RINGS[row.ring], standings[row.id])
        for row in rows
    ]
    return page_of(spots, PAGE)


_ANCHOR = Kept(select(Venue.id, Venue.division_code).where(Venue.code == bindparam("after")))


@lru_cache(maxsize=64)
def _near(shape: Shape) -> Kept:
    """Return the statement of a shape: each ring is a range of an index, read no further."""
    columns = [getattr(Venue, name) for name in _Row._fields[1:]]
    parts = []
    for number, here in _rings(has_division=shape.has_division):
        if number < shape.start:
            continue
        beyond = shape.has_anchor and number == shape.start
        part = (
            select(literal_column(str(number)).label("ring"), *columns)
            .where(here, *_conditions(shape), Venue.id > bindparam("last") if beyond else true())
            .order_by(Venue.id)
            .limit(PAGE + 1)
        )
        parts.append(select(part.subquery()))
    together = union_all(*parts).subquery()
    first = select(together).order_by(together.c.ring, together.c.id)
    return Kept(first.limit(PAGE + 1))


def _rings(*, has_division: bool) -> Iterator[tuple[int, ColumnElement[bool]]]:
    """Yield each ring with its condition, less the rings inside it."""
    inner: ColumnElement[bool] = false()
    code = Venue.division_code
    for number, ring in enumerate(RINGS):
        if not DIGITS[ring]:
            yield number, or_(code.is_(None), not_(inner)) if has_division else true()
        elif has_division:
            here = and_(code >= bindparam(f"{ring}_low"), code < bindparam(f"{ring}_high"))
            yield number, and_(here, not_(inner))
            inner = here


def _conditions(shape: Shape) -> Iterator[ColumnElement[bool]]:
    yield Venue.status.in_(OPEN_TO_PEOPLE)
    if shape.has_kind:
        yield Venue.kind == bindparam("kind")
    if shape.has_words:
        yield Venue.name.contains(bindparam("words"), escape="/")
    if shape.open_now:
        minute: ColumnElement[int] = bindparam("minute", type_=Integer)
        other = VenueDay.venue_id == Venue.id, VenueDay.day == bindparam("day")
        special = exists().where(*other, VenueDay.opens <= minute, VenueDay.closes > minute)
        usual = exists().where(
            VenueHours.venue_id == Venue.id,
            VenueHours.weekday == bindparam("weekday"),
            VenueHours.opens <= minute,
            VenueHours.closes > minute,
        )
        yield or_(special, and_(usual, ~exists().where(*other)))


_WEEKS = Kept(
    select(VenueHours.venue_id, VenueHours.weekday, VenueHours.opens, VenueHours.closes)
    .where(VenueHours.venue_id.in_(bindparam("ids", expanding=True)))
    .order_by(VenueHours.opens)
)
_OTHERS = Kept(
    select(VenueDay.venue_id, VenueDay.day, VenueDay.opens, VenueDay.closes, VenueDay.note).where(
        VenueDay.venue_id.in_(bindparam("ids", expanding=True)), VenueDay.day >= bindparam("since")
    )
)


def _standings(ids: Sequence[int], wall: datetime) -> dict[int, Standing]:
    if not ids:
        return {}
    weeks, others = hours_of(ids, wall.date())
    return {one: standing_at(wall, weeks.get(one, {}), others.get(one, ())) for one in ids}


Weeks = dict[int, dict[int, list[Period]]]
Others = dict[int, list[OtherDay]]


def hours_of(ids: Sequence[int], since: date) -> tuple[Weeks, Others]:
    """Return the hours of the week of venues, and their days that differ: two statements."""
    weeks: Weeks = {}
    for one, weekday, opens, closes in _WEEKS.rows({"ids": list(ids)}):
        weeks.setdefault(one, {}).setdefault(weekday, []).append(Period(opens, closes))
    others: Others = {}
    for one, day, opens, closes, note in _OTHERS.rows({"ids": list(ids), "since": since}):
        periods = (Period(opens, closes),) if opens is not None else ()
        others.setdefault(one, []).append(OtherDay(day, periods, note))
    return weeks, others
