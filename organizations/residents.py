"""How many people live where a Red Cross stands, of which year, and who published it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, select

from core.database import db
from core.statements import Kept
from organizations.models import Organization, Residents


class Published(NamedTuple):
    """A number of residents as it was published."""

    people: int
    year: int
    source: str


_PUBLISHED = Kept(
    select(Organization.id, Residents.people, Residents.year, Residents.source)
    .join(Residents, Residents.division_code == Organization.division_code)
    .where(Organization.id.in_(bindparam("organizations", expanding=True)))
    .order_by(Residents.year)
)


def published(organization_ids: Iterable[int]) -> dict[int, Published]:
    """Return the latest number of residents of organizations; none where none is known."""
    ids = list(organization_ids)
    rows = _PUBLISHED.rows({"organizations": ids}) if ids else ()
    return {row[0]: Published(*row[1:]) for row in rows}


def has_residents() -> bool:
    """Return whether any number of residents was entered."""
    return db.session.scalars(select(Residents.year).limit(1)).first() is not None
