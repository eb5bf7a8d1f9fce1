"""flask scale seed: data at the size of the province, for measurements only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)

from core import clock
from core.rules import RuleViolation
from core.web import config_value
from datasets.scale.accounts import bench_accounts
from datasets.scale.operations import seed
from datasets.scale.sizes import SIZES
from datasets.scale.writing import Advance

scale = AppGroup("scale", help="Made-up data at the size of the province.")


class Bars:
    """Progress on the terminal: a bar for what can be counted, a line for what cannot."""

    def __init__(self) -> None:
        self.progress = Progress(
            TextColumn("{task.description:<14}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )

    def part(self, name: str, total: int) -> Advance:
        """Return what counts the rows of a part."""
        task = self.progress.add_task(name, total=total)

        def advance(rows: int) -> None:
            self.progress.advance(task, rows)

        return advance

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Name a step that cannot be counted, while it lasts."""
        task = self.progress.add_task(name, total=None)
        yield
        self.progress.update(task, total=1, completed=1)


@scale.command("seed")
@click.option("--size", type=click.Choice(list(SIZES)), required=True)
@click.option("--seed", "number", type=int, default=1, show_default=True)
def seed_command(size: str, number: int) -> None:
    """Fill an empty database; the accounts to sign in with are printed at the end."""
    if config_value("is_production"):
        raise click.ClickException("made-up people do not belong into a production system")
    bars = Bars()
    try:
        with bars.progress:
            loaded = seed(SIZES[size], number, now=clock.now(), progress=bars)
    except RuleViolation as violation:
        raise click.ClickException(str(violation)) from violation
    click.echo(
        f"{loaded.organizations} organizations, {loaded.people} people, {loaded.records} records"
    )
    for account in bench_accounts(SIZES[size], number):
        click.echo(f"{account.name:<12} {account.phone} {account.totp_secret}".rstrip())
