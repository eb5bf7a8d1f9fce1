"""The numbers of an edition as they are now: from maintained figures, for county and above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select

from core.access.permissions import Level
from core.statements import Kept
from organizations import figures
from organizations.figures import STOCK
from organizations.figures_runs import closed_on
from organizations.models import Organization
from organizations.rules import OPEN_STATES, Measure
from supervision.public.rules import Indicator

MONTHS = 12
LEVELS = (Level.PROVINCE, Level.CITY, Level.COUNTY)
#: Where a number comes from: stocks, but for the hours, which are those of the year.
MEASURES: Mapping[Indicator, Measure] = {
    Indicator.ORGANIZATIONS: Measure.ORGANIZATIONS,
    Indicator.ADULT_MEMBERS: Measure.ADULT_MEMBERS,
    Indicator.YOUTH_MEMBERS: Measure.YOUTH_MEMBERS,
    Indicator.GROUP_MEMBERS: Measure.GROUP_MEMBERS,
    Indicator.VOLUNTEERS: Measure.VOLUNTEERS,
    Indicator.REGISTERED_VOLUNTEERS: Measure.REGISTERED_VOLUNTEERS,
    Indicator.MINUTES: Measure.CONFIRMED_MINUTES,
    Indicator.SCHOOLS: Measure.SCHOOLS,
    Indicator.SCHOOL_BRANCHES: Measure.SCHOOL_BRANCHES,
    Indicator.VENUES: Measure.VENUES,
}


class PublicPlace(NamedTuple):
    """The province, a city or a county whose numbers are published."""

    id: int
    code: str
    short_name: str
    level: Level
    parent_id: int | None


_PLACES = Kept(
    select(*(getattr(Organization, name) for name in PublicPlace._fields))
    .where(Organization.level.in_(LEVELS), Organization.status.in_(OPEN_STATES))
    .order_by(Organization.division_code, Organization.id)
)


def public_places() -> Sequence[PublicPlace]:
    """Return the province, its cities and counties, in the order of their divisions."""
    return [PublicPlace(*row) for row in _PLACES.rows({})]


class Moment(NamedTuple):
    """Of which day an edition tells: the end of a month that was closed, else now."""

    as_of: date
    month: int | None = None


def moment_of(year: int, today: date, after: date | None = None) -> Moment:
    """Return the last month end of a year whose stocks were kept, else the day itself.

    ``after`` is the day of the edition that is corrected: its month end would tell the same again.
    """
    last = today.month - 1 if year == today.year else MONTHS
    closed = closed_on([year * 100 + month for month in range(1, last + 1)])
    if not closed:
        return Moment(today)
    month, kept_on = max(closed.items())
    as_of = kept_on - timedelta(days=1)
    is_last = year == today.year or month % 100 == MONTHS
    if not is_last or (after is not None and as_of <= after):
        return Moment(today)
    return Moment(as_of, month)


def numbers_of(
    places: Sequence[PublicPlace], year: int, month: int | None = None
) -> dict[int, dict[Indicator, int]]:
    """Return ``place -> indicator -> number`` at the end of a month or now: two statements.

    The hours are those of the year, until the end of that month.
    """
    ids = [place.id for place in places]
    first = year * 100 + 1
    periods = range(first, month + 1) if month is not None else (year,)
    hours = figures.values(ids, [Measure.CONFIRMED_MINUTES], periods)
    stocks = _stocks(ids, month)
    return {
        one: {
            name: (
                sum(hours.get((one, measure, period), 0) for period in periods)
                if name is Indicator.MINUTES
                else stocks.get((one, measure), 0)
            )
            for name, measure in MEASURES.items()
        }
        for one in ids
    }


def _stocks(ids: Sequence[int], month: int | None) -> dict[tuple[int, str], int]:
    wanted = set(MEASURES.values()) - {Measure.CONFIRMED_MINUTES}
    if month is None:
        now = figures.values(ids, wanted, (STOCK,))
        return {(one, measure): value for (one, measure, _), value in now.items()}
    kept = figures.stocks(ids, wanted, [month])
    return {(one, measure): value for (one, measure, part, _), value in kept.items() if not part}
