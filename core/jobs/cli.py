"""Commands of the worker."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta

import click
import structlog
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from core import clock, garbage
from core.database import db
from core.jobs import operations, queue, running

WORKERS = 2

log = structlog.get_logger()
jobs = AppGroup("jobs", help="Work in the background.")


@jobs.command("work")
@click.option("--parent", type=int, help="Number of the process with which this one ends.")
def work(*, parent: int | None) -> None:
    """Do jobs until stopped, two at a time: a long one of somebody keeps nobody else waiting.

    One such program on an embedded database, as many as wanted on a server.
    """
    if parent is not None:  # told by number: it may have ended while this one started
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    try:
        running.tidy()
        queue.wake(running.silent_jobs())
    except DBAPIError as error:  # asked again every minute
        log.warning("database away", kind=type(error).__name__)
    garbage.let_rest()
    consumer = current_app.extensions["jobs_huey"].create_consumer(workers=WORKERS, periodic=True)
    consumer.run()


@jobs.command("run-silent")
@click.option("--now", is_flag=True, help="Also what was touched a moment ago: no worker runs.")
def run_silent(*, now: bool) -> None:
    """Do what waits and nobody works on, then end."""
    garbage.let_rest()
    running.tidy()
    codes = running.silent_jobs(timedelta(0)) if now else running.silent_jobs()
    for code in codes:
        running.run(code)
    click.echo(f"{len(codes)} jobs taken up")


@jobs.command("purge")
def purge() -> None:
    """Remove jobs that are over, after the days of the setting jobs.keep_days."""
    count = 0
    while some := operations.purge(clock.now()):
        db.session.commit()
        count += some
    db.session.rollback()
    click.echo(f"{count} jobs removed")


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)
