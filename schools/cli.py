"""Commands of the list of schools."""

from __future__ import annotations

import csv
from pathlib import Path

import click
from flask.cli import AppGroup

from accounts.queries.posts import place_of_code
from core import clock
from core.audit.operations import SYSTEM, record
from core.database import db
from core.rules import RuleViolation
from organizations.queries import branch_of_division
from schools.operations import register as operations
from schools.operations.audits import pack_bytes
from schools.queries.audits import province
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


@schools.command("audit-minors")
@click.option("--year", type=int, required=True, help="The year that the pack is about.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The workbook.")
@click.option("--organization", "code", default="", help="Its code; the province without one.")
@click.option("--purpose", default="年度报送", help="What it is for; it stands in the file.")
def audit_minors(year: int, out: Path, code: str, purpose: str) -> None:
    """Write the yearly audit pack of minors' data: numbers only, nobody's name (PRV-20)."""
    place = place_of_code(code) if code else province()
    if place is None:
        message = f"no organization has the code {code}"
        raise click.ClickException(message)
    out.write_bytes(pack_bytes(place, year, purpose, now=clock.now()))
    record("audits.command", "organization", place.id, by=SYSTEM, year=year, words=purpose)
    db.session.commit()
    click.echo(f"{place.name} {year}: {out}")


def _register(line: dict[str, str]) -> None:
    county = branch_of_division(line["county"].ljust(DIVISION_LENGTH, "0"))
    if county is None:
        message = f"no county has the code {line['county']}"
        raise ValueError(message)
    in_scope = {"yes": True, "no": False}[line["in_scope"]]
    new = operations.NewSchool(line["code"], line["name"], SchoolStage(line["stage"]), in_scope)
    operations.register_school(new, county, by=SYSTEM)
