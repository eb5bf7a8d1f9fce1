"""The numbers of an edition as they are now: from maintained figures, for county and above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select

from activities.queries.public_venues import venues_by_place
from core.access.permissions import Level
from core.statements import Kept
from organizations import figures
from organizations.figures import STOCK
from organizations.models import Organization
from organizations.rules import OPEN_STATES, Measure
from supervision.public.rules import Indicator

LEVELS = (Level.PROVINCE, Level.CITY, Level.COUNTY)
#: Where a number comes from: the stock of now, but for the hours, which are those of the year.
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


def numbers_of(places: Sequence[PublicPlace], year: int) -> dict[int, dict[Indicator, int]]:
    """Return ``place -> indicator -> number`` of now, the hours of a year: two statements."""
    ids = [place.id for place in places]
    found = figures.values(ids, set(MEASURES.values()), (STOCK, year))
    venues = venues_by_place()
    return {
        one: {
            **{
                name: found.get((one, measure, year if name is Indicator.MINUTES else STOCK), 0)
                for name, measure in MEASURES.items()
            },
            Indicator.VENUES: venues.get(one, 0),
        }
        for one in ids
    }
