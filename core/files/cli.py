"""Commands of the kept files."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from core.files.operations import sweep

files = AppGroup("files", help="Files that people handed in.")


@files.command("sweep")
def sweep_files() -> None:
    """Remove files that no row names any more; doing it twice does no harm."""
    click.echo(f"{sweep()} files removed")
