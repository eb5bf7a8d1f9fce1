"""Commands of the list of schools."""

from __future__ import annotations

import csv
from pathlib import Path

import click
from flask.cli import AppGroup

from core import clock
from core.audit.operations import SYSTEM
from core.database import db, until_done
from core.rules import RuleViolation
from organizations.queries import branch_of_division
from schools.operations import register as operations
from schools.operations.photos import forget_photos
from schools.rules.register import SchoolStage

schools = AppGroup("schools", help="The yearly list of schools.")
DIVISION_LENGTH = 12


@schools.command("import-list")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def import_list(path: Path) -> None:
    """Read a CSV table with code, name, stage, county (division code), in_scope (yes or no)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    for number, line in enumerate(lines, start=2):
        try:
            _register(line)
        except (RuleViolation, ValueError, KeyError) as error:
            db.session.rollback()
            message = f"line {number}: {error}; nothing was kept"
            raise click.ClickException(message) from error
    db.session.commit()
    click.echo(f"{len(lines)} schools on the list")


def _register(line: dict[str, str]) -> None:
    county = branch_of_division(line["county"].ljust(DIVISION_LENGTH, "0"))
    if county is None:
        message = f"no county has the code {line['county']}"
        raise ValueError(message)
    in_scope = {"yes": True, "no": False}[line["in_scope"]]
    new = operations.NewSchool(line["code"], line["name"], SchoolStage(line["stage"]), in_scope)
    operations.register_school(new, county, by=SYSTEM)


@schools.command("daily")
def daily() -> None:
    """Remove pictures of activities that are no longer kept. Doing it twice does no harm."""
    removed = until_done(lambda: forget_photos(clock.now()))
    click.echo(f"{removed} pictures removed")
