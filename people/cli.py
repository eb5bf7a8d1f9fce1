"""Commands about records of people: find pairs that may be one, make merges final."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from core import clock
from core.database import db, until_done
from people.operations import matters
from people.operations.duplicates import look_further, open_pairs
from people.operations.erasures import erase_due
from people.operations.merges import settle_merges

people = AppGroup("people", help="Records that may be one person.")


@people.command("find-duplicates")
@click.option("--after", default=0, help="Go on behind this key, as an earlier run told.")
def find_duplicates(after: int) -> None:
    """Look at every record and write down the pairs, 500 records to a transaction.

    Doing it twice does no harm; stopped, it goes on with ``--after`` from the last line it told.
    """
    while (step := look_further(after, now=clock.now())) is not None:
        db.session.commit()
        after = step[0]
        click.echo(f"looked at records up to {after}")
    click.echo(f"{open_pairs()} pairs wait")


@people.command("erase-due")
def erase() -> None:
    """Remove the identity of who closed the account, once the time for an undo is over."""
    click.echo(f"{until_done(lambda: erase_due(clock.now()))} closings ended")


@people.command("settle-merges")
def settle() -> None:
    """Make merges final whose time for an undo is over. Doing it twice does no harm."""
    total = 0
    while done := settle_merges(clock.now()):
        db.session.commit()
        total += done
    click.echo(f"{total} merges settled")


@people.command("fill-matters")
def fill_matters() -> None:
    """Make the cases of requests that have none yet, 500 to a transaction.

    Needed once, after the upgrade. Doing it twice does no harm; stopped, it goes on from where it
    was when it is called again.
    """
    after: dict[str, int] = {}
    total = 0
    while (looked := matters.fill_in(after)) is not None:
        db.session.commit()
        total += looked
        click.echo(f"looked at {total} requests")


@people.command("recount-matters")
def recount_matters() -> None:
    """Write the numbers of cases anew from the cases. Doing it twice does no harm."""
    numbers = matters.recount()
    db.session.commit()
    click.echo(f"{numbers} numbers of cases")
