"""Graduates go on to the next school with their number, or wait at the county."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core import clock
from core.access.permissions import Role
from core.audit.operations import Actor
from core.database import db
from members.models import Membership, Resettlement, Transfer
from members.operations import escalate_transfers
from members.queries.transfers import transfers_at
from members.rules import MembershipStatus, TransferStatus
from organizations.rules import Measure
from schools.models import Pupil, School, YearRun
from schools.operations import offers as operations
from schools.operations import years
from schools.operations.overdue_offers import escalate_offers
from schools.rules.pupils import PupilStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.members.waiting import figure
from tests.school_factories import make_class, make_pupil, make_school

Clients = Callable[[str], Client]
SCHOOL, OTHER = "东小学", "西小学"


def graduates(client: Client, cast: Cast, size: int = 3) -> list[Pupil]:
    """Return members of the last grade of a school that moved up."""
    place = cast.organization(SCHOOL)
    make_school(place)
    last = make_class(place, grade=9, year=years.year_now(clock.now()) - 1)
    pupils = [make_pupil(last, member=True) for _ in range(size)]
    client.post(f"/o/{cast.code(SCHOOL)}/year")
    return pupils


def other_school(cast: Cast) -> School:
    return make_school(cast.organization(OTHER))


def keeper_of_other(cast: Cast) -> None:
    """Let will keep the other school, too."""
    make.make_post(cast.user("will"), Role.COORDINATOR, cast.organization(OTHER))


@pytest.mark.covers("S23", "MEM-40", "MEM-41")
def test_the_next_school_takes_a_graduate_in_with_the_same_number(
    client_of: Clients, cast: Cast
) -> None:
    finn, target = client_of("finn"), other_school(cast)
    keeper_of_other(cast)
    goes, *_ = graduates(finn, cast)
    path = f"/o/{cast.code(SCHOOL)}/year/offers"
    assert len(finn.page(path).select("input[name=ids]")) == 3
    wrong = finn.post(path, {"ids": [goes.code], "school": "1234567890"})
    assert (wrong.status_code, "没有这个学校标识码" in wrong.text) == (422, True)
    assert finn.post(path, {"ids": [goes.code], "school": target.code}).status_code == 303
    assert len(finn.page(path).select("input[name=ids]")) == 2
    transfer = db.session.scalars(select(Transfer)).one()
    assert transfers_at(cast.organization(OTHER).id).rows == []  # on the schools' own page only
    assert escalate_transfers(clock.now() + timedelta(days=90)) == 0  # no county sees a name
    assert goes.membership is not None
    number, joined = goes.membership.number, goes.membership.joined_on
    east, west = (figure(cast, one, Measure.YOUTH_MEMBERS) for one in ("东县", "西县"))
    will, arrivals = client_of("will"), f"/o/{cast.code(OTHER)}/year/arrivals"
    assert number in will.page(arrivals).text
    will.post(f"{arrivals}/accept", {"ids": [transfer.code]})
    will.post(f"{arrivals}/accept", {"ids": [transfer.code]})  # twice is once
    db.session.expire_all()
    membership = db.session.get_one(Membership, goes.membership_id)
    assert (membership.number, membership.joined_on) == (number, joined)
    assert membership.organization_id == cast.organization(OTHER).id
    assert membership.status is MembershipStatus.ACTIVE
    assert figure(cast, "东县", Measure.YOUTH_MEMBERS) == east - 1
    assert figure(cast, "西县", Measure.YOUTH_MEMBERS) == west + 1
    rows = select(Pupil.organization_id, Pupil.status).where(Pupil.person_id == goes.person_id)
    found = {(row[0], row[1]) for row in db.session.execute(rows)}
    assert found == {
        (cast.organization(SCHOOL).id, PupilStatus.GRADUATED),
        (cast.organization(OTHER).id, PupilStatus.MEMBER),
    }


@pytest.mark.covers("S23")
def test_an_undo_brings_back_whom_no_school_took(client_of: Clients, cast: Cast) -> None:
    finn, target = client_of("finn"), other_school(cast)
    keeper_of_other(cast)
    goes, stays, _ = graduates(finn, cast)
    sent = {"ids": [goes.code], "school": target.code}
    finn.post(f"/o/{cast.code(SCHOOL)}/year/offers", sent)
    code = db.session.scalars(select(Transfer.code)).one()
    client_of("will").post(f"/o/{cast.code(OTHER)}/year/arrivals/accept", {"ids": [code]})
    finn.post(f"/o/{cast.code(SCHOOL)}/year/undo")
    db.session.expire_all()
    assert (goes.status, stays.status) == (PupilStatus.GRADUATED, PupilStatus.MEMBER)


@pytest.mark.covers("MEM-41")
def test_a_pupil_moves_during_the_year(client_of: Clients, cast: Cast) -> None:
    finn, target = client_of("finn"), other_school(cast)
    keeper_of_other(cast)
    make_school(cast.organization(SCHOOL))
    pupil = make_pupil(make_class(cast.organization(SCHOOL)), member=True)
    sent = {"ids": [pupil.code], "school": target.code}
    finn.post(f"/o/{cast.code(SCHOOL)}/year/offers?pupil={pupil.code}", sent)
    transfer = db.session.scalars(select(Transfer)).one()
    path = f"/o/{cast.code(OTHER)}/year/arrivals"
    client_of("will").post(f"{path}/decline", {"ids": [transfer.code]})
    db.session.expire_all()
    assert pupil.status is PupilStatus.MEMBER
    finn.post(f"/o/{cast.code(SCHOOL)}/year/offers?pupil={pupil.code}", sent)
    newest = db.session.scalars(select(Transfer).order_by(Transfer.id.desc()).limit(1)).one()
    assert client_of("finn").post(f"{path}/accept", {"ids": [newest.code]}).status_code == 404
    client_of("will").post(f"{path}/accept", {"ids": [newest.code]})
    states = select(Pupil.status).where(Pupil.person_id == pupil.person_id).order_by(Pupil.id)
    assert db.session.scalars(states).all() == [PupilStatus.LEFT, PupilStatus.MEMBER]


@pytest.mark.covers("MEM-41", "D10")
def test_whom_nobody_took_waits_at_the_county_when_the_undo_is_over(
    client_of: Clients, cast: Cast
) -> None:
    finn, target = client_of("finn"), other_school(cast)
    offered, waits, _ = graduates(finn, cast)
    path = f"/o/{cast.code(SCHOOL)}/year/offers"
    finn.post(path, {"ids": [offered.code], "school": target.code})
    east = figure(cast, "东县", Measure.YOUTH_MEMBERS)
    assert operations.settle_leavers(clock.now()) == 0  # it may still be undone
    later = clock.now() + timedelta(days=31)
    assert operations.settle_leavers(later) == 0  # one is offered, and has no answer yet
    code = db.session.scalars(select(Transfer.code)).one()
    place = cast.organization(OTHER)
    operations.decline([code], place=place, by=Actor(cast.user("will").id), now=later)
    assert operations.settle_leavers(later) == 1
    assert operations.settle_leavers(later) == 0
    db.session.expire_all()
    for pupil in (offered, waits):
        assert pupil.membership is not None
        assert pupil.membership.status is MembershipStatus.PENDING_TRANSFER
        assert pupil.membership.organization_id == cast.organization("东县").id
    rows = db.session.scalars(select(Resettlement)).all()
    assert {one.until_on.year - later.year for one in rows if one.until_on} <= {2, 3}
    assert figure(cast, "东县", Measure.YOUTH_MEMBERS) == east
    page = client_of("cora").page(f"/o/{cast.code('东县')}/pending").text
    assert waits.person.name not in page
    assert db.session.scalar(select(func.count()).select_from(YearRun)) == 1


@pytest.mark.covers("MEM-41", "D10", "PRV-10")
def test_what_a_school_does_not_answer_in_time_is_its_countys_as_a_number(
    client_of: Clients, cast: Cast
) -> None:
    finn, target = client_of("finn"), other_school(cast)
    goes, *_ = graduates(finn, cast)
    path = f"/o/{cast.code(SCHOOL)}/year/offers"
    finn.post(path, {"ids": [goes.code], "school": target.code})
    transfer = db.session.scalars(select(Transfer)).one()
    assert escalate_offers(clock.now()) == 0
    late = clock.now() + (transfer.due_on - clock.today()) + timedelta(days=1)
    assert (escalate_offers(late), escalate_offers(late)) == (1, 0)
    db.session.commit()
    dan, west = client_of("dan"), f"/o/{cast.code('西县')}"
    assert dan.page(f"{west}/schools/year").find("a", href=f"{west}/schools/owing")
    page = dan.page(f"{west}/schools/owing")
    (row,) = page.select("#owing tr")
    assert [cell.text.strip() for cell in row.select("th, td.num")] == [
        cast.organization(OTHER).name,
        "少于 5",  # a small group, as everywhere
    ]
    assert goes.person.name not in page.text
    assert "学生转学超期没有答复" in dan.page(f"{west}/home").text
    fields = {"school": cast.code(OTHER)}
    assert client_of("cora").post(f"/o/{cast.code('东县')}/schools/owing", fields)
    assert transfer.status is TransferStatus.RELEASED  # another county's
    for _ in range(2):
        assert dan.post(f"{west}/schools/owing", fields).status_code == 303
    db.session.expire_all()
    assert transfer.status.value == TransferStatus.DECLINED
    assert goes.membership is not None
    assert goes.membership.organization_id == cast.organization(SCHOOL).id
