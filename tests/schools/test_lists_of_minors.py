"""Lists of minors leave by approval alone: own ones, small ones, on paper too (PRV-10, EXP-05)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.access.permissions import Role
from core.database import db
from members.models import Export
from members.rules.exports import ExportStatus, Ground
from organizations.rules import PEOPLE_MEASURES, Discretion, Measure
from people.models import MinorApproval
from people.rules.minors import ApprovalStatus
from people.rules.reveals import RevealReason
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.taking import FORM

Clients = Callable[[str], Client]


def minor_volunteer(cast: Cast) -> str:
    day = clock.today()
    person = make.make_person("试少年甲", born_on=date(day.year - 16, 1, 5))
    make.make_volunteer(person, cast.organization("东一村"))
    db.session.commit()
    return person.name


@pytest.mark.covers("PRV-10", "EXP-05")
@pytest.mark.parametrize(
    ("name", "place", "path"),
    [
        ("finn", "东小学", "members/export?kind=youth"),
        ("ben", "东一村", "volunteers/export"),
    ],
)
def test_a_small_own_file_with_a_minor_waits_for_approval(
    client_of: Clients, cast: Cast, name: str, place: str, path: str
) -> None:
    minor_volunteer(cast)
    answer = client_of(name).post(f"/o/{cast.code(place)}/{path}", FORM)
    assert answer.status_code == 303
    (export,) = db.session.scalars(select(Export))
    assert export.status is ExportStatus.REQUESTED
    assert Ground.MINORS in export.grounds
    assert export.handler_id == cast.organization("东县").id
    assert export.minors > 0


@pytest.mark.covers("PRV-10", "S22")
def test_paper_with_minors_needs_a_standing_approval(client_of: Clients, cast: Cast) -> None:
    finn, ben = client_of("finn"), client_of("ben")
    child = minor_volunteer(cast)
    youth = f"/o/{cast.code('东小学')}/members/print?kind=youth"
    for client, address, name in (
        (finn, youth, "人hana"),
        (finn, f"{youth}&sheet=sign", "人hana"),
        (ben, f"/o/{cast.code('东一村')}/volunteers/print", child),
    ):
        refused = client.get(address)
        assert "名单里有未成年人" in refused.text
        assert name not in refused.text
    assert "人mia" in ben.get(f"/o/{cast.code('东一村')}/members/print").text
    user, school = cast.user("finn"), cast.organization("东小学")
    db.session.add(
        MinorApproval(
            code="standing",
            organization_id=school.id,
            handler_id=school.id,
            asker_id=user.id,
            post_id=make.make_post(user, Role.COORDINATOR, school).id,
            purpose=RevealReason.CONTACT,
            status=ApprovalStatus.APPROVED,
            asked_at=clock.now(),
            expires_at=clock.now() + timedelta(days=1),
        )
    )
    db.session.commit()
    assert "人hana" in finn.get(youth).text
    approval = db.session.scalars(select(MinorApproval)).one()
    approval.status = ApprovalStatus.REVOKED
    db.session.commit()
    assert "人hana" not in finn.get(youth).text


@pytest.mark.covers("AZ-07", "S22")
@pytest.mark.parametrize("value", [1, 4, 5])
def test_upper_levels_read_no_small_number_of_children(value: int) -> None:
    """Youth members are hidden below the floor for everybody above, whatever he may name."""
    for sees_names in (True, False):
        above = Discretion(floor=5, own_id=1, sees_names=sees_names)
        assert above.hides(2, Measure.YOUTH_MEMBERS, value) is (value < 5)
        assert not above.hides(1, Measure.YOUTH_MEMBERS, value)
    assert Measure.YOUTH_MEMBERS in PEOPLE_MEASURES
