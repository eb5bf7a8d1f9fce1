"""Commands of the demonstration."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from core import clock
from core.database import db
from datasets.demo import seeding
from datasets.demo.listing import table

demo = AppGroup("demo", help="A demonstration with made-up people.")


@demo.command("seed")
def seed() -> None:
    """Build the demonstration; a second time nothing is done."""
    try:
        seeding.check_empty()
    except seeding.RefusedError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if seeding.is_there():
        click.echo("The demonstration is already there.")
        return
    built = seeding.seed(clock.now())
    db.session.commit()
    click.echo(
        f"{built.accounts} accounts, {built.members} members, {built.volunteers} volunteers, "
        f"{built.applications} applications, {built.records} service records"
    )


@demo.command("accounts")
def accounts() -> None:
    """Print the accounts that can sign in, as the table of docs/demo-accounts.md."""
    click.echo(table())
