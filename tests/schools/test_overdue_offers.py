"""Offers of pupils that no school answered: the Red Cross of the school has them as numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from core.statements import Kept
from members.models import Transfer
from members.rules import TransferStatus
from organizations.models import Organization
from schools.models import School
from schools.operations import offers
from schools.operations.overdue_offers import escalate_offers
from schools.queries import overdue_offers as queries
from schools.rules.pupils import PupilStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.school_factories import make_class, make_pupil, make_school

Clients = Callable[[str], Client]
SCHOOL = "东小学"


def offered_to(cast: Cast, target: School, name: str = "试学生") -> Transfer:
    """Return an offer of a graduate to a school, long overdue and not yet escalated."""
    place = cast.organization(SCHOOL)
    make_school(place)
    pupil = make_pupil(make_class(place, grade=9), member=True)
    pupil.status, pupil.person.name = PupilStatus.GRADUATED, name
    offers.offer(
        [pupil.code], target.code, place=place, by=Actor(cast.user("finn").id), now=clock.now()
    )
    assert pupil.membership is not None
    own = Transfer.membership_id == pupil.membership_id
    transfer = db.session.scalars(select(Transfer).where(own)).one()
    transfer.due_on = clock.today() - timedelta(days=1)
    db.session.flush()
    return transfer


def school_under(cast: Cast, office: Organization, name: str) -> School:
    """Return a school whose branch stands right under an office, on the list of 东县."""
    kind, county = cast.organization(SCHOOL).kind, cast.organization("东县")
    place = make.make_organization(kind, name, office)
    school = School(
        code=f"21339{place.id:05d}",
        name=name,
        stage=make_school(cast.organization(SCHOOL)).stage,
        county_id=county.id,
        organization_id=place.id,
    )
    db.session.add(school)
    db.session.flush()
    return school


@pytest.mark.covers("MEM-41", "ORG-06", "D10")
@pytest.mark.parametrize(("office", "who"), [("东市", "eve"), ("测试省", "gil"), ("东县", "cora")])
def test_the_office_right_above_a_school_has_what_the_school_does_not_answer(
    client_of: Clients, cast: Cast, office: str, who: str
) -> None:
    above = cast.organization(office)
    target = school_under(cast, above, "试直属中学")
    transfer = offered_to(cast, target)
    assert escalate_offers(clock.now()) == 1
    assert (transfer.handler_id, transfer.is_escalated) == (above.id, True)
    db.session.commit()
    client, path = client_of(who), f"/o/{above.code}/schools/owing"
    assert "学生转学超期没有答复" in client.page(f"/o/{above.code}/home").text
    page = client.page(path)
    assert "试直属中学" in page.text
    assert "试学生" not in page.text
    code = db.session.get_one(Organization, target.organization_id).code
    assert client.post(path, {"school": code}).status_code == 303
    db.session.expire_all()
    assert transfer.status is TransferStatus.DECLINED
    assert "没有超期的转学" in client.page(path).text


@pytest.mark.covers("AZ-04")
def test_who_may_not_place_members_sees_no_numbers_of_them(client_of: Clients, cast: Cast) -> None:
    offered_to(cast, make_school(cast.organization("西小学")))
    escalate_offers(clock.now())
    db.session.commit()
    west = cast.code("西县")
    make.make_post(cast.user("sam"), Role.PRIVACY_OFFICER, cast.organization("西县"))
    sam = client_of("sam")
    assert "学生转学超期没有答复" not in sam.page(f"/o/{west}/home").text
    assert sam.get(f"/o/{west}/schools/owing").status_code == 403


def test_all_schools_that_owe_answers_are_read_page_by_page(
    cast: Cast, client_of: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    east, names = (
        cast.organization("东县"),
        ("试一中学", "试二中学", "试三中学", "试四中学", "试五中学"),
    )
    for days, name in enumerate(names):
        late = offered_to(cast, school_under(cast, east, name))
        late.due_on -= timedelta(days=days // 2)  # two of a day each
    escalate_offers(clock.now())
    db.session.commit()
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr(queries, "_FIRST", Kept(queries._owing(is_behind=False)))
    monkeypatch.setattr(queries, "_BEHIND", Kept(queries._owing(is_behind=True)))
    cora, path, seen = client_of("cora"), f"/o/{east.code}/schools/owing", []
    while path:
        page = cora.page(path)
        seen += [row.text.strip() for row in page.select("#owing tr th[scope=row]")]
        following = page.select("#owing-more a")
        path = str(following[0]["href"]) if following else ""
    assert seen == ["试五中学", "试三中学", "试四中学", "试一中学", "试二中学"]
