"""What a clock does for activities."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from activities.operations import lapse_unagreed
from activities.operations.appointment_slots import forget_callers, remind
from activities.operations.recounting import recount
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


@activities.command("remind")
def remind_of_appointments() -> None:
    """Write to who has an appointment soon; doing it twice tells nobody twice."""
    now = clock.now()
    click.echo(f"{until_done(lambda: remind(now))} reminded of appointments")


@activities.command("daily")
def daily() -> None:
    """Forget callers of appointments who are kept no longer."""
    now = clock.now()
    click.echo(f"{until_done(lambda: forget_callers(now))} callers forgotten")


@activities.command("recount-venues")
def recount_venues() -> None:
    """Count the numbers of venues anew from the facts and put right what differs."""
    after, wrong = 0, 0
    while True:
        following, found = recount(after)
        db.session.commit()
        wrong += found
        if following is None:
            break
        after = following
    click.echo(f"{wrong} months put right")


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
