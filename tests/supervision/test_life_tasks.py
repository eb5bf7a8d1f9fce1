"""What waits about venues, foundings and late cases stands on the home of who has to act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from activities.rules.venues import VenueStatus
from core import clock
from core.database import db
from people.models import Matter
from people.rules.matters import MatterKind, MatterState
from tests.cast import Cast
from tests.client import Client
from tests.organizations.lives import asking
from tests.supervision.parts import home, look
from tests.supervision.test_homes import tasks
from tests.venue_factories import make_venue

ClientOf = Callable[[str], Client]


def test_a_county_sees_venues_foundings_and_late_cases_that_wait_for_it(
    cast: Cast, client_of: ClientOf
) -> None:
    village, county = cast.organization("东一村"), cast.organization("东县")
    make_venue(village, status=VenueStatus.APPLIED)
    for name in ("甲室", "乙室"):
        make_venue(village, status=VenueStatus.INSPECTED, name=name)
    make_venue(village, status=VenueStatus.RUNNING, name="丙室")
    today = clock.today()
    for serial, due in ((1, today - timedelta(days=1)), (2, today)):
        db.session.add(
            Matter(
                kind=MatterKind.QUESTION,
                subject_id=serial,
                subject_code=f"wait{serial}",
                organization_id=county.id,
                holder_id=county.id,
                state=MatterState.OPEN,
                region="330100",
                opened_at=clock.now() - timedelta(days=20),
                due_on=due,
            )
        )
    asked = asking(cast, "association", "东县协会", "东县")
    client_of("cora").post(f"/o/{cast.code('东县')}/organizations/new", asked)
    page = look(client_of("cora"), home(cast, "东县"))
    found = tasks(page)
    assert found["场所申请授牌，待查看"] == "1"
    assert found["场所已查看，待授牌"] == "2"
    assert found["建会申请，待批复"] == "1"
    assert found["办件超期"] == "1"
    for link in page.select("#tasks a"):
        assert client_of("cora").get(link["href"]).status_code == 200
    assert not set(found) & set(tasks(look(client_of("ben"), home(cast, "东一村"))))
