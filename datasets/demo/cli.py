"""Commands of the demonstration; what they do is loaded when they run, not in every worker."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from core import clock
from core.database import db

demo = AppGroup("demo", help="A demonstration with made-up people.")


@demo.command("seed")
def seed() -> None:
    """Build the demonstration; a second time nothing is done."""
    from datasets.demo import seeding  # noqa: PLC0415 - takes 21 MiB

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
    from datasets.demo.listing import table  # noqa: PLC0415 - as above

    click.echo(table())
