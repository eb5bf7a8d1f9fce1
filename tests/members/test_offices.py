"""City and province act where no lower level may: units of their own, a county's only officer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Post
from accounts.operations import end_post
from core import clock
from core.access.permissions import Role
from core.audit.models import ReadEvent
from core.audit.operations import SYSTEM, Actor
from core.database import db
from members.hooks import follow_keeper
from members.models import Membership, Transfer
from members.operations import escalate_transfers, request_transfer
from members.rules import MembershipStatus, TransferStatus
from organizations.models import Organization, OrganizationClosing
from organizations.rules import ClosingStatus, OrganizationKind, OrganizationStatus
from people.models import ChangeRequest, Person
from people.rules.changes import ChangeStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.test_leaving import gaps
from volunteers.models import ServiceRecord, Volunteer
from volunteers.operations import follow_handler
from volunteers.rules import ServiceStatus

Clients = Callable[[str], Client]
CITY, PROVINCE, COUNTY, VILLAGE = "东市", "测试省", "西县", "西一村"


def unit(cast: Cast, above: str, name: str = "直属单位") -> Organization:
    """Return an organization that stands right under a city or the province."""
    return make.make_organization(OrganizationKind.HOSPITAL, name, cast.organization(above))


def member_at(organization: Organization) -> Membership:
    membership = make.make_membership(make.make_person("柳一一"), organization)
    db.session.commit()
    return membership


def sent(target: str) -> dict[str, str]:
    return {
        "document": "市红〔2026〕3号",
        "closed_on": clock.today().isoformat(),
        "target": target,
    }


def of(membership: Membership) -> Membership:
    db.session.expire_all()
    return db.session.get_one(Membership, membership.id)


@pytest.mark.covers("MEM-45", "ORG-06", "ORG-17")
@pytest.mark.parametrize(("above", "officer"), [(CITY, "eve"), (PROVINCE, "gil")])
def test_a_unit_of_ones_own_is_closed_and_its_people_go_to_another(
    cast: Cast, client_of: Clients, above: str, officer: str
) -> None:
    closed, other = unit(cast, above), unit(cast, above, "另一单位")
    server = make.make_volunteer(make.make_person(), closed)
    record, membership = make.make_record(server, closed), member_at(closed)
    unexplained = gaps()
    path, desk = f"/o/{closed.code}/closing", client_of(officer)
    assert desk.page(f"/o/{closed.code}/home").select_one("a[href$='/closing']")
    offered = [one["value"] for one in desk.page(path).select("[name=target]")]
    assert offered == ["none", other.code]
    for stranger in (cast.code("东一村"), cast.code(above)):
        assert desk.post(path, sent(stranger)).status_code == 422
    assert desk.post(path, sent(other.code)).status_code == 303
    moved = of(membership)
    assert (moved.organization_id, moved.status) == (other.id, MembershipStatus.ACTIVE)
    assert db.session.get_one(Volunteer, server.id).organization_id == other.id
    assert closed.status is OrganizationStatus.DISSOLVED
    assert gaps() == unexplained
    # the hours that waited there are confirmed by who closed it, and names stay masked
    office = cast.organization(above)
    assert db.session.get_one(ServiceRecord, record.id).handler_id == office.id
    shown = desk.page(f"/o/{office.code}/hours/records/{record.code}").text
    assert server.person.name not in shown
    assert closed.name in desk.page(f"/o/{office.code}/closings").text
    assert desk.post(f"{path}/undo").status_code == 303
    assert of(membership).organization_id == closed.id
    assert gaps() == unexplained


@pytest.mark.covers("MEM-41", "MEM-45", "ORG-06")
def test_members_of_a_citys_unit_wait_at_the_city(cast: Cast, client_of: Clients) -> None:
    closed, other = unit(cast, CITY), unit(cast, CITY, "另一单位")
    one, two = member_at(closed), member_at(closed)
    eve, city, unexplained = client_of("eve"), cast.organization(CITY), gaps()
    assert eve.post(f"/o/{closed.code}/closing", sent("none")).status_code == 303
    waiting = of(one)
    assert (waiting.organization_id, waiting.county_id, waiting.city_id) == (city.id, None, city.id)
    assert waiting.status is MembershipStatus.PENDING_TRANSFER
    assert "等待转会籍" in eve.page(f"/o/{city.code}/home").text
    page = eve.page(f"/o/{city.code}/pending").text
    assert one.number in page
    assert "柳**" in page
    assert "柳一一" not in page
    path = f"/o/{city.code}/pending/{one.code}"
    assert "柳一一" not in eve.page(path).text
    for stranger in (cast.code("东一村"), cast.code(COUNTY), city.code):
        assert eve.post(path, {"target": stranger}).status_code == 422
    assert eve.post(path, {"target": other.code}).status_code == 303
    assert of(one).organization_id == other.id
    # the other one looks for a place himself: the city lets him go
    user = make.make_user(of(two).person)
    mover = Actor(user.id, two.person_id)
    target, now = cast.organization("北一村"), clock.now()
    moving = request_transfer(two.person_id, target, user_id=user.id, by=mover, now=now)
    db.session.commit()
    assert moving.handler_id == city.id
    assert "柳一一" not in eve.page(f"/o/{city.code}/applications").text
    release = f"/o/{city.code}/transfers/{moving.code}/release"
    assert eve.post(release).status_code == 303
    assert gaps() == unexplained


@pytest.mark.covers("MEM-45", "AZ-03")
def test_a_city_closes_nothing_of_a_county(cast: Cast, client_of: Clients) -> None:
    below = unit(cast, "东县", "县属单位")
    db.session.commit()
    for name in ("eve", "gil"):
        for place in (below.code, cast.code("东一村"), cast.code("东县")):
            path = f"/o/{place}/closing"
            assert client_of(name).get(path).status_code == 403
            assert client_of(name).post(path, sent("none")).status_code == 403
    assert client_of("gil").get(f"/o/{unit(cast, CITY).code}/closing").status_code == 403
    standing = select(OrganizationClosing).where(OrganizationClosing.status == ClosingStatus.CLOSED)
    assert db.session.scalars(standing).all() == []


# --------------------------------------------------- the only officer of a county asks himself


def person_of(cast: Cast, name: str) -> Person:
    return db.session.get_one(Person, cast.person(name).id)


def let_dan_live_in(cast: Cast, place: str, *, with_colleague: bool = False) -> Post | None:
    """Let the only officer of the county be a member of a village that nobody keeps."""
    organization = cast.organization(place)
    ends = select(Post).where(Post.organization_id == organization.id)
    for post in db.session.scalars(ends):
        end_post(post, clock.today(), by=SYSTEM, now=clock.now())
        post.ends_on = post.starts_on
    make.make_membership(person_of(cast, "dan"), organization)
    other = None
    if with_colleague:
        other = make.make_post(make.make_user(), Role.OFFICER, cast.organization(COUNTY))
    db.session.commit()
    return other


def his_transfer() -> Transfer:
    db.session.expire_all()
    return db.session.scalars(select(Transfer)).one()


@pytest.mark.covers("MEM-41", "LED-04")
@pytest.mark.parametrize("home", [VILLAGE, COUNTY])
def test_the_transfer_of_the_only_officer_is_for_the_city(
    cast: Cast, client_of: Clients, home: str
) -> None:
    let_dan_live_in(cast, VILLAGE)
    if home == COUNTY:
        own = select(Membership).where(Membership.person_id == person_of(cast, "dan").id)
        db.session.scalars(own).one().organization_id = cast.organization(COUNTY).id
        db.session.commit()
    dan, eve = client_of("dan"), client_of("eve")
    assert dan.post(f"/j/{cast.code('北一村')}/transfer").status_code == 303
    moving, city = his_transfer(), cast.organization(CITY)
    assert moving.handler_id == city.id
    assert dan.post(f"/o/{cast.code(COUNTY)}/transfers/{moving.code}/release").status_code == 404
    page = eve.page(f"/o/{city.code}/applications").text
    assert moving.membership.number in page
    assert person_of(cast, "dan").name not in page
    assert eve.post(f"/o/{city.code}/transfers/{moving.code}/release").status_code == 303
    assert his_transfer().status is TransferStatus.RELEASED


@pytest.mark.covers("MEM-41", "LED-04")
def test_what_lies_with_a_county_goes_up_when_only_the_asker_is_left(
    cast: Cast, client_of: Clients
) -> None:
    other = let_dan_live_in(cast, VILLAGE, with_colleague=True)
    assert other is not None
    client_of("dan").post(f"/j/{cast.code('北一村')}/transfer")
    assert his_transfer().handler_id == cast.organization(COUNTY).id
    end_post(other, clock.today(), by=SYSTEM, now=clock.now())
    other.ends_on = other.starts_on
    follow_keeper(cast.organization(COUNTY).id)
    assert his_transfer().handler_id == cast.organization(CITY).id


@pytest.mark.covers("MEM-41", "LED-04")
def test_a_late_answer_is_never_the_askers_own(cast: Cast, client_of: Clients) -> None:
    dan = person_of(cast, "dan")
    make.make_membership(dan, cast.organization(VILLAGE))
    db.session.commit()
    client_of("dan").post(f"/j/{cast.code('北一村')}/transfer")
    moving = his_transfer()
    assert moving.handler_id == cast.organization(VILLAGE).id
    moving.due_on = clock.today() - timedelta(days=1)
    db.session.commit()
    assert escalate_transfers(clock.now()) == 1
    assert his_transfer().handler_id == cast.organization(CITY).id


@pytest.mark.covers("PRV-18", "LED-04")
def test_a_correction_of_the_only_officer_is_for_the_city_that_looks_with_a_trace(
    cast: Cast, client_of: Clients
) -> None:
    let_dan_live_in(cast, VILLAGE)
    dan, eve, city = client_of("dan"), client_of("eve"), cast.organization(CITY)
    person = person_of(cast, "dan")
    wish = {"name": "丹新名", "why": "改了名"}
    assert dan.post("/me/changes/new/name", wish).status_code == 303
    asked = db.session.scalars(select(ChangeRequest)).one()
    assert asked.handler_id == city.id
    path = f"/o/{city.code}/changes/{asked.code}"
    for page in (f"/o/{city.code}/changes", path, f"{path}/return"):
        text = eve.page(page).text
        assert "人dan" not in text
        assert "丹新名" not in text
    looked = eve.post(f"{path}/value").get_data(as_text=True)
    assert "人dan → 丹新名" in looked
    seen = select(ReadEvent).where(ReadEvent.person_id == person.id)
    assert [one.field for one in db.session.scalars(seen)] == ["name"]
    assert eve.post(f"{path}/approve").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(ChangeRequest, asked.id).status is ChangeStatus.APPROVED
    assert db.session.get_one(Person, person.id).name == "丹新名"


@pytest.mark.covers("LED-04")
def test_hours_of_the_only_officer_are_confirmed_by_the_city(
    cast: Cast, client_of: Clients
) -> None:
    let_dan_live_in(cast, VILLAGE)
    dan = person_of(cast, "dan")
    village, user = cast.organization(VILLAGE), cast.user("dan")
    record = make.make_record(make.make_volunteer(dan, village), village, submitted_by=user)
    db.session.commit()
    follow_handler(village.id, now=clock.now())
    db.session.commit()
    city, eve = cast.organization(CITY), client_of("eve")
    assert record.handler_id == city.id
    assert dan.name not in eve.page(f"/o/{city.code}/hours").text
    assert eve.post(f"/o/{city.code}/hours/confirm", {"ids": record.code}).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(ServiceRecord, record.id).status is ServiceStatus.CONFIRMED
