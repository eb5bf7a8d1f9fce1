"""The tree as the loaders use it: every organization with its place, its handler and its keeper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.database import db
from organizations.models import Organization
from organizations.rules import OrganizationKind, ids_of_path, is_grassroots

NO_DIVISION = "000000"


@dataclass(slots=True)
class Spot:
    """An organization by its position in the list of all; ``above`` holds itself and all above it.

    ``handler`` is the position of who decides what is handed in here, ``keeper`` the account
    that does it there.
    """

    index: int
    id: int
    kind: OrganizationKind
    above: tuple[int, ...]
    county: int
    county_id: int | None
    city_id: int | None
    region: str
    handler: int
    keeper: int = 0

    @property
    def is_home(self) -> bool:
        """Return whether adults and volunteers belong here: grassroots, but no school."""
        return is_grassroots(self.kind) and self.kind is not OrganizationKind.SCHOOL


def read_spots() -> list[Spot]:
    """Return every organization by id; handled by the county for the time being."""
    rows = db.session.scalars(select(Organization).order_by(Organization.id)).all()
    places = {row.id: place for place, row in enumerate(rows)}
    regions = {row.id: (row.division_code or NO_DIVISION)[:6] for row in rows}
    return [_spot(row, places, regions) for row in rows]


def _spot(row: Organization, places: dict[int, int], regions: dict[int, str]) -> Spot:
    own = places[row.id]
    branch = row.county_id or row.city_id or row.id
    return Spot(
        index=own,
        id=row.id,
        kind=row.kind,
        above=tuple(places[above] for above in ids_of_path(row.path)),
        county=places[branch],
        county_id=row.county_id,
        city_id=row.city_id,
        region=regions[branch],
        handler=places[branch] if is_grassroots(row.kind) else own,
    )


def of_kind(spots: Sequence[Spot], kind: OrganizationKind) -> list[Spot]:
    """Return the organizations of a kind."""
    return [spot for spot in spots if spot.kind is kind]
