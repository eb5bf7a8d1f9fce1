"""Numbers of venues at their organizations and all above: how many by kind, what happened there."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from activities.models import Venue, VenueMonth
from activities.rules.holding import CameAs
from activities.rules.venues import BEARS_NAME, VenueStatus
from core.database import db
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure

SESSIONS = "sessions"
#: Who was there, each time anew; who looked on from afar was not (domain.md I18).
PRESENT = (*(kind.value for kind in CameAs), "group_visits", "single_visits", "trained")
Numbers = Mapping[str, int]


def count_step(venue: Venue, before: VenueStatus) -> None:
    """Count a venue that got its name, or lost it, since it was in another state."""
    change = (venue.status in BEARS_NAME) - (before in BEARS_NAME)
    if change:
        figures.add_split(_path(venue.organization_id), Measure.VENUES, venue.kind, change)


def count_owner(venue: Venue, before_id: int) -> None:
    """Take a venue and what happened there from its owner before to the one that it has now."""
    old, new = _path(before_id), _path(venue.organization_id)
    if venue.status in BEARS_NAME:
        figures.add_split(old, Measure.VENUES, venue.kind, -1)
        figures.add_split(new, Measure.VENUES, venue.kind, +1)
    months = select(VenueMonth).where(VenueMonth.venue_id == venue.id)
    for row in db.session.scalars(months.execution_options(populate_existing=True)):
        numbers = {name: getattr(row, name) for name in (SESSIONS, *PRESENT)}
        _add(old, row.month, numbers, -1)
        _add(new, row.month, numbers, +1)


def count_happened(changes: Mapping[tuple[int, int], Numbers]) -> None:
    """Count what venues had more or less in months: one statement, which lets nobody else count.

    ``changes`` are the numbers by venue and month; what is no session and nobody's visit is not
    looked at.
    """
    told = {
        key: numbers
        for key, numbers in changes.items()
        if any(numbers.get(name) for name in (SESSIONS, *PRESENT))
    }
    if not told:
        return
    rows = db.session.execute(
        select(Venue.id, Organization.path)
        .join(Organization, Organization.id == Venue.organization_id)
        .where(Venue.id.in_({venue_id for venue_id, _ in told}))
        .order_by(Venue.id)
        .with_for_update(of=Venue, key_share=True)
    )
    paths = {row.id: row.path for row in rows}
    for (venue_id, month), numbers in told.items():
        _add(paths[venue_id], month, numbers, +1)


def _add(path: str, month: int, numbers: Numbers, sign: int) -> None:
    sessions = numbers.get(SESSIONS, 0)
    times = sum(numbers.get(name, 0) for name in PRESENT)
    for measure, number in ((Measure.VENUE_ACTIVITIES, sessions), (Measure.VENUE_TIMES, times)):
        for period in (month // 100, month) if number else ():
            figures.add(path, measure, sign * number, period)


def _path(organization_id: int) -> str:
    """Return the path of an organization as it stands now: it may have moved since it was read."""
    found = select(Organization.path).where(Organization.id == organization_id)
    return db.session.scalars(found).one()
