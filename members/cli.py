"""Commands that a clock runs: filings that are due, drafts and refused children's data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import click
from flask.cli import AppGroup

from core import clock
from core.database import db
from members import operations

members = AppGroup("members", help="Applications, memberships and filings.")

NOON = time(12, 0)


@members.command("file-due")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="As if it were this day.")
def file_due(on: object) -> None:
    """File what the county did not answer in time, withdrawals that stand, and late transfers.

    Doing it twice does no harm.
    """
    day = getattr(on, "date", clock.today)()
    now = clock.now() if day == clock.today() else clock.at(day, NOON)
    filed = _until_done(lambda: operations.file_due(now))
    left = _until_done(lambda: operations.file_withdrawals(now))
    late = _until_done(lambda: operations.escalate_transfers(now))
    told = f"{filed} filed, {left} withdrawals settled, {late} transfers given to counties"
    click.echo(f"{told} on {date.isoformat(day)}")


def _until_done(step: Callable[[], int]) -> int:
    """Return how many rows a step treated, called and committed until it finds none."""
    total = 0
    while treated := step():
        db.session.commit()
        total += treated
    db.session.rollback()
    return total


@members.command("purge-refused")
def purge_refused() -> None:
    """Remove what was kept of children whose guardian refused, and drafts that ran out."""
    removed = operations.purge_refused(clock.now())
    drafts = operations.drop_old_drafts(clock.now())
    db.session.commit()
    click.echo(f"{removed} requests and {drafts} drafts removed")
