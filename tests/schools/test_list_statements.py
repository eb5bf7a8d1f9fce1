"""What lists of schools cost: as many statements for a hundred rows as for ten."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from core import clock, crypto
from core.access.permissions import Role
from core.audit.operations import SYSTEM
from core.database import db
from members.models import Membership, Transfer
from members.rules import MembershipKind, TransferStatus
from schools.models import ComingOfAge, Pupil, School
from schools.operations import consents
from schools.operations.attending import Called, record_roll
from schools.operations.years import year_now
from schools.rules.adults import AgeStatus
from schools.rules.attending import ActivityFacts, YouthKind
from schools.rules.pupils import PupilStatus
from schools.rules.register import SchoolStage
from tests import factories as make
from tests import school_factories as school
from tests.cast import Cast
from tests.client import Client
from tests.members.conftest import years_ago

Clients = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
SCHOOL, OTHER = "东小学", "西小学"
FEW, MANY = 10, 100
#: What a page may ask of a list (performance.md).
MOST = 8


class Stage:
    """A school that more and more is put into."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.place = cast, cast.organization(SCHOOL)
        school.make_school(self.place)
        self.school_class = school.make_class(self.place, grade=1, number=1)
        self.number = 1

    def schools(self) -> None:
        """Put another school without a branch on the county's list."""
        self.number += 1
        county_id = self.place.county_id
        code, name = f"21338{self.number:05d}", f"试{self.number}小学"
        facts = {"stage": SchoolStage.PRIMARY, "county_id": county_id}
        db.session.add(School(code=code, name=name, **facts))

    def branches(self) -> None:
        """Put another school with a branch on the list."""
        self.number += 1
        county = self.cast.organization("东县")
        kind = self.place.kind
        school.make_school(make.make_organization(kind, f"试{self.number}小学", county))

    def classes(self) -> None:
        self.number += 1
        made = school.make_class(self.place, grade=1 + self.number % 9)
        school.make_pupil(made)

    def pupils(self) -> Pupil:
        """Put another pupil into the class, whose guardian was asked."""
        pupil = school.make_pupil(self.school_class, born_on=years_ago(9))
        consents.ask(pupil, by=SYSTEM, now=clock.now())
        return pupil

    def graduates(self) -> None:
        pupil = school.make_pupil(self.school_class, born_on=years_ago(9), member=True)
        pupil.status = PupilStatus.GRADUATED

    def arrivals(self) -> None:
        """Let the other school offer another pupil."""
        person = make.make_person(born_on=years_ago(9))
        there = self.cast.organization(OTHER)
        membership = make.make_membership(person, there, kind=MembershipKind.YOUTH)
        _offered(membership, self.place.id)

    def owing(self) -> None:
        """Let another school of the other county not answer for a pupil in time."""
        self.number += 1
        county = self.cast.organization("西县")
        there = make.make_organization(self.place.kind, f"试{self.number}中学", county)
        person = make.make_person(born_on=years_ago(9))
        membership = make.make_membership(person, self.place, kind=MembershipKind.YOUTH)
        late = _offered(membership, there.id)
        late.is_escalated, late.handler_id = True, county.id

    def last_year(self) -> None:
        self.number += 1
        year = year_now(clock.now()) - 1
        school.make_pupil(school.make_class(self.place, grade=1 + self.number % 8, year=year))

    def activities(self) -> None:
        pupil = school.make_pupil(self.school_class, born_on=years_ago(9), member=True)
        told = ActivityFacts(YouthKind.LIFE, pupil.code, clock.now() - timedelta(hours=2), 40)
        record_roll(self.school_class, Called(told), [pupil.code], by=SYSTEM, now=clock.now())

    def campaigns(self) -> None:
        school.make_campaign(self.cast.organization("测试省"))

    def grown(self) -> None:
        person = make.make_person(born_on=years_ago(18))
        membership = make.make_membership(person, self.place, kind=MembershipKind.YOUTH)
        facts = {"person": person, "organization": self.place, "status": AgeStatus.ASKED}
        facts["membership_id"] = membership.id
        now, today = clock.now(), clock.today()
        one = ComingOfAge(code=crypto.opaque_code(8), came_on=today, asked_at=now, **facts)
        db.session.add(one)


def _offered(membership: Membership, to_id: int) -> Transfer:
    transfer = Transfer(
        code=crypto.opaque_code(8),
        membership=membership,
        requested_by_id=make.make_user().id,
        from_organization_id=membership.organization_id,
        to_organization_id=to_id,
        handler_id=to_id,
        status=TransferStatus.RELEASED,
        requested_at=clock.now(),
        due_on=clock.today(),
    )
    db.session.add(transfer)
    db.session.flush()
    return transfer


#: Who opens which page of whom, and what there is more and more of.
LISTS = {
    "schools": ("cora", "东县", "schools", Stage.schools),
    "schools with branches": ("cora", "东县", "schools?branch=founded", Stage.branches),
    "missing schools": ("gil", "测试省", "schools/missing", Stage.schools),
    "coverage": ("gil", "测试省", "schools/coverage", Stage.schools),
    "reports of schools": ("cora", "东县", "school-reports", Stage.branches),
    "schools that owe answers": ("dan", "西县", "schools/owing", Stage.owing),
    "year of a county": ("cora", "东县", "schools/year", Stage.branches),
    "of age in a county": ("cora", "东县", "schools/of-age", Stage.grown),
    "classes": ("finn", SCHOOL, "classes", Stage.classes),
    "a class": ("finn", SCHOOL, "classes/{class}", Stage.pupils),
    "a printed class": ("finn", SCHOOL, "classes/{class}/print", Stage.pupils),
    "consents": ("finn", SCHOOL, "consents", Stage.classes),
    "consents of a class": ("finn", SCHOOL, "consents/{class}", Stage.pupils),
    "papers of a class": ("finn", SCHOOL, "consents/{class}/papers", Stage.pupils),
    "who attends": ("finn", SCHOOL, "classes/{class}/attend", Stage.pupils),
    "year of a school": ("finn", SCHOOL, "year", Stage.last_year),
    "offers": ("finn", SCHOOL, "year/offers", Stage.graduates),
    "arrivals": ("finn", SCHOOL, "year/arrivals", Stage.arrivals),
    "of age": ("finn", SCHOOL, "of-age", Stage.grown),
    "activities": ("finn", SCHOOL, "youth-activities", Stage.activities),
    "campaigns": ("gil", "测试省", "campaigns", Stage.campaigns),
    "home": ("finn", SCHOOL, "home", Stage.classes),
}


@pytest.mark.covers("S34", "S35", "S41")
@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_a_hundred_asks_what_one_of_ten_asks(
    client_of: Clients, cast: Cast, count_statements: Counting, name: str
) -> None:
    who, place, path, add = LISTS[name]
    staged = Stage(cast)
    address = f"/o/{cast.code(place)}/{path}".replace("{class}", staged.school_class.code)
    counts = []
    for wanted, before in ((FEW, 0), (MANY, FEW)):
        for _ in range(wanted - before):
            add(staged)
        db.session.commit()
        client = client_of(who)
        client.get(address)
        with count_statements() as seen:
            client.page(address)
        counts.append(len(seen))
    assert counts[0] == counts[1], seen
    assert counts[1] <= MOST, seen


@pytest.mark.covers("MEM-40")
def test_offers_and_arrivals_go_on_behind_the_last_row(client_of: Clients, cast: Cast) -> None:
    staged, finn = Stage(cast), client_of("finn")
    for _ in range(120):
        staged.graduates()
        staged.arrivals()
    db.session.commit()
    for path in ("offers", "arrivals"):
        found, address = list[str](), f"/o/{cast.code(SCHOOL)}/year/{path}"
        while address:
            page = finn.page(address)
            found += [str(one["value"]) for one in page.select("input[name=ids]")]
            more = page.select_one("#rows-more a")
            address = str(more["href"]) if more else ""
        assert len(found) == len(set(found)) == 120, path


def test_nobody_reads_on_behind_a_row_of_another_school(client_of: Clients, cast: Cast) -> None:
    staged = Stage(cast)
    staged.graduates()
    there = school.make_class(cast.organization(OTHER))
    foreign = school.make_pupil(there, member=True)
    make.make_post(cast.user("finn"), Role.COORDINATOR, cast.organization(SCHOOL))
    db.session.commit()
    address = f"/o/{cast.code(SCHOOL)}/year/offers?after={foreign.code}"
    assert client_of("finn").page(address).select("input[name=ids]") == []
