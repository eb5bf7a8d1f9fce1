"""The way from a request to the worker: huey, in a file by default, in Redis for many machines.

What has to be done stands in the table of jobs; huey only wakes the worker, so that losing the
queue loses nothing (security.md FLT-06): once a minute the worker looks for silent jobs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app
from huey import MemoryHuey, RedisHuey, SqliteHuey, crontab
from redis import ConnectionPool
from sqlalchemy import event
from sqlalchemy.orm import Session

from core import pending
from core.config import Config
from core.database import db
from core.jobs import running

NAME = "redcross"
#: Value of ``jobs_url`` for jobs that are done where they are started: in tests.
HERE = "here"
_TOLD = pending.register("jobs_told")
#: A request has committed when it tells the worker; it does not wait for a machine that is away.
CONNECT_SECONDS = 1

log = structlog.get_logger()


def install(app: Flask, config: Config) -> None:
    """Bind the queue of the configuration to the app, with its two tasks."""
    huey = _huey(config)

    @huey.task()
    def run(code: str) -> None:
        with app.app_context():
            running.run(code)

    @huey.periodic_task(crontab(minute="*"))
    def look_after() -> None:
        with app.app_context():
            wake(running.silent_jobs())

    app.extensions["jobs_huey"] = huey
    app.extensions["jobs_run"] = run


def _huey(config: Config) -> Any:
    if config.jobs_url == HERE:
        return MemoryHuey(NAME, immediate=True)
    if config.jobs_url:
        pool = ConnectionPool.from_url(config.jobs_url, socket_connect_timeout=CONNECT_SECONDS)
        return RedisHuey(NAME, connection_pool=pool)
    return _in_file(config.instance / "jobs.db")


def _in_file(path: Path) -> SqliteHuey:
    """Return the queue in a file; a broken file is made anew, one that is held is left for later.

    Nothing rests on it, so neither keeps the pages from being served.
    """
    try:
        return SqliteHuey(NAME, filename=str(path))
    except sqlite3.OperationalError as error:
        log.warning("queue away", kind=type(error).__name__)
        return SqliteHuey(NAME, filename=str(path), create_tables=False)
    except sqlite3.DatabaseError as error:
        log.warning("queue made anew", kind=type(error).__name__)
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        return SqliteHuey(NAME, filename=str(path))


def tell(code: str) -> None:
    """Wake the worker for a job when the transaction that made it commits."""
    db.session.info.setdefault(_TOLD, []).append(code)


@event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    if not pending.is_over(session):
        return
    wake(session.info.pop(_TOLD, ()))


def wake(codes: Iterable[str]) -> None:
    """Tell whatever worker is free of jobs; where the queue is away they are found later."""
    for code in codes:
        try:
            current_app.extensions["jobs_run"](code)
        except Exception as error:  # noqa: BLE001 - a queue that is away wakes nobody, no more
            log.warning("queue away", job=code, kind=type(error).__name__)
