"""What the home of a school shows its coordinator: what waits, and the classes (ux.md S34)."""

from __future__ import annotations

from sqlalchemy import func, select

from core.access.scope import Scope
from core.database import db
from core.imports.models import Import
from core.imports.rules import OPEN_IMPORTS
from schools.models import Pupil
from schools.rules.pupils import ON_ROSTER, ConsentState

LISTS = "pupils"


def waiting_of(scope: Scope) -> tuple[int, int]:
    """Return how many consents a school still lacks, and how many rosters are half taken in.

    One statement; the lists are those that the acting account handed in.
    """
    place = scope.place.id
    missing = select(func.count()).where(
        Pupil.organization_id == place,
        Pupil.status.in_(ON_ROSTER),
        Pupil.consent != ConsentState.GIVEN,
    )
    lists = select(func.count()).where(
        Import.owner_id == scope.principal.user_id,
        Import.organization_id == place,
        Import.subject == LISTS,
        Import.status.in_(OPEN_IMPORTS),
    )
    row = db.session.execute(select(missing.scalar_subquery(), lists.scalar_subquery())).one()
    return row[0], row[1]
