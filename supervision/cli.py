"""Commands of the maintained numbers, and of the terms of councils."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from core import clock
from core.database import db
from organizations.rules import Measure
from supervision.rollup.operations import put_right, verified
from supervision.terms import remind

terms_group = AppGroup("terms", help="The terms of councils.")
figures_group = AppGroup("figures", help="The maintained numbers of every organization.")
SHOWN = 20


@figures_group.command("verify")
@click.option("--repair", is_flag=True, help="Write what was counted.")
def verify(*, repair: bool) -> None:
    """Count everything again and compare; exit 1 where a number differs."""
    found = verified()
    for one in found[:SHOWN]:
        part = f" {one.part}" if one.part else ""
        click.echo(
            f"organization {one.organization_id} {one.measure}{part} {one.period}: "
            f"stored {one.stored}, counted {one.counted}"
        )
    click.echo(f"{len(found)} differences")
    if not found:
        return
    if not repair:
        raise SystemExit(1)
    measures = sorted({Measure(one.measure) for one in found})
    put_right(measures, keep=db.session.commit)
    click.echo("repaired")


@terms_group.command("remind")
def remind_terms() -> None:
    """Tell whoever keeps an organization that its term ends, or is over. Nightly.

    Doing it twice does no harm; a night that was left out is made up for.
    """
    after, letters = 0, 0
    while (found := remind(after, clock.now())) is not None:
        db.session.commit()
        after, count = found
        letters += count
    db.session.rollback()
    click.echo(f"{letters} letters about terms")
