"""Published editions: which there are, and what one tells of a place and those below it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select

from core.access.permissions import Level
from core.database import db
from core.statements import Kept
from organizations.models import Organization
from supervision.public.models import Edition, EditionLine, values_of
from supervision.public.rules import EditionStatus, Indicator, Values

MOST_EDITIONS = 20


class Told(NamedTuple):
    """An edition as everybody sees it: by which organization, never by whom."""

    id: int
    code: str
    year: int
    number: int
    as_of: date
    status: EditionStatus
    published_at: datetime
    note: str
    publisher_id: int
    publisher: str


class Line(NamedTuple):
    """What an edition tells of one place."""

    place_id: int
    parent_id: int | None
    code: str
    name: str
    level: Level
    values: Values


_EDITION = (
    select(
        Edition.id,
        Edition.code,
        Edition.year,
        Edition.number,
        Edition.as_of,
        Edition.status,
        Edition.published_at,
        Edition.note,
        Edition.organization_id,
        Organization.name,
    )
    .join(Edition.organization)
    .order_by(Edition.year.desc(), Edition.number.desc())
)
_OF_CODE = Kept(_EDITION.where(Edition.code == bindparam("code")))
_EDITIONS = Kept(_EDITION.limit(MOST_EDITIONS))


def editions() -> Sequence[Told]:
    """Return the editions, newest first."""
    return [Told(*row) for row in _EDITIONS.rows({})]


def edition_of_code(code: str) -> Told | None:
    """Return the edition with a code."""
    row = _OF_CODE.row({"code": code})
    return Told(*row) if row is not None else None


def standing_edition(year: int) -> Edition | None:
    """Return the edition of a year that stands."""
    statement = select(Edition).where(
        Edition.year == year, Edition.status == EditionStatus.PUBLISHED
    )
    return db.session.scalars(statement).one_or_none()


def standing_day(year: int) -> date | None:
    """Return of which day the edition of a year tells that stands, None for none."""
    found = standing_edition(year)
    return found.as_of if found is not None else None


def last_number(year: int) -> int:
    """Return how many editions a year had, those taken back among them."""
    statement = select(func.max(Edition.number)).where(Edition.year == year)
    return db.session.scalar(statement) or 0


def left_out(year: int) -> dict[int, set[Indicator]]:
    """Return ``place -> numbers`` that editions of a year, or the last of all, left out."""
    newest = select(func.max(Edition.id)).scalar_subquery()
    statement = (
        select(EditionLine.place_id, EditionLine.numbers)
        .join(Edition, Edition.id == EditionLine.edition_id)
        .where(or_(Edition.year == year, Edition.id == newest))
    )
    found: dict[int, set[Indicator]] = {}
    for place_id, numbers in db.session.execute(statement):
        missing = {one for one, value in values_of(numbers).items() if value is None}
        found.setdefault(place_id, set()).update(missing)
    return found


def lines_of(edition_id: int, place: str) -> Sequence[Line]:
    """Return the line of a place and those right below it; without a place of the province."""
    rows = _lines(has_place=bool(place)).rows({"edition": edition_id, "place": place})
    return [_line(*row) for row in rows]


def all_lines_of(edition_id: int) -> Sequence[Line]:
    """Return every line of an edition, each place after the one above it."""
    return [_line(*row) for row in _ALL.rows({"edition": edition_id})]


def _line(
    place_id: int, parent_id: int | None, code: str, name: str, level: Level, numbers: str
) -> Line:
    return Line(place_id, parent_id, code, name, level, values_of(numbers))


_LINE = (
    select(
        EditionLine.place_id,
        EditionLine.parent_id,
        EditionLine.code,
        EditionLine.name,
        EditionLine.level,
        EditionLine.numbers,
    )
    .where(EditionLine.edition_id == bindparam("edition"))
    .order_by(EditionLine.position)
)
_ALL = Kept(_LINE)


@cache
def _lines(*, has_place: bool) -> Kept:
    top = select(EditionLine.place_id).where(EditionLine.edition_id == bindparam("edition"))
    if has_place:
        top = top.where(EditionLine.code == bindparam("place"))
    else:
        top = top.where(EditionLine.position == 0)
    here = top.scalar_subquery()
    return Kept(_LINE.where(or_(EditionLine.place_id == here, EditionLine.parent_id == here)))
