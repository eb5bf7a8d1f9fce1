"""kill -9 while a school's roster is checked and written: every child whole or not at all."""

from __future__ import annotations

from itertools import count as count_up
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.directory import scope_of_account
from core import clock
from core.access.permissions import Permission
from core.access.scope import Scope
from core.config import Config
from core.database import db
from core.imports import operations
from core.imports.models import Import
from core.imports.operations import checking, writing
from core.imports.reading import read_pasted
from core.imports.rules import ImportStatus
from core.jobs.rules import JobStatus
from members.models import Membership
from people.models import Guardian, Person
from schools.imports.pupils import FIELDS, PUPILS
from schools.models import Pupil, PupilEvent, SchoolClass
from schools.rules.pupils import PupilStatus
from tests.cast import Cast, organization_named
from tests.faults.killing import IS_FULL, kill_until_done, state_of
from tests.races import books
from tests.school_factories import make_school
from tests.schools.lists import SIGNS, as_cells, children

ROWS = 2000 if IS_FULL else 260
KILLS = 50 if IS_FULL else 2
CLASSES = 6


def coordinator() -> Scope:
    """Return the scope in which the coordinator of the school acts."""
    code = organization_named("东小学").code
    scope = scope_of_account(Cast().user("finn").id, code, Permission.PEOPLE_ENTER)
    assert scope is not None
    return scope


def hand_in(turn: int) -> tuple[int, str, str]:
    """Hand a roster in: its key, its code, and the job that checks it; names differ by turn."""
    make_school(organization_named("东小学"))
    rows = children(ROWS, f"童{SIGNS[turn]}")
    for number, row in enumerate(rows):
        row[3] = f"三年级{number % CLASSES + 1}班"
    table, _ = read_pasted(as_cells(rows), FIELDS)
    scope, now = coordinator(), clock.now()
    found = operations.receive(scope, PUPILS, table, now=now)
    check = operations.begin_check(found, scope, now=now)
    assert check is not None
    told = found.id, found.code, check.code
    books.settle()
    db.session.commit()
    return told


def count(model: type[Pupil | PupilEvent | Guardian | Person | Membership]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.covers("FLT-01", "S36")
def test_a_roster_survives_every_kill(
    served: tuple[Flask, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = served
    monkeypatch.setattr(writing, "CHUNK", 50)
    monkeypatch.setattr(checking, "CHUNK", 50)
    kills, turns, random = 0, count_up(), Random(26)  # noqa: S311 - moments to kill at, no secret
    while kills < KILLS:
        with app.app_context():
            before = [count(model) for model in (Pupil, PupilEvent, Guardian, Person)]
            members = count(Membership)
            key, code, check = hand_in(next(turns))
        kills += kill_until_done(app, check, random)
        with app.app_context():
            scope = coordinator()
            job = operations.confirm(operations.locked(code, scope), scope, now=clock.now())
            assert job is not None
            write = job.code
            db.session.commit()
        kills += kill_until_done(app, write, random)
        with app.app_context():
            job, found = state_of(app, write), db.session.get_one(Import, key)
            assert (job.status, job.done) == (JobStatus.DONE, ROWS)
            assert (found.status, found.made) == (ImportStatus.DONE, ROWS)
            after = [count(model) for model in (Pupil, PupilEvent, Guardian, Person)]
            assert after == [one + ROWS for one in before]
            drafts = select(func.count(Pupil.person_id.distinct())).where(
                Pupil.import_code == code, Pupil.status == PupilStatus.DRAFT
            )
            assert db.session.scalar(drafts) == ROWS
            assert db.session.scalar(select(func.count(SchoolClass.id))) == CLASSES
            assert count(Membership) == members
            assert books.problems() == []
            db.session.remove()
