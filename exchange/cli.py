"""Commands of the exchange with another volunteer system."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from exchange.documents import schema_text

exchange = AppGroup("exchange", help="Batches for another volunteer system.")


@exchange.command("schema")
def schema() -> None:
    """Print what is exchanged: objects, items, code lists, version."""
    click.echo(schema_text(), nl=False)
