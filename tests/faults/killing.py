"""Work that is killed at random moments, begun again and again until it is done.

The work is done by a process that begins as a copy of this one, so that its first moment is the
first moment of the work: each kill falls into it, and none is spent on starting an interpreter.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import select

from accounts.directory import scope_of_account
from app import create_app
from core.access.permissions import Permission
from core.access.scope import Scope
from core.config import Config
from core.database import db
from core.jobs.models import Job
from core.jobs.rules import OPEN_JOBS
from core.jobs.running import run, tidy
from tests.cast import Cast, build_cast, organization_named
from tests.conftest import make_config
from tests.races import books
from tests.races.server import database
from tests.schema import make_schema

IS_FULL = os.environ.get("FAULTS") == "full"
KILLS = 100 if IS_FULL else 3
PATIENCE_SECONDS = 240
#: Within so many seconds of its begin a worker is killed.
SPAN = 0.6


@contextmanager
def world(folder: Path) -> Iterator[tuple[Flask, Config]]:
    """Return an application with the cast on a database of its own; its jobs wait for a worker."""
    with database(folder) as url:
        config = make_config(folder, url, jobs_url="")
        app = create_app(config)
        with app.app_context():
            make_schema()
            build_cast()
            books.settle()
            db.session.commit()
            db.session.remove()
        try:
            yield app, config
        finally:
            _let_go(app)


def secretary(permission: Permission) -> Scope:
    """Return the scope in which the secretary of the branch acts."""
    code = organization_named("东一村").code
    scope = scope_of_account(Cast().user("ben").id, code, permission)
    assert scope is not None
    return scope


def state_of(app: Flask, code: str) -> Job:
    """Return a job as the database has it."""
    with app.app_context():
        job = db.session.scalars(select(Job).where(Job.code == code)).one()
        db.session.expunge(job)
        return job


def kill_until_done(app: Flask, code: str, random: Random) -> int:
    """Return how often the worker was killed before the job came to its end.

    Where it was killed before it did anything the next one gets twice as long: the machine is
    busy, and what cannot be done in parts, as a workbook, begins anew each time.
    """
    kills, more, deadline = 0, 0.0, time.monotonic() + PATIENCE_SECONDS
    while (job := state_of(app, code)).status in OPEN_JOBS:
        assert time.monotonic() < deadline, job.done
        kills += killed(app, lambda: _work(code), random.random() * SPAN + more)
        more = 2 * more + SPAN / 2 if state_of(app, code).done == job.done else more
    return kills


def killed(app: Flask, work: Callable[[], object], seconds: float) -> bool:
    """Do work in a process of its own and kill it after so long; return whether it was at it."""
    _let_go(app)
    process = multiprocessing.get_context("fork").Process(target=_alone, args=(app, work))
    process.start()
    process.join(seconds)
    is_alive = process.is_alive()
    process.kill()
    process.join()
    assert is_alive or process.exitcode == 0
    return is_alive and process.exitcode != 0


def _alone(app: Flask, work: Callable[[], object]) -> None:
    with app.app_context():
        work()


def _work(code: str) -> None:
    """Do a job as a worker does that starts and finds it waiting."""
    tidy()
    run(code)


def _let_go(app: Flask) -> None:
    """Close every connection: none may be open in two processes."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
