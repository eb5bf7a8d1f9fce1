"""Commands of the worker."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta

import click
from flask import current_app
from flask.cli import AppGroup

from core.jobs import running

jobs = AppGroup("jobs", help="Work in the background.")


@jobs.command("work")
@click.option("--with-parent", is_flag=True, help="End when the program that started it ends.")
def work(*, with_parent: bool) -> None:
    """Do jobs until stopped; one worker on an embedded database, as many as wanted on a server."""
    if with_parent:
        threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()
    for code in running.silent_jobs():
        running.run(code)
    consumer = current_app.extensions["jobs_huey"].create_consumer(workers=1, periodic=True)
    consumer.run()


@jobs.command("run-silent")
@click.option("--now", is_flag=True, help="Also what was touched a moment ago: no worker runs.")
def run_silent(*, now: bool) -> None:
    """Do what waits and nobody works on, then end."""
    codes = running.silent_jobs(timedelta(0)) if now else running.silent_jobs()
    for code in codes:
        running.run(code)
    click.echo(f"{len(codes)} jobs taken up")


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)
