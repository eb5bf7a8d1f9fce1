"""A worker that is killed at random moments, started again and again until its job is done."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import select

from app import create_app
from core.cli import upgrade_database
from core.config import Config
from core.database import db
from core.jobs.models import Job
from core.jobs.rules import OPEN_JOBS
from tests.cast import build_cast
from tests.conftest import make_config
from tests.races import books
from tests.races.server import database, environment
from tools.programs import ROOT

PATIENCE_SECONDS = 240
#: Seconds until a worker has read the code and done its first chunks, on a machine of two cores.
WARM_UP, SPAN = 0.8, 2.2


@contextmanager
def world(folder: Path) -> Iterator[tuple[Flask, Config]]:
    """Return an application with the cast on a database of its own; its jobs wait for a worker."""
    with database(folder) as url:
        config = make_config(folder, url, jobs_url="")
        app = create_app(config)
        with app.app_context():
            upgrade_database()
            build_cast()
            books.settle()
            db.session.commit()
            db.session.remove()
        try:
            yield app, config
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def state_of(app: Flask, code: str) -> Job:
    """Return a job as the database has it."""
    with app.app_context():
        job = db.session.scalars(select(Job).where(Job.code == code)).one()
        db.session.expunge(job)
        return job


def kill_until_done(app: Flask, config: Config, code: str, random: Random) -> int:
    """Return how often the worker was killed before the job came to its end.

    Where it was killed before it did anything it gets a second more: the machine is busy.
    """
    kills, more, deadline = 0, 0, time.monotonic() + PATIENCE_SECONDS
    while (job := state_of(app, code)).status in OPEN_JOBS:
        assert time.monotonic() < deadline, job.done
        kills += _work(config, WARM_UP + more + random.random() * SPAN)
        more += state_of(app, code).done == job.done
    return kills


def _work(config: Config, seconds: float) -> bool:
    """Start a worker and kill it after so long; return whether it was still at work."""
    program = [sys.executable, "-m", "flask", "--app", "app", "jobs", "run-silent", "--now"]
    process = subprocess.Popen(
        program,
        cwd=ROOT,
        env=environment(config, ""),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False
