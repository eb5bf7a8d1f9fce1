"""Commands of reports."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from core import clock
from core.database import db
from supervision.reports.operations.corrections import note_gaps
from supervision.reports.operations.reports import open_reports
from supervision.reports.queries.sealing import broken_seals
from supervision.tabling.operations import purge

reports_group = AppGroup("reports", help="Monthly and yearly reports of counties and above.")


@reports_group.command("open")
def open_() -> None:
    """Open the reports of the month and the year that are over, and note what was corrected.

    Nightly; twice does no harm.
    """
    opened = open_reports(clock.today(), clock.now())
    db.session.commit()
    gaps = note_gaps(clock.today(), keep=db.session.commit)
    db.session.commit()
    click.echo(f"{opened} reports opened, {gaps} corrected values without a reason")


@reports_group.command("purge-files")
def purge_files() -> None:
    """Remove tables as files that are over. Nightly."""
    gone = purge(clock.now())
    db.session.commit()
    click.echo(f"{gone} files removed")


@reports_group.command("verify")
def verify() -> None:
    """Compare every frozen report with its seal in the audit chain; exit 1 where one differs."""
    found = list(broken_seals())
    for code in found:
        click.echo(f"report {code} does not tell what was sealed")
    click.echo(f"{len(found)} broken seals")
    if found:
        raise SystemExit(1)
