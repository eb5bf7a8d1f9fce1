"""Commands of the tree: divisions, founding, moving."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.imports.reading import read_file
from core.rules import RuleViolation
from organizations import operations
from organizations.models import Organization
from organizations.operations.tallies import refresh_references
from organizations.queries import organization_of_code
from organizations.rules import DivisionLevel, OrganizationKind, read_divisions, read_lines

DIVISIONS_FILE = Path(__file__).resolve().parent.parent / "data" / "zhejiang_divisions.csv"
EDITION = "2023-06-30"

organizations = AppGroup("organizations", help="The tree of organizations.")


@organizations.command("import-divisions")
@click.option("--file", "path", type=click.Path(path_type=Path), default=DIVISIONS_FILE)
@click.option("--edition", type=click.DateTime(["%Y-%m-%d"]), default=EDITION)
def import_divisions(path: Path, edition: datetime) -> None:
    """Bring in the divisions and found the branches of province, cities and counties."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(read_divisions(csv.DictReader(file)))
    found = operations.import_divisions(rows, edition.date(), by=SYSTEM)
    founded = operations.found_branches(by=SYSTEM)
    db.session.commit()
    refresh_references(keep=db.session.commit)
    counts = ", ".join(
        f"{sum(row.level is level for row in rows)} {level}" for level in DivisionLevel
    )
    click.echo(f"divisions: {counts}")
    click.echo(f"{found.added} added, {found.renamed} renamed, {found.ended} ended")
    click.echo(f"branches founded: {founded}")


@organizations.command("found")
@click.argument("kind", type=click.Choice([kind.value for kind in OrganizationKind]))
@click.argument("parent")
@click.argument("name")
@click.option("--division", default=None, help="12-digit code.")
def found(kind: str, parent: str, name: str, division: str | None) -> None:
    """Found an organization under the one with the code PARENT."""
    new = operations.NewOrganization(
        OrganizationKind(kind), name, division_code=division, founded_on=clock.today()
    )
    try:
        organization = operations.found(new, _required(parent), by=SYSTEM)
    except RuleViolation as violation:
        raise click.ClickException(str(violation)) from violation
    db.session.commit()
    click.echo(f"{organization.code} {organization.path} {organization.name}")


@organizations.command("move")
@click.argument("code")
@click.argument("new_parent")
@click.option("--reason", required=True)
def move(code: str, new_parent: str, reason: str) -> None:
    """Move the organization CODE with everything under it below NEW_PARENT."""
    moved, parent = _required(code), _required(new_parent)
    try:
        row = operations.move(moved, parent, by=SYSTEM, now=clock.now(), reason=reason)
    except RuleViolation as violation:
        raise click.ClickException(str(violation)) from violation
    db.session.commit()
    click.echo(f"{row.from_path} -> {row.to_path}")


@organizations.command("merge")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--at", "place", required=True, help="Code of the Red Cross that decides.")
@click.option("--document", required=True, help="Number of the document.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--divisions", is_flag=True, help="The divisions become one as well.")
@click.option("--dry-run", is_flag=True, help="Only judge the list.")
def merge(
    path: Path, place: str, document: str, day: datetime, *, divisions: bool, dry_run: bool
) -> None:
    """Merge organizations by the list PATH: code of what ends, code or new name, document.

    The same as the page does, row by row; killed on the way it is run again and goes on.
    """
    here = _required(place)
    decision = operations.Decision(document, day.date(), divisions)
    try:
        with path.open("rb") as file:
            lines = list(read_lines(read_file(file).rows))
        finished = operations.go_on_alone(here, by=SYSTEM, keep=db.session.commit)
        merger = operations.prepare(here, lines, decision, by=SYSTEM, now=clock.now())
        for row in operations.left_of(merger):
            click.echo(f"line {row.line}: {row.violation}")
        if dry_run or (finished and not operations.is_ready(merger)):
            db.session.rollback()
            click.echo(f"{finished} lists finished that were begun before")
            return
        db.session.commit()
        code = operations.merge_alone(merger, by=SYSTEM, now=clock.now(), keep=db.session.commit)
    except RuleViolation as violation:
        raise click.ClickException(str(violation)) from violation
    click.echo(f"{code}: {', '.join(operations.summary_of(merger))}")


def _required(code: str) -> Organization:
    organization = organization_of_code(code)
    if organization is None:
        message = f"there is no organization {code}"
        raise click.ClickException(message)
    return organization
