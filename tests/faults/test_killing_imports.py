"""kill -9 while a list is written: every row whole or untouched, continued to the end (FLT-01)."""

from __future__ import annotations

import tracemalloc
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.access.permissions import Permission
from core.config import Config
from core.database import db
from core.imports import operations
from core.imports.models import Import, ImportRow
from core.imports.operations import writing
from core.imports.reading import read_pasted
from core.imports.rules import ImportStatus, RowOutcome
from core.jobs.models import Job
from core.jobs.rules import JobStatus
from core.jobs.running import run
from members.imports import ADULT_MEMBERS, FIELDS
from members.models import Application, Entry, Membership
from people.models import Person
from tests.faults.killing import IS_FULL, KILLS, kill_until_done, secretary, state_of
from tests.members.lists import as_lines, people
from tests.races import books

ROWS = 600 if IS_FULL else 150
FEW, MANY = 60, 600


def begin_writing(rows: int = ROWS) -> tuple[int, str]:
    """Hand in a list, confirm it, and return its key and the job that writes it."""
    scope, now = secretary(Permission.PEOPLE_ENTER), clock.now()
    table, _ = read_pasted(as_lines(people(rows)), FIELDS)
    found = operations.receive(scope, ADULT_MEMBERS, table, now=now)
    check = operations.begin_check(found, scope, now=now)
    key, code, checked = found.id, found.code, check.code if check else ""
    db.session.commit()
    run(checked)
    job = operations.confirm(operations.locked(code, scope), scope, now=now)
    assert job is not None
    written = job.code
    db.session.commit()
    return key, written


def begin_undo(key: int) -> str:
    """Take the list back, and return the job that does it."""
    scope = secretary(Permission.PEOPLE_ENTER)
    found = operations.locked(db.session.get_one(Import, key).code, scope)
    job = operations.start_undo(found, scope, now=clock.now())
    code = job.code
    db.session.commit()
    return code


def count(model: type[Entry | ImportRow | Person], *conditions: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0  # type: ignore[arg-type]


def check_written(key: int, job: Job) -> None:
    """Look at everything that a list made: each row once, with all that belongs to it."""
    found = db.session.get_one(Import, key)
    assert (job.status, job.done, found.status) == (JobStatus.DONE, ROWS, ImportStatus.DONE)
    assert found.made == ROWS
    assert count(ImportRow, ImportRow.import_id == key, ImportRow.outcome == RowOutcome.NEW) == ROWS
    assert count(Entry, Entry.import_code == found.code) == ROWS
    whole = (
        select(func.count(Membership.id.distinct()))
        .join(Application, Application.id == Membership.application_id)
        .join(Entry, Entry.application_id == Application.id)
        .where(Entry.import_code == found.code)
    )
    assert db.session.scalar(whole) == ROWS
    assert books.problems() == []


@pytest.mark.covers("FLT-01")
def test_a_list_survives_every_kill(
    served: tuple[Flask, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = served
    monkeypatch.setattr(writing, "CHUNK", 50)
    kills, random = 0, Random(21)  # noqa: S311 - moments to kill at, no secret
    while kills < KILLS:
        with app.app_context():
            before = count(Person)
            key, code = begin_writing()
        kills += kill_until_done(app, code, random)
        with app.app_context():
            check_written(key, state_of(app, code))
            undo = begin_undo(key)
        kills += kill_until_done(app, undo, random)
        with app.app_context():
            found = db.session.get_one(Import, key)
            assert (found.status, found.taken_back) == (ImportStatus.UNDONE, ROWS)
            assert count(Person) == before
            assert books.problems() == []
            db.session.remove()


def peak_of(code: str) -> int:
    """Return the most bytes that a worker holds for a job."""
    tracemalloc.start()
    try:
        run(code)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.covers("FILE-01")
def test_memory_does_not_grow_with_the_rows(
    served: tuple[Flask, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = served
    monkeypatch.setattr(writing, "CHUNK", 50)
    with app.app_context():
        peaks = []
        for rows in (FEW, FEW, MANY):  # the first fills what is kept for good
            key, code = begin_writing(rows)
            peaks.append(peak_of(code))
            assert db.session.get_one(Import, key).made == rows
            db.session.remove()
    assert peaks[2] < 3 * peaks[1]  # ten times, where all rows are held at once
