"""Commands of the list of schools."""

from __future__ import annotations

import csv
from pathlib import Path

import click
from flask.cli import AppGroup

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.parsing import parse_int
from core.rules import RuleViolation
from organizations.queries import branch_of_division
from schools.operations import purging
from schools.operations import register as operations
from schools.operations.counting import open_year
from schools.rules.register import ENROLLED_MAX, SchoolStage

schools = AppGroup("schools", help="The yearly list of schools.")
DIVISION_LENGTH = 12


@schools.command("import-list")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def import_list(path: Path) -> None:
    """Read a CSV table with code, name, stage, county (division code), in_scope (yes or no).

    Columns for the reason of "no" and for the number of pupils may follow: reason, enrolled.
    """
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


@schools.command("list-year")
def list_year() -> None:
    """Put every school that goes on on the list of this school year; twice does no harm."""
    new = open_year()
    db.session.commit()
    click.echo(f"{new} schools new on the list of this school year")


@schools.command("purge-refused")
def purge_refused() -> None:
    """Remove what names children whose guardian refused, withdrew or never answered: nightly."""
    removed = 0
    while count := purging.purge_due(clock.now()):
        db.session.commit()
        removed += count
    db.session.commit()
    click.echo(f"{removed} children forgotten")


def _register(line: dict[str, str]) -> None:
    county = branch_of_division(line["county"].ljust(DIVISION_LENGTH, "0"))
    if county is None:
        message = f"no county has the code {line['county']}"
        raise ValueError(message)
    in_scope = {"yes": True, "no": False}[line["in_scope"]]
    enrolled = line.get("enrolled") or ""
    new = operations.NewSchool(
        line["code"],
        line["name"],
        SchoolStage(line["stage"]),
        in_scope,
        line.get("reason") or "",
        parse_int(enrolled, "enrolled", low=0, high=ENROLLED_MAX) if enrolled else None,
    )
    operations.register_school(new, county, by=SYSTEM)
