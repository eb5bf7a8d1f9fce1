"""What a clock does for activities."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from activities.operations import lapse_unagreed
from activities.operations.venue_following import look_at_all, tell_of_overdue
from activities.operations.venue_steps import call_reviews
from core import clock
from core.database import db, until_done

activities = AppGroup("activities", help="What a clock does for activities.")


@activities.command("lapse-agreements")
def lapse_agreements() -> None:
    """Give the seats of who did not accept an agreement in time to who waits."""
    now = clock.now()
    click.echo(f"{until_done(lambda: lapse_unagreed(now))} sign-ups called off")


@activities.command("review-venues")
def review_venues() -> None:
    """Let reviews of venues fall due, find who is in charge no longer, tell of what is overdue."""
    now, after = clock.now(), 0
    click.echo(f"{until_done(lambda: call_reviews(now))} venues to review")
    while True:
        after = look_at_all(after, now)
        db.session.commit()
        if not after:
            break
    told = tell_of_overdue(now)
    db.session.commit()
    click.echo(f"{told} letters about workshops without a leader")
