"""Numbers about people follow their facts, and come back with what is taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from core import clock
from core.audit.operations import SYSTEM, Actor
from core.database import db
from members.models import Membership
from members.operations import memberships, withdrawals
from members.operations.deaths import end_for_death
from members.rules import (
    MembershipKind,
    MembershipStatus,
    WithdrawalReason,
)
from organizations import figures
from organizations.operations import Plan, close_organization
from organizations.operations.moving import move as move_tree
from organizations.rules import Measure
from people.models import Person
from people.operations.amending import amend
from people.operations.duplicates import dismiss
from people.rules.changes import ChangeField
from schools.models import Pupil
from schools.operations import roster
from schools.operations import years as school_years
from schools.rules.pupils import PupilStatus
from schools.rules.taking_off import OffReason
from supervision.nightly_people import count_night
from supervision.recount import differences
from tests import factories as make
from tests.accounts.steps import enter_setting
from tests.cast import Cast
from tests.client import Client
from tests.members.conftest import actor_of
from tests.people.pairs import pair_of, twin
from tests.races.books import settle
from tests.school_factories import make_class, make_pupil, make_school
from tests.volunteering import make_team
from volunteers.models import StarGrant, Volunteer
from volunteers.operations import standing
from volunteers.operations.stars import grant_due, revoke_star
from volunteers.operations.teams import decide_team
from volunteers.rules import VolunteerAction
from volunteers.rules.stars import StarReason, StarStatus
from volunteers.rules.teams import TeamAction, TeamStatus

Clients = Callable[[str], Client]
VILLAGE, OTHER, COUNTY, TOP = "东一村", "东二村", "东县", "测试省"
BORN = date(1990, 1, 1)


def begin() -> None:
    """Bring the figures to what the rows of the factories say."""
    db.session.commit()
    settle()
    db.session.commit()


def number(cast: Cast, place: str, measure: Measure, period: int = figures.STOCK) -> int:
    one = cast.organization(place).id
    return figures.values([one], [measure], [period]).get((one, measure.value, period), 0)


def parts_of(
    cast: Cast, place: str, measure: Measure, period: int = figures.STOCK
) -> dict[str, int]:
    one = cast.organization(place).id
    found = figures.parts([one], [measure], [period])
    return {key[2]: value for key, value in found.items() if value}


def member(cast: Cast, place: str = VILLAGE, person: Person | None = None) -> Membership:
    """Return an adult member whom the product made."""
    made = memberships.create_membership(
        person or make.make_person(with_id=True),
        cast.organization(place),
        MembershipKind.ADULT,
        by=SYSTEM,
        now=clock.now(),
        status=MembershipStatus.ACTIVE,
    )
    db.session.flush()
    return made


def test_who_leaves_counts_by_the_way_and_who_comes_back_never_left(cast: Cast) -> None:
    begin()
    one, year = member(cast), clock.today().year
    user = make.make_user(one.person)
    by = Actor(user.id, one.person_id)
    db.session.commit()
    was = {name: number(cast, name, Measure.NEW_ADULTS, year) for name in (VILLAGE, TOP)}
    withdrawals.leave(one.person_id, WithdrawalReason.OTHER, "搬家", by=by, now=clock.now())
    db.session.commit()
    for name in (VILLAGE, TOP):
        assert parts_of(cast, name, Measure.LEFT_ADULTS, year) == {"withdrawn": 1}
        assert number(cast, name, Measure.NEW_ADULTS, year) == was[name]
    assert differences() == []
    withdrawals.undo_leaving(one.person_id, by=by, now=clock.now())
    db.session.commit()
    assert parts_of(cast, TOP, Measure.LEFT_ADULTS, year) == {}
    assert differences() == []


@pytest.mark.covers("MEM-41")
def test_who_goes_elsewhere_is_neither_new_nor_gone_above_both(cast: Cast) -> None:
    one, year = member(cast), clock.today().year
    begin()
    above = number(cast, COUNTY, Measure.NEW_ADULTS, year)
    here, there = (number(cast, name, Measure.NEW_ADULTS, year) for name in (VILLAGE, OTHER))
    memberships.relocate(one, cast.organization(OTHER), by=SYSTEM, now=clock.now())
    db.session.commit()
    assert number(cast, COUNTY, Measure.NEW_ADULTS, year) == above
    assert number(cast, VILLAGE, Measure.NEW_ADULTS, year) == here - 1
    assert number(cast, OTHER, Measure.NEW_ADULTS, year) == there + 1
    assert number(cast, COUNTY, Measure.LEFT_ADULTS, year) == 0
    assert differences() == []


@pytest.mark.covers("MEM-42")
def test_of_age_is_a_leaving_of_the_young_and_a_joining_of_the_grown_up(cast: Cast) -> None:
    day = clock.today()
    one = memberships.create_membership(
        make.make_person(), cast.organization(VILLAGE), MembershipKind.YOUTH, by=SYSTEM,
        now=clock.now(), joined_on=date(day.year - 3, 9, 1), status=MembershipStatus.ACTIVE,
    )  # fmt: skip
    begin()
    grown = number(cast, TOP, Measure.NEW_ADULTS, day.year)
    memberships.make_adult(one, by=SYSTEM, now=clock.now())
    db.session.commit()
    assert parts_of(cast, TOP, Measure.LEFT_YOUTH, day.year) == {"converted": 1}
    assert number(cast, TOP, Measure.NEW_ADULTS, day.year) == grown + 1
    assert number(cast, TOP, Measure.NEW_YOUTH, day.year - 3) >= 1
    assert differences() == []


@pytest.mark.covers("SCH-07", "SCH-15")
def test_who_graduates_counts_and_an_undone_step_takes_it_back(
    cast: Cast, client_of: Clients
) -> None:
    school, year = cast.organization("东小学"), clock.today().year
    make_school(school)
    last = school_years.year_now(clock.now()) - 1
    classes = [make_class(school, grade=grade, number=1, year=last) for grade in (3, 9)]
    for one in classes:
        for is_member in (True, True, False):
            make_pupil(one, member=is_member)
    begin()
    assert number(cast, TOP, Measure.PUPILS) == 6
    finn, code = client_of("finn"), cast.code("东小学")
    assert finn.post(f"/o/{code}/year").status_code == 303
    db.session.expire_all()
    assert number(cast, TOP, Measure.PUPILS) == 3
    assert number(cast, TOP, Measure.GRADUATED_YOUTH, year) == 2
    assert differences() == []
    assert finn.post(f"/o/{code}/year/undo").status_code == 303
    db.session.expire_all()
    assert number(cast, TOP, Measure.PUPILS) == 6
    assert number(cast, TOP, Measure.GRADUATED_YOUTH, year) == 0
    assert differences() == []
    pupil = db.session.scalars(select(Pupil).where(Pupil.status == PupilStatus.MEMBER)).first()
    assert pupil is not None
    roster.take_off(pupil, OffReason.MOVED, by=SYSTEM, now=clock.now())
    db.session.commit()
    assert number(cast, TOP, Measure.PUPILS) == 5
    assert parts_of(cast, TOP, Measure.LEFT_YOUTH, year) == {"withdrawn": 1}
    assert differences() == []


@pytest.mark.covers("VOL-31")
def test_stars_count_who_serves_by_the_star_he_holds(cast: Cast) -> None:
    volunteer = make.make_volunteer(make.make_person(), cast.organization(VILLAGE))
    for star in (1, 2):
        db.session.add(
            StarGrant(
                code=f"star{star}", volunteer=volunteer, granter=cast.organization(COUNTY),
                star=star, minutes=60_000, applied_at=clock.now(), number=f"XJ{star}",
                status=StarStatus.GRANTED, granted_on=clock.today(),
            )
        )  # fmt: skip
    begin()
    assert parts_of(cast, TOP, Measure.STARS) == {"2": 1}
    cora = actor_of(cast, "cora")
    place = cast.organization(COUNTY).id
    revoke_star("star2", StarReason.MISTAKE, "", place_id=place, by=cora, now=clock.now())
    db.session.commit()
    assert parts_of(cast, TOP, Measure.STARS) == {"1": 1}
    standing.move(volunteer, VolunteerAction.WITHDRAW, by=SYSTEM, now=clock.now())
    db.session.commit()
    assert parts_of(cast, TOP, Measure.STARS) == {}
    assert differences() == []
    assert grant_due(clock.now()) == 0


@pytest.mark.covers("VOL-10")
def test_teams_count_by_field_and_go_along_when_their_branch_closes(cast: Cast) -> None:
    village, county = cast.organization(VILLAGE), cast.organization(COUNTY)
    team = make_team(village, TeamStatus.SUBMITTED, is_rescue=False)
    team.handler = county
    begin()
    ben = actor_of(cast, "cora")
    decide_team(team.code, TeamAction.APPROVE, "", handler_id=county.id, by=ben, now=clock.now())
    db.session.commit()
    field = {team.field.value: 1}
    assert parts_of(cast, VILLAGE, Measure.TEAMS) == field
    assert differences() == []
    enter_setting("closings.may_wait", 1)
    close_organization(village, Plan("1号", clock.today()), by=SYSTEM, now=clock.now())
    db.session.commit()
    assert (parts_of(cast, VILLAGE, Measure.TEAMS), parts_of(cast, TOP, Measure.TEAMS)) == (
        {},
        field,
    )
    assert differences() == []
    found = db.session.get_one(Volunteer, team.founder_id)
    assert found.organization_id != village.id


@pytest.mark.covers("PRI-11")
def test_what_a_list_lacks_follows_the_record_and_the_row(cast: Cast) -> None:
    person = make.make_person(phone="")
    person.phone = person.phone_index = person.phone_tail_index = None
    one = member(cast, person=person)
    begin()
    had = number(cast, TOP, Measure.MISSING_ID), number(cast, TOP, Measure.MISSING_PHONE)
    make.make_volunteer(person, cast.organization(OTHER))
    begin()
    both = number(cast, TOP, Measure.MISSING_ID), number(cast, TOP, Measure.MISSING_PHONE)
    assert both == (had[0] + 1, had[1] + 1)
    pupil = make.make_person("试学生", born_on=BORN, with_id=False)  # nobody asks for the document
    make.make_membership(pupil, cast.organization(OTHER), kind=MembershipKind.YOUTH)
    begin()
    assert number(cast, TOP, Measure.MISSING_ID) == both[0]
    value = {"id_type": "resident_id", "id_number": make.make_id_number(BORN)}
    person.born_on = BORN
    amend(person, ChangeField.DOCUMENT, value, by=SYSTEM, now=clock.now())
    db.session.commit()
    assert number(cast, TOP, Measure.MISSING_ID) == had[0] - 1
    assert number(cast, VILLAGE, Measure.MISSING_PHONE) >= 1
    assert differences() == []
    assert end_for_death(one.person_id, by=SYSTEM, now=clock.now())
    db.session.commit()
    assert number(cast, TOP, Measure.MISSING_PHONE) == both[1] - 1
    assert differences() == []


@pytest.mark.covers("MEM-19")
def test_a_pair_counts_once_at_every_level_wherever_its_lists_are(cast: Cast) -> None:
    begin()
    phone = make.make_phone()
    pair_of(twin(cast, VILLAGE, phone=phone), twin(cast, "西一村", phone=phone))
    for name in (COUNTY, "西县", "东市", TOP):
        assert number(cast, name, Measure.DUPLICATES) == 1, name
    others = (Measure.DUPLICATES,)
    assert [one for one in differences() if one.measure in others] == []
    move_tree(
        cast.organization("西县"),
        cast.organization("北市"),
        by=SYSTEM,
        now=clock.now(),
        reason="区划",
    )
    db.session.commit()
    assert [one for one in differences() if one.measure in others] == []
    assert [number(cast, name, Measure.DUPLICATES) for name in ("东市", "北市", TOP)] == [1, 1, 1]


def test_a_pair_told_apart_counts_no_more(cast: Cast) -> None:
    begin()
    pair = pair_of(twin(cast), twin(cast))
    assert number(cast, TOP, Measure.DUPLICATES) == 1
    place = cast.organization(COUNTY).id
    dismiss(pair.code, "电话问过两人", county_id=place, by=actor_of(cast, "cora"), now=clock.now())
    db.session.commit()
    assert number(cast, TOP, Measure.DUPLICATES) == 0


@pytest.mark.covers("PRV-09")
def test_who_comes_of_age_counts_no_more_from_the_next_night(cast: Cast) -> None:
    school, today = cast.organization("东小学"), clock.today()
    begin()
    count_night(today, keep=db.session.commit)
    before = number(cast, TOP, Measure.MINORS), number(cast, TOP, Measure.MINORS_CONSENTED)
    make_school(school)
    one = make_pupil(make_class(school, grade=3, number=1), member=True)
    person = make.make_person(born_on=date(today.year - 12, 1, 1))
    make.make_membership(person, school, kind=MembershipKind.YOUTH)
    db.session.flush()
    count_night(today, keep=db.session.commit)
    found = number(cast, TOP, Measure.MINORS), number(cast, TOP, Measure.MINORS_CONSENTED)
    assert found == (before[0] + 2, before[1] + 1)
    assert count_night(today, keep=db.session.commit) == 0
    one.person.born_on = date(today.year - 19, 1, 1)
    db.session.flush()
    assert count_night(today, keep=db.session.commit) > 0
    db.session.commit()
    assert number(cast, TOP, Measure.MINORS) == found[0] - 1
    assert number(cast, TOP, Measure.MINORS_CONSENTED) == found[1] - 1
