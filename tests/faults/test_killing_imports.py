"""kill -9 while a list is written: every row whole or untouched, continued to the end (FLT-01)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
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
from core.imports.models import Import, ImportRow
from core.imports.reading import read_pasted
from core.imports.rules import ImportStatus, RowOutcome
from core.jobs.models import Job
from core.jobs.rules import JobStatus
from core.jobs.running import run
from core.settings import DatedSetting
from members.imports import ADULT_MEMBERS, FIELDS
from members.models import Application, Entry, Membership
from people.models import Person
from tests.cast import Cast, organization_named
from tests.faults.killing import kill_until_done, state_of, world
from tests.members.lists import as_lines, people
from tests.races import books
from tests.races.server import environment
from tools.programs import ROOT

KILLS = 100 if os.environ.get("FAULTS") == "full" else 3
ROWS, MANY, MOST_KIB = 400, 5000, 150 * 1024


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Config]]:
    """Return the application and its configuration, on a database of its own."""
    with world(tmp_path_factory.mktemp("faults")) as found:
        yield found


def secretary() -> Scope:
    """Return the scope in which the secretary of the branch enters people."""
    code = organization_named("东一村").code
    scope = scope_of_account(Cast().user("ben").id, code, Permission.PEOPLE_ENTER)
    assert scope is not None
    return scope


def begin_writing(rows: int = ROWS) -> tuple[int, str]:
    """Hand in a list, confirm it, and return its key and the job that writes it."""
    scope, now = secretary(), clock.now()
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
    scope = secretary()
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
def test_a_list_survives_every_kill(served: tuple[Flask, Config]) -> None:
    app, config = served
    kills, random = 0, Random(21)  # noqa: S311 - moments to kill at, no secret
    while kills < KILLS:
        with app.app_context():
            before = count(Person)
            key, code = begin_writing()
        kills += kill_until_done(app, config, code, random)
        with app.app_context():
            check_written(key, state_of(app, code))
            undo = begin_undo(key)
        kills += kill_until_done(app, config, undo, random)
        with app.app_context():
            found = db.session.get_one(Import, key)
            assert (found.status, found.taken_back) == (ImportStatus.UNDONE, ROWS)
            assert count(Person) == before
            assert books.problems() == []
            db.session.remove()


def peak_of_worker(config: Config) -> int:
    """Return the most memory in KiB that a worker needs for what waits."""
    program = [sys.executable, "-m", "flask", "--app", "app", "jobs", "run-silent", "--now"]
    quiet = subprocess.DEVNULL
    environ = environment(config, "")
    process = subprocess.Popen(program, cwd=ROOT, env=environ, stdout=quiet, stderr=quiet)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss


@pytest.mark.covers("FILE-01")
def test_five_thousand_rows_need_little_memory(served: tuple[Flask, Config]) -> None:
    app, config = served
    idle = peak_of_worker(config)
    with app.app_context():
        now = clock.now()
        db.session.add(
            DatedSetting(
                name="imports.page_rows",
                valid_from=clock.local(now).date(),
                value=MANY,
                source="a test",
                entered_at=now,
            )
        )
        db.session.commit()
        key, _ = begin_writing(MANY)
    grown = peak_of_worker(config) - idle
    with app.app_context():
        assert db.session.get_one(Import, key).made == MANY
        db.session.remove()
    assert grown < MOST_KIB
