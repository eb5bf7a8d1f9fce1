"""What a clock does for activities."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from activities.operations import lapse_unagreed
from core import clock
from core.database import until_done

activities = AppGroup("activities", help="What a clock does for activities.")


@activities.command("lapse-agreements")
def lapse_agreements() -> None:
    """Give the seats of who did not accept an agreement in time to who waits."""
    now = clock.now()
    click.echo(f"{until_done(lambda: lapse_unagreed(now))} sign-ups called off")
