"""A school that missed whole school years makes them up, each with its own step and history."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.jobs.models import Job
from organizations.models import Organization
from schools.cli import schools
from schools.models import Pupil, PupilYear, SchoolClass, YearRun
from schools.operations import years as operations
from schools.queries import years as queries
from schools.queries.missed_years import first_year_of
from schools.rules.pupils import PupilStatus
from schools.rules.years import RunStatus
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.school_factories import make_class, make_pupil, make_school
from tests.schools.test_years import rows_of, year_now

Clients = Callable[[str], Client]
SCHOOL, MISSED = "东小学", 2


def a_late_class(
    cast: Cast,
    grade: int,
    *,
    missed: int = MISSED,
    size: int = 2,
    at: Organization | None = None,
) -> list[Pupil]:
    """Return the members of a class for which so many steps were missed."""
    place = at or cast.organization(SCHOOL)
    make_school(place)
    made = make_class(place, grade=grade, number=1, year=year_now() - 1 - missed)
    return [make_pupil(made, member=True) for _ in range(size)]


def seats(pupil: Pupil) -> list[tuple[int, int]]:
    """Return year and grade of the classes that a pupil was in, the newest first."""
    db.session.refresh(pupil)
    return [(one.year, one.grade) for one in queries.history_of(pupil)]


def states() -> list[tuple[int, RunStatus]]:
    db.session.expire_all()
    rows = select(YearRun.year, YearRun.status).order_by(YearRun.year)
    return [(row[0], row[1]) for row in db.session.execute(rows)]


@pytest.mark.covers("SCH-07", "S23")
def test_missed_years_are_made_up_by_one_tap_and_undone_one_by_one(
    client_of: Clients, cast: Cast
) -> None:
    goes_on, *_ = a_late_class(cast, 3)
    graduate, *_ = a_late_class(cast, 8, size=1)
    new, year, path = a_late_class(cast, 1, missed=0), year_now(), f"/o/{cast.code(SCHOOL)}/year"
    before, finn = rows_of(SCHOOL, cast), client_of("finn")
    page = finn.page(path)
    assert "有 2 个学年没有升" in page.text
    rows = [[cell.text for cell in row.select("th, td")] for row in page.select("tr[data-row]")]
    assert [row[1] for row in rows] == ["六年级1班", "毕业", "二年级1班"]
    assert "确认，5 人升年级" in page.text
    job = finn.post(path).location.rpartition("/")[2]
    done = db.session.scalars(select(Job).where(Job.code == job)).one()
    assert done.done == done.total == 3 + 3 + 4  # once per step
    assert seats(goes_on) == [(year, 6), (year - 1, 5), (year - 2, 4), (year - 3, 3)]
    assert seats(graduate) == [(year - 2, 9), (year - 3, 8)]
    assert graduate.status is PupilStatus.GRADUATED
    assert seats(new[0]) == [(year, 2), (year - 1, 1)]
    assert states() == [(one, RunStatus.DONE) for one in (year - 2, year - 1, year)]
    assert finn.post(path).location.endswith("/year")  # twice is once
    for _ in range(MISSED + 1):
        assert finn.post(f"{path}/undo").status_code == 303
    assert rows_of(SCHOOL, cast) == before
    assert db.session.scalars(select(PupilYear.pupil_id)).all() == []


def test_who_stayed_back_in_a_missed_year_is_chosen_for_that_year(
    client_of: Clients, cast: Cast
) -> None:
    stays, *_ = a_late_class(cast, 3)
    old, finn, code = stays.school_class, client_of("finn"), cast.code(SCHOOL)
    assert old is not None
    assert stays.person.name in finn.page(f"/o/{code}/year/{old.code}").text
    sent = {"kind": "repeat", "goal": ""}
    assert finn.post(f"/o/{code}/year/pupils/{stays.code}", sent).status_code == 303
    assert "留级 1" in finn.page(f"/o/{code}/year").text
    finn.post(f"/o/{code}/year")
    assert seats(stays)[0] == (year_now(), 5)


@pytest.mark.covers("D10")
def test_a_county_makes_up_for_its_schools_what_they_did_not_take_back(
    client_of: Clients, cast: Cast
) -> None:
    late, *_ = a_late_class(cast, 3, missed=1)
    cora, path = client_of("cora"), f"/o/{cast.code('东县')}/schools/year"
    page = cora.page(path)
    assert "其中 1 所以前的学年也没有升" in page.text
    assert "1 所学校全部升年级" in page.text
    cora.post(path)
    assert seats(late)[0] == (year_now(), 5)
    assert "其中" not in cora.page(path).text
    finn, own = client_of("finn"), f"/o/{cast.code(SCHOOL)}/year"
    for _ in range(2):
        finn.post(f"{own}/undo")
    assert cora.post(path).location.endswith("/schools/year")  # the school knows why
    county, kind = cast.organization("东县"), cast.organization(SCHOOL).kind
    beside, *_ = a_late_class(cast, 1, missed=0, at=make.make_organization(kind, "试小学", county))
    cora.post(path)
    assert seats(beside)[0] == (year_now(), 2)  # and holds up no other
    assert seats(late)[0] == (year_now() - 2, 3)
    finn.post(own)
    assert seats(late)[0] == (year_now(), 5)


def test_the_command_makes_up_missed_years_of_every_school(cast: Cast) -> None:
    late, *_ = a_late_class(cast, 3)
    db.session.commit()
    schools.commands["move-up"].main([], standalone_mode=False)
    assert seats(late)[0] == (year_now(), 6)


def test_a_pupil_left_in_an_old_class_does_not_hold_up_the_school(cast: Cast) -> None:
    one, other = a_late_class(cast, 3)
    place, year, now = cast.organization(SCHOOL), year_now(), clock.now()
    old = one.class_id
    assert first_year_of(place.id, year) == year - MISSED
    schools.commands["move-up"].main([], standalone_mode=False)
    assert first_year_of(place.id, year) == year
    one.class_id = old
    db.session.flush()
    assert first_year_of(place.id, year) == first_year_of(place.id, year + 1) - 1 == year
    assert operations.open_runs(year + 1, "next", by=SYSTEM, now=now) == 1
    assert other.school_class is not None
    held = select(SchoolClass.year).where(SchoolClass.id == other.class_id)
    assert db.session.scalar(held) == year
