"""``flask backup create`` and ``flask backup restore``."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import click
from flask.cli import AppGroup

from core import clock
from core.audit.operations import SYSTEM, record
from core.backup import copies, expiry, files
from core.backup.archive import ArchiveError
from core.database import db
from core.files.operations import folder
from core.web import config_value

backup = AppGroup("backup", help="Encrypted copies of the database and of the kept files.")


@backup.command("create")
@click.argument("target", required=False, type=click.Path(path_type=Path))
def create(target: Path | None) -> None:
    """Write an encrypted copy, by default into the instance folder's backups."""
    if target is None:
        expiry.folder().mkdir(exist_ok=True)
        expiry.drop_halves(clock.now())
        target = expiry.folder() / expiry.name_of(clock.now())
    record("backup.create", "database", None, by=SYSTEM)
    db.session.commit()
    try:
        size = copies.create(db.engine, target, config_value("backup_key"))
        count = files.create(folder(), files.beside(target), config_value("backup_key"))
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    except (OSError, sqlite3.Error) as error:
        target.unlink(missing_ok=True)  # half a backup is none
        raise click.ClickException(f"no backup was kept: {error}") from error
    click.echo(f"{target}: {size} bytes, {count} files beside it")


@backup.command("restore")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--overwrite", is_flag=True, help="Replace a database that holds data.")
def restore(source: Path, *, overwrite: bool) -> None:
    """Put a copy back; every session and one-time code of it is ended."""
    db.session.remove()
    db.engine.dispose()
    try:
        head = copies.restore(
            source, config_value("database_url"), config_value("backup_key"), overwrite=overwrite
        )
        kept = files.beside(source)
        count = files.restore(kept, folder(), config_value("backup_key")) if kept.exists() else 0
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    record("backup.restore", "database", None, by=SYSTEM, taken=head.created_at)
    db.session.commit()
    click.echo(
        f"Restored the copy of {head.created_at} and {count} files. Now run: flask ledger verify"
    )
