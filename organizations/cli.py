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
from core.rules import RuleViolation
from organizations import operations
from organizations.models import Organization
from organizations.queries import organization_of_code
from organizations.rules import DivisionLevel, OrganizationKind, read_divisions

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


def _required(code: str) -> Organization:
    organization = organization_of_code(code)
    if organization is None:
        message = f"there is no organization {code}"
        raise click.ClickException(message)
    return organization
