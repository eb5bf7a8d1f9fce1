"""Hours of two records that become one person: conserved to the minute, credited once (LED-10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.audit.operations import Actor
from core.database import db
from core.rules import RuleViolation
from organizations.rules import Measure
from people.models import Person, PersonMerge
from people.rules.duplicates import Side
from tests.cast import Cast
from tests.client import Client
from tests.people.pairs import BOTH, VOLUNTEER, merge, pair_of, part, rows_now, twin
from tests.volunteers.desk import BRANCH, COUNTY, an_entry
from tests.volunteers.merged import OTHER, check_books, confirm, figures_of, log, sums, two
from volunteers import operations as hours
from volunteers.models import ServiceRecord, Volunteer
from volunteers.rules import (
    Doubt,
    ServiceStatus,
    VolunteerStatus,
)

Clients = Callable[[str], Client]
S = ServiceStatus


@pytest.mark.covers("LED-02", "LED-10", "S7")
def test_of_two_overlapping_hours_the_later_confirmed_waits_again(
    cast: Cast, client_of: Clients
) -> None:
    first, second = two(cast)
    early = log(second, an_entry(2, 120, "急救演练", time(9)))
    confirm(cast, early, now=clock.now() - timedelta(hours=3))
    late = log(first, an_entry(2, 90, "社区演练", time(10)))
    confirm(cast, late)
    before = sums(first, second)
    assert before["confirmed"] == 210
    done = merge(cast, first, second)
    db.session.refresh(late)
    assert (late.status, late.doubt_list) == (S.PENDING, [Doubt.OVERLAP])
    assert early.status is S.CONFIRMED
    survivor = db.session.get_one(Person, done.survivor_id)
    found = sums(survivor)
    assert (found["confirmed"], found["pending"], found["records"]) == (120, 90, 120)
    queue = client_of("ben").page(f"/o/{cast.code(BRANCH)}/hours").text
    assert "社区演练" in queue
    with pytest.raises(RuleViolation):
        confirm(cast, late)
    check_books()
    part(cast, done)
    db.session.refresh(late)
    assert (late.status, late.doubt_list, late.starts_at) == (S.CONFIRMED, [], late.starts_at)
    assert sums(first, second) == before
    check_books()


@pytest.mark.covers("LED-10")
def test_the_preview_names_what_overlaps(cast: Cast, client_of: Clients) -> None:
    first, second = two(cast)
    for person, title in ((first, "急救演练"), (second, "社区演练")):
        confirm(cast, log(person, an_entry(2, 120, title, time(9))))
    path = f"/o/{cast.code(COUNTY)}/duplicates/{pair_of(first, second).code}/merge"
    told = client_of("cora").page(path).select_one("#foretold")
    assert told is not None
    assert "时间重叠" in told.text
    assert "急救演练" in told.text
    assert "社区演练" in told.text
    assert "已确认 4 小时" in told.text


@pytest.mark.covers("LED-10")
def test_hours_without_a_told_hour_find_room_and_are_looked_at(cast: Cast) -> None:
    first, second = two(cast)
    records = [log(person, an_entry(2, 120)) for person in (first, second)]
    for record in records:
        confirm(cast, record)
    assert records[0].starts_at == records[1].starts_at
    before = rows_now(ServiceRecord)
    part(cast, merge(cast, first, second))
    assert rows_now(ServiceRecord) == before
    done = merge(cast, first, second)
    waiting = [one for one in records if one.status is S.PENDING]
    assert len(waiting) == 1
    confirm(cast, waiting[0])  # the branch says that both were given
    survivor = db.session.get_one(Person, done.survivor_id)
    assert sums(survivor)["confirmed"] == 240
    check_books()
    with pytest.raises(RuleViolation, match="又有改动"):
        part(cast, done)


@pytest.mark.covers("LED-10", "AZ-16")
def test_hours_that_wait_and_hours_of_later_go_the_right_way(cast: Cast) -> None:
    first, second = two(cast)
    waiting = log(second, an_entry(3, 60))
    done = merge(cast, first, second, {"record": Side.FIRST})
    confirm(cast, waiting)  # while merged: credited under the pseudonym of the other record
    later = log(first, an_entry(1, 45))
    confirm(cast, later)
    assert sums(first)["confirmed"] == 105
    check_books()
    with pytest.raises(RuleViolation, match="不是志愿者"):
        hours.log_service(second.id, an_entry(4, 30), by=Actor(), now=clock.now())
    db.session.rollback()
    part(cast, done)
    assert (waiting.person_id, later.person_id) == (second.id, first.id)
    assert (sums(first)["confirmed"], sums(second)["confirmed"]) == (45, 60)
    check_books()


@pytest.mark.covers("LED-10", "AZ-16")
def test_the_only_volunteer_of_two_comes_along_whole(cast: Cast) -> None:
    first = twin(cast, BRANCH, account=True)
    second = twin(cast, OTHER, roles=VOLUNTEER, account=True)
    confirm(cast, log(second, an_entry(3, 60)))
    volunteer = db.session.scalars(select(Volunteer).where(Volunteer.person_id == second.id)).one()
    done = merge(cast, first, second, {"record": Side.FIRST})
    db.session.refresh(volunteer)
    assert (volunteer.person_id, volunteer.merged_into_id) == (first.id, None)
    later = log(first, an_entry(1, 30))
    part(cast, done)
    db.session.refresh(later)
    assert (volunteer.person_id, later.person_id) == (second.id, second.id)
    assert sums(first)["confirmed"] == 0
    check_books()


@pytest.mark.covers("AZ-16")
@pytest.mark.parametrize(
    ("states", "stands_at"),
    [
        (("entered", "withdrawn"), BRANCH),
        (("withdrawn", "registered"), OTHER),
        (("registered", "entered"), BRANCH),
    ],
)
def test_who_serves_goes_on_serving(cast: Cast, states: tuple[str, str], stands_at: str) -> None:
    people = twin(cast, BRANCH, roles=BOTH), twin(cast, OTHER, roles=BOTH)
    for person, state in zip(people, states, strict=True):
        volunteer = db.session.scalars(
            select(Volunteer).where(Volunteer.person_id == person.id)
        ).one()
        volunteer.status = VolunteerStatus(state)
        volunteer.left_on = clock.today() if state == "withdrawn" else None
    db.session.commit()
    before, rows = figures_of(cast), rows_now(Volunteer)
    done = merge(cast, *people)
    kept = db.session.scalars(
        select(Volunteer).where(Volunteer.person_id == done.survivor_id)
    ).one()
    assert kept.organization_id == cast.organization(stands_at).id
    assert kept.status == max(states, key=["withdrawn", "entered", "registered"].index)
    assert kept.left_on is None
    serving = [state for state in states if state != "withdrawn"]
    change = figures_of(cast)[COUNTY, Measure.VOLUNTEERS] - before[COUNTY, Measure.VOLUNTEERS]
    assert change == 1 - len(serving)
    part(cast, done)
    assert figures_of(cast) == before
    assert rows_now(Volunteer) == rows


@pytest.mark.covers("LED-10")
def test_three_records_of_one_volunteer_keep_their_books(cast: Cast) -> None:
    first, second = two(cast)
    third = twin(cast, "东镇", roles=VOLUNTEER, account=True)
    for number, person in enumerate((first, second, third)):
        confirm(cast, log(person, an_entry(1 + number, 30 * 2**number)))
    kept = {"record": Side.FIRST}
    one: PersonMerge = merge(cast, second, third, kept)
    two_: PersonMerge = merge(cast, first, second, kept)
    assert sums(first)["confirmed"] == 210
    check_books()
    part(cast, two_)
    check_books()
    part(cast, one)
    assert [sums(person)["confirmed"] for person in (first, second, third)] == [30, 60, 120]
    check_books()
