"""Commands of data quality: look over sealed values, close lists that are empty."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from core import clock
from core.database import db
from people.operations.checks import look_over
from supervision.quality.operations import close_some

quality = AppGroup("quality", help="Whether data of people are whole and right.")


@quality.command("check")
@click.option("--after", default=0, help="Go on behind this key, as an earlier run told.")
def check(after: int) -> None:
    """Look at every sealed document number and phone and mark what its rule refuses.

    500 records to a transaction. Doing it twice does no harm; stopped, it goes on with
    ``--after`` from the last line it told.
    """
    wrong = 0
    while (step := look_over(after, clock.today())) is not None:
        db.session.commit()
        after, count = step
        wrong += count
        click.echo(f"looked at records up to {after}, {wrong} values are wrong")
    click.echo(f"{wrong} values are wrong")


@quality.command("close")
def close() -> None:
    """Close the lists in which nothing is left to be put right. Nightly.

    Doing it twice does no harm.
    """
    after, closed = 0, 0
    while (step := close_some(after, now=clock.now())) is not None:
        db.session.commit()
        after, count = step
        closed += count
    db.session.rollback()
    click.echo(f"{closed} lists closed")
