"""What the dated settings say about venues: who names, how long, criteria, points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from activities.models import VenueCriteria
from activities.rules.venue_kinds import KINDS
from activities.rules.venue_reviews import StarItem
from activities.rules.venues import VenueKind
from core import settings
from core.access.permissions import Level
from core.database import db
from organizations.models import Organization
from organizations.rules import ids_of_path

NAMERS = (Level.COUNTY, Level.CITY, Level.PROVINCE)
STARS = (3, 4, 5)


class Asked(NamedTuple):
    """A criterion that is asked for on a day, with its number; ``kept`` is what a finding names."""

    name: str
    label: str
    number: int
    kept: str


def decider_of(kind: VenueKind, owner: Organization, on: date) -> Organization:
    """Return who inspects and names a venue: the level of its kind, or the owner above that.

    Where no county stands above it is the next above.
    """
    level = NAMERS[settings.value(f"venues.named_by.{kind}", on) - 1]
    least = NAMERS.index(level)
    own = NAMERS.index(owner.level) if owner.level in NAMERS else -1
    above = (owner.county_id, owner.city_id, ids_of_path(owner.path)[0])
    if own >= least:
        return owner
    chosen = next(one for one in above[least:] if one is not None)
    return db.session.get_one(Organization, chosen)


def term_years(kind: VenueKind, on: date) -> int:
    """Return for how many years a name is given, 0 without an end."""
    return settings.value(f"venues.term_years.{kind}", on)


def criteria_of(kind: VenueKind, on: date) -> list[Asked]:
    """Return what is asked of a kind on a day: the list of the province, else the usual one."""
    entered = criteria_on(kind, on)
    if entered is not None:
        items = enumerate(entered.items.split("\n"))
        return [Asked(f"item_{place}", item, 0, item) for place, item in items]
    asked = []
    for one in KINDS[kind].criteria:
        number = settings.value(one.setting, on)
        if number:
            asked.append(Asked(one.name, one.label, number, one.name))
    return asked


def criteria_on(kind: VenueKind, on: date) -> VenueCriteria | None:
    """Return the list of the province that holds for a kind on a day, None for none."""
    return db.session.scalars(
        select(VenueCriteria)
        .where(VenueCriteria.kind == kind, VenueCriteria.valid_from <= on)
        .order_by(VenueCriteria.valid_from.desc())
        .limit(1)
    ).one_or_none()


def criteria_lists(kind: VenueKind) -> Sequence[VenueCriteria]:
    """Return every list that the province entered for a kind, the latest first."""
    found = select(VenueCriteria).where(VenueCriteria.kind == kind)
    return db.session.scalars(found.order_by(VenueCriteria.valid_from.desc())).all()


def points_of(on: date) -> dict[StarItem, int]:
    """Return the most points of each item of a star review on a day."""
    return {item: settings.value(f"venues.stars.{item}", on) for item in StarItem}


def thresholds(on: date) -> dict[int, int]:
    """Return from how many points on each number of stars is given."""
    return {stars: settings.value(f"venues.star_points.{stars}", on) for stars in STARS}
