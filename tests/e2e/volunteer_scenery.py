"""What stands on the stage of volunteers beyond their hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core import clock
from core.database import db
from organizations.models import Organization
from tests import factories as make
from tests.cast import organization_named
from tests.e2e import stage
from tests.volunteering import make_registration
from volunteers.models import Volunteer
from volunteers.operations import registering
from volunteers.queries.cards import volunteer_token
from volunteers.rules.registering import RegistrationReturn

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery


def furnish_registering(scenery: Scenery, branch: Organization) -> None:
    """Leave applications for the registered grade at the county, ada's own sent back."""
    county = organization_named("东县")
    ada = db.session.scalars(
        select(Volunteer).where(Volunteer.person_id == stage.acting("ada").person_id)
    ).one()
    own = make_registration(ada, county)
    registering.return_registration(
        own.code,
        RegistrationReturn.HOURS,
        "三月的记录有两条是同一天",
        handler_id=county.id,
        by=stage.acting("cora"),
        now=clock.now(),
    )
    for _ in range(3):
        person = make.make_person(born_on=stage.birth())
        waiting = make_registration(make.make_volunteer(person, branch), county)
    scenery.codes.update(registration=waiting.code, volunteer_card=volunteer_token(ada.code))
