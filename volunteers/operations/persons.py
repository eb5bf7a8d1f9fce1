"""What volunteers' rows keep of their persons, and where a person stands as a volunteer."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update

from core.database import db
from people.models import Person
from volunteers.models import Volunteer
from volunteers.rules import SERVING


class VolunteersFollow:
    """Volunteers' rows hold the text by which rosters find a person."""

    def hold(self, person_id: int) -> None:
        """Lock the volunteer's row of a person."""
        own = select(Volunteer.id).where(Volunteer.person_id == person_id)
        db.session.execute(own.with_for_update())

    def follow(self, person: Person) -> None:
        """Find the person by the new name from now on."""
        db.session.execute(
            update(Volunteer)
            .where(Volunteer.person_id == person.id)
            .values(search_text=person.search_text)
            .execution_options(synchronize_session=False)
        )


def home_of_volunteer(person_id: int) -> int | None:
    """Return the organization at which a person serves."""
    return db.session.scalar(
        select(Volunteer.organization_id).where(
            Volunteer.person_id == person_id, Volunteer.status.in_(SERVING)
        )
    )


def homes_of_volunteers(person_ids: Collection[int]) -> dict[int, int]:
    """Return where people serve, by person: one statement."""
    statement = select(Volunteer.person_id, Volunteer.organization_id).where(
        Volunteer.person_id.in_(person_ids), Volunteer.status.in_(SERVING)
    )
    return {row.person_id: row.organization_id for row in db.session.execute(statement)}
