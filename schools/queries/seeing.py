"""Where a pupil is seen."""

from __future__ import annotations

from sqlalchemy import select

from core.database import db
from people.presence import Sighting
from people.rules.seeing import SeenAs
from schools.models import Pupil
from schools.rules.pupils import ON_ROSTER


def place_pupil(person_id: int) -> list[Sighting]:
    """Return the schools whose roster a person is on."""
    here = select(Pupil.organization_id).where(
        Pupil.person_id == person_id, Pupil.status.in_(ON_ROSTER)
    )
    return [Sighting(one, SeenAs.PUPIL) for one in db.session.scalars(here)]
