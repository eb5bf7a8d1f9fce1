"""Which Red Cross decides about a pair: the county of both, else the level above both (MEM-19)."""

from __future__ import annotations

from sqlalchemy import select

from core.database import db
from organizations.models import Organization
from organizations.rules import ids_of_path
from people.rules.duplicates import Sighting

Sightings = tuple[Sighting, ...]


def counties_of(sightings: Sightings) -> set[int]:
    """Return the counties in which somebody stands."""
    return {one.county_id for one in sightings if one.county_id is not None}


def deciders(first: Sightings, second: Sightings) -> set[int]:
    """Return who may merge two records: every county of both, else the office above them all.

    Nobody where one of the two stands in no county. One statement where no county has both.
    """
    one, other = counties_of(first), counties_of(second)
    if one & other or not (one and other):
        return one & other
    found = db.session.scalars(select(Organization.path).where(Organization.id.in_(one | other)))
    lines = [ids_of_path(path) for path in found]
    common = set(lines[0]).intersection(*lines[1:])
    return {max(common, key=lines[0].index)} if common else set()
