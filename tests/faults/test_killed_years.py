"""kill -9 while a school moves up: the same school year as without, and nobody moved twice."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.directory import scope_of_account
from core import clock
from core.access.permissions import Permission
from core.audit.operations import SYSTEM
from core.config import Config
from core.database import db
from core.jobs.rules import JobStatus
from schools.models import Pupil, PupilYear, SchoolClass
from schools.operations import year_steps
from schools.operations import years as operations
from schools.rules.pupils import PupilStatus
from tests.cast import Cast, organization_named
from tests.faults.killing import IS_FULL, KILLS, kill_until_done, state_of
from tests.school_factories import make_class, make_pupil, make_school

SCHOOL, NUMBERS = "东小学", range(1, 9 if IS_FULL else 4)
Seat = tuple[int, int, int, PupilStatus]


def furnish() -> int:
    """Fill every grade of a school; return how many pupils there are."""
    place, year = organization_named(SCHOOL), operations.year_now(clock.now())
    make_school(place)
    for grade in range(1, 10):
        for number in NUMBERS:
            one = make_class(place, grade=grade, number=number, year=year - 1)
            make_pupil(one, member=True)
            make_pupil(one)
    db.session.commit()
    return 2 * 9 * len(NUMBERS)


def seats() -> Counter[Seat]:
    """Return how many pupils sit where."""
    db.session.expire_all()
    rows = (
        select(SchoolClass.year, SchoolClass.grade, SchoolClass.number, Pupil.status)
        .join(Pupil, Pupil.class_id == SchoolClass.id)
        .where(Pupil.organization_id == organization_named(SCHOOL).id)
    )
    return Counter((row[0], row[1], row[2], row[3]) for row in db.session.execute(rows))


def expected(before: Counter[Seat]) -> Counter[Seat]:
    """Return where everybody sits afterwards, worked out without the product."""
    after = Counter[Seat]()
    for (year, grade, number, status), count in before.items():
        is_member = status is PupilStatus.MEMBER
        gone = PupilStatus.GRADUATED if is_member else PupilStatus.LEFT
        key = (year, grade, number, gone) if grade == 9 else (year + 1, grade + 1, number, status)
        after[key] += count
    return after


@pytest.mark.covers("FLT-01", "S23")
def test_a_school_year_survives_every_kill(
    served: tuple[Flask, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = served
    monkeypatch.setattr(year_steps, "CHUNK", 1)
    kills, random = 0, Random(9)  # noqa: S311 - moments to kill at, no secret
    with app.app_context():
        total, before = furnish(), seats()
    while kills < KILLS:
        with app.app_context():
            place = organization_named(SCHOOL)
            finn = Cast().user("finn").id
            scope = scope_of_account(finn, place.code, Permission.PUPILS_KEEP)
            assert scope is not None
            job = operations.start_run(scope, now=clock.now())
            assert job is not None
            code = job.code
            db.session.commit()
        kills += kill_until_done(app, code, random)
        job = state_of(app, code)
        assert (job.status, job.done) == (JobStatus.DONE, total)
        with app.app_context():
            assert seats() == expected(before)
            kept = db.session.scalars(select(PupilYear.pupil_id)).all()
            assert len(kept) == len(set(kept)) == total
            year = operations.year_now(clock.now())
            operations.undo_run(organization_named(SCHOOL).id, year, by=SYSTEM, now=clock.now())
            db.session.commit()
            assert seats() == before
            db.session.remove()
