"""The command that evaluates the rules, nightly, after the figures of the night were counted."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from core import clock
from core.audit.operations import SYSTEM, record
from core.database import db
from supervision.alerts.operations import begin_night, evaluate
from supervision.orders.operations import escalate, hand_over

alerts = AppGroup("alerts", help="Alerts and supervision orders.")


@alerts.command("evaluate")
def evaluate_all() -> None:
    """Look at every organization by every rule, and at every order by its days. Nightly.

    Doing it twice does no harm; stopped half way, the next run does the rest.
    """
    night, after, begun, ended = begin_night(clock.today()), 0, 0, 0
    db.session.commit()
    while (found := evaluate(night, after)) is not None:
        after, begun, ended = found.last_id, begun + found.begun, ended + found.ended
        db.session.commit()
    after, handed = 0, 0
    while (moved := hand_over(clock.now(), after)) is not None:
        after, handed = moved[0], handed + moved[1]
        db.session.commit()
    after, late = 0, 0
    while (told := escalate(clock.now(), after)) is not None:
        after, late = told[0], late + told[1]
        db.session.commit()
    record("alerts.evaluate", "alert", None, by=SYSTEM, begun=begun, ended=ended, late=late)
    db.session.commit()
    click.echo(f"{begun} alerts began, {ended} ended; orders: {handed} handed over, {late} late")
