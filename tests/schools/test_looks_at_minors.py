"""Looks at minors: masked until somebody responsible approves, for a time, for a purpose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from accounts.models import Post
from core import clock
from core.access.permissions import Role
from core.audit.models import ReadEvent
from core.database import db
from members.rules import MembershipKind
from people.models import MinorApproval, Person
from people.rules.minors import ApprovalStatus
from schools.models import Pupil
from tests import factories as make
from tests import school_factories as schools
from tests.cast import Cast
from tests.client import Client

Clients = Callable[[str], Client]


def years_ago(years: int) -> date:
    day = clock.today()
    return date(day.year - years, 1, 5)


@pytest.fixture
def pupil(cast: Cast) -> Pupil:
    """A draft of 东小学 with a guardian, and a secretary there besides the coordinator."""
    place = cast.organization("东小学")
    schools.make_school(place)
    person = make.make_person("试学生", born_on=years_ago(9), phone=make.make_phone(), with_id=True)
    found = schools.make_pupil(schools.make_class(place), person)
    db.session.commit()
    return found


@pytest.fixture
def secretary(cast: Cast) -> str:
    """Make duo the secretary of 东小学 too."""
    make.make_post(cast.user("duo"), Role.SECRETARY, cast.organization("东小学"))
    db.session.commit()
    return "duo"


def path(cast: Cast, pupil: Pupil, page: str = "reveal") -> str:
    return f"/o/{cast.code('东小学')}/pupils/{pupil.code}/{page}"


def secrets(pupil: Pupil) -> dict[str, str]:
    guardian = schools.guardian_of(pupil.person)
    return {
        "phone": pupil.person.plain_phone,
        "id_number": pupil.person.plain_id_number,
        "born_on": pupil.person.born_on.isoformat() if pupil.person.born_on else "",
        "guardian_name": guardian.name,
        "guardian_phone": guardian.plain_phone,
    }


def decide(client: Client, cast: Cast, place: str, act: str, **data: str) -> int:
    code = db.session.scalars(select(MinorApproval.code).order_by(MinorApproval.id.desc())).first()
    answer = client.post(f"/o/{cast.code(place)}/approvals/{code}/{act}", data)
    assert "试学生" not in answer.text or place == "东小学"
    return answer.status_code


@pytest.mark.covers("PRV-10", "PRV-05", "S22")
def test_a_look_is_masked_until_approved_and_the_read_log_has_it(
    client_of: Clients, cast: Cast, pupil: Pupil, secretary: str
) -> None:
    finn, kept = client_of("finn"), secrets(pupil)
    page = finn.get(path(cast, pupil)).text
    assert not [value for value in kept.values() if value in page]
    for field in kept:
        answer = finn.post(path(cast, pupil), {"field": field})
        assert answer.status_code == 422
        assert kept[field] not in answer.text
    assert finn.post(path(cast, pupil, "approval"), {"reason": "contact"}).status_code == 303
    assert finn.post(path(cast, pupil), {"field": "phone"}).status_code == 422
    assert decide(client_of(secretary), cast, "东小学", "approve") == 303
    for field, value in kept.items():
        answer = finn.post(path(cast, pupil), {"field": field})
        assert (answer.status_code, value in answer.text) == (200, True), field
        assert value not in finn.get(path(cast, pupil)).text
    rows = db.session.scalars(select(ReadEvent).where(ReadEvent.person_id == pupil.person_id)).all()
    assert {(row.field, row.reason) for row in rows} == {(field, "contact") for field in kept}
    assert decide(client_of(secretary), cast, "东小学", "revoke") == 303
    assert finn.post(path(cast, pupil), {"field": "phone"}).status_code == 422


@pytest.mark.covers("PRV-10")
def test_without_another_responsible_person_the_county_decides_without_a_name(
    client_of: Clients, cast: Cast, pupil: Pupil
) -> None:
    finn, cora = client_of("finn"), client_of("cora")
    finn.post(path(cast, pupil, "approval"), {"reason": "insurance"})
    (request,) = db.session.scalars(select(MinorApproval))
    page = cora.get(f"/o/{cast.code('东县')}/approvals")
    detail = cora.get(f"/o/{cast.code('东县')}/approvals/{request.code}")
    for answer in (page, detail):
        assert answer.status_code == 200
        assert "一名未成年人" in answer.text
        assert pupil.person.name not in answer.text
    assert decide(client_of("dan"), cast, "西县", "approve") == 404
    make.make_post(cast.user("duo"), Role.SECRETARY, cast.organization("东小学"))
    db.session.commit()
    assert decide(client_of("duo"), cast, "东小学", "approve") == 404  # it is the county's now
    assert decide(cora, cast, "东县", "refuse", why="") == 422
    assert decide(cora, cast, "东县", "refuse", why="没有必要") == 303
    db.session.expire_all()
    assert (request.status, request.answer) == (ApprovalStatus.REFUSED, "没有必要")
    assert finn.post(path(cast, pupil), {"field": "phone"}).status_code == 422


@pytest.mark.covers("PRV-10", "D10")
@pytest.mark.parametrize("note", ["联系试学生的家长", "联系试监护", "打13800000000"])
def test_the_reason_that_goes_up_names_nobody(
    client_of: Clients, cast: Cast, pupil: Pupil, note: str
) -> None:
    finn = client_of("finn")
    wish = {"reason": "other", "note": note}
    refused = finn.post(path(cast, pupil, "approval"), wish)
    assert refused.status_code == 422
    assert "请不要写姓名和号码" in refused.text
    assert db.session.scalars(select(MinorApproval)).all() == []
    wish["note"] = "联系家长取证书"
    assert finn.post(path(cast, pupil, "approval"), wish).status_code == 303
    assert "联系家长取证书" in client_of("cora").page(f"/o/{cast.code('东县')}/approvals").text


@pytest.mark.covers("PRV-10", "PRI-04")
def test_for_the_only_officer_of_a_county_the_city_decides_without_a_name(
    client_of: Clients, cast: Cast, pupil: Pupil
) -> None:
    make.make_post(cast.user("cora"), Role.COORDINATOR, cast.organization("东小学"))
    nell = select(Post).where(Post.user_id == cast.user("nell").id)
    db.session.scalars(nell).one().ends_on = clock.today() - timedelta(days=1)
    db.session.commit()
    cora, eve = client_of("cora"), client_of("eve")
    cora.post(path(cast, pupil, "approval"), {"reason": "insurance"})
    (request,) = db.session.scalars(select(MinorApproval))
    page = eve.get(f"/o/{cast.code('东市')}/approvals/{request.code}")
    assert page.status_code == 200
    assert pupil.person.name not in page.text
    assert decide(cora, cast, "东县", "approve") == 404
    assert decide(client_of("gil"), cast, "测试省", "approve") in {403, 404}
    assert decide(eve, cast, "东市", "approve") == 303
    assert (
        cora.post(path(cast, pupil), {"field": "phone", "reason": "insurance"}).status_code == 200
    )
    db.session.expire_all()
    assert request.decided_by_id == cast.user("eve").id


@pytest.mark.covers("PRV-10")
def test_nobody_approves_his_own_request_and_it_ends_by_itself(
    client_of: Clients, cast: Cast, pupil: Pupil, secretary: str
) -> None:
    """The secretary who is coordinator too asks: the county has it, and never he himself."""
    finn = client_of("finn")
    finn.post(path(cast, pupil, "approval"), {"reason": "contact", "standing": "y"})
    (request,) = db.session.scalars(select(MinorApproval))
    request.asker_id = cast.user(secretary).id
    db.session.commit()
    assert decide(client_of(secretary), cast, "东小学", "approve") == 422
    request.asker_id = cast.user("finn").id
    db.session.commit()
    assert decide(client_of(secretary), cast, "东小学", "approve") == 303
    assert finn.post(path(cast, pupil), {"field": "phone"}).status_code == 200
    db.session.expire_all()
    assert request.person_id is None
    assert request.expires_at <= clock.now() + timedelta(days=90)
    request.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    assert finn.post(path(cast, pupil), {"field": "phone"}).status_code == 422


@pytest.mark.covers("PRV-10", "AZ-03")
@pytest.mark.parametrize("name", ["cora", "dan", "eve", "gil", "ben", "sam", "mia", "will", "opal"])
def test_nobody_else_comes_to_a_pupils_page(
    client_of: Clients, cast: Cast, pupil: Pupil, name: str
) -> None:
    for place in ("东小学", "东县", "西小学", "东一村"):
        address = f"/o/{cast.code(place)}/pupils/{pupil.code}/reveal"
        for answer in (client_of(name).get(address), client_of(name).post(address)):
            assert answer.status_code in {403, 404}
            assert pupil.person.name not in answer.text


#: Who looks at a minor, where -> the answer without approval. Adults are in test_reveal.
EVERYWHERE = [
    ("finn", "东小学", "hana", 422),
    ("finn", "东小学", "iko", 422),
    ("ben", "东一村", "volunteer", 422),
    ("cora", "东一村", "volunteer", 404),
    ("cora", "东县", "volunteer", 404),
    ("cora", "东小学", "hana", 404),
    ("tom", "东镇", "volunteer", 404),
]


@pytest.mark.covers("PRV-10", "S22")
@pytest.mark.parametrize(("name", "place", "whom", "status"), EVERYWHERE)
def test_the_right_to_reveal_reveals_no_minor(
    client_of: Clients, cast: Cast, name: str, place: str, whom: str, status: int
) -> None:
    if whom == "volunteer":
        person = make.make_person("试少年", born_on=years_ago(16), phone=make.make_phone())
        make.make_volunteer(person, cast.organization("东一村"))
        db.session.commit()
    else:
        person = cast.person(whom)
    address = f"/o/{cast.code(place)}/people/{person.code}/reveal"
    answer = client_of(name).post(address, {"field": "phone", "reason": "contact"})
    assert answer.status_code == status
    assert person.plain_phone not in answer.text
    assert db.session.scalars(select(ReadEvent)).all() == []


@pytest.mark.covers("PRV-10")
def test_an_approval_is_bound_to_child_purpose_and_place(client_of: Clients, cast: Cast) -> None:
    """Two pupils of 东小学 on the people pages: one is approved, for one purpose."""
    hana, iko, finn = cast.person("hana"), cast.person("iko"), client_of("finn")
    school = cast.code("东小学")
    finn.post(f"/o/{school}/people/{hana.code}/approval", {"reason": "contact"})
    assert decide(client_of("cora"), cast, "东县", "approve") == 303

    def look(person: Person, reason: str) -> int:
        data = {"field": "phone", "reason": reason}
        return finn.post(f"/o/{school}/people/{person.code}/reveal", data).status_code

    assert (look(hana, "contact"), look(hana, "check"), look(iko, "contact")) == (200, 422, 422)
    page = client_of("hana").page("/me/data")
    assert "看了手机号" in page.text


@pytest.mark.covers("PRV-10", "S22")
def test_at_eighteen_the_protection_ends(client_of: Clients, cast: Cast) -> None:
    today = clock.today()
    born = date(today.year - 18, today.month, min(today.day, 28))
    place = cast.organization("东小学")
    for born_on, status in ((born, 200), (born + timedelta(days=4), 422)):
        person = make.make_person(born_on=born_on, phone=make.make_phone())
        make.make_membership(person, place, kind=MembershipKind.YOUTH)
        db.session.commit()
        answer = client_of("finn").post(
            f"/o/{place.code}/people/{person.code}/reveal",
            {"field": "phone", "reason": "contact"},
        )
        assert answer.status_code == status
