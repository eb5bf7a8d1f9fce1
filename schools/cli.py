"""Commands of the list of schools, of the step into a school year, and of the nightly clock."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from accounts.queries.posts import place_of_code
from core import clock, crypto, garbage
from core.audit.operations import SYSTEM, record
from core.database import db, until_done
from core.parsing import parse_int
from core.rules import RuleViolation
from organizations.queries import branch_of_division
from schools.operations import adults, offers, purging, year_steps, years
from schools.operations import register as operations
from schools.operations.audits import pack_bytes
from schools.operations.counting import open_year
from schools.operations.overdue_offers import escalate_offers
from schools.queries.audits import province
from schools.queries.missed_years import first_year
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


@schools.command("move-up")
@click.option("--batch", default="", help="Go on with a run that was stopped, as it told.")
def move_up(batch: str) -> None:
    """Move every school that has not moved into the school year; resumable, twice is once.

    Schools that missed a year make it up first, one year after the other.
    """
    garbage.let_rest()
    now = clock.now()
    last, done = years.year_now(now), _advance(batch) if batch else 0
    batch = batch or crypto.opaque_code(8)
    for year in range(first_year(last), last + 1):
        count = years.open_runs(year, batch, by=SYSTEM, now=now)
        db.session.commit()
        click.echo(f"{year}: {count} schools, --batch {batch}")
        done += _advance(batch)
    click.echo(f"{done} pupils moved up")


def _advance(batch: str) -> int:
    """Move the open steps of a batch to their end; return how many pupils it was about."""
    done, after = 0, year_steps.START
    with click.progressbar(length=year_steps.total_of(batch), label="pupils") as bar:
        while (found := year_steps.advance(batch, after, by=SYSTEM, now=clock.now())) is not None:
            db.session.commit()
            after, count = found
            done += count
            bar.update(count)
    db.session.commit()
    return done


@schools.command("come-of-age")
def come_of_age() -> None:
    """End the access of guardians whose ward is of age, and ask the person. Nightly.

    Doing it twice does no harm.
    """
    ended = _windows(adults.end_guardians)
    asked = _windows(adults.ask_adults)
    click.echo(f"{ended} guardians ended, {asked} people asked")


@schools.command("settle-leavers")
def settle_leavers() -> None:
    """Let graduates whom no school took wait at their county. Nightly; twice does no harm.

    Offers that a school did not answer in time are given to its Red Cross, which reads numbers.
    """
    late = until_done(lambda: escalate_offers(clock.now()))
    settled = until_done(lambda: offers.settle_leavers(clock.now()))
    click.echo(f"{settled} schools settled, {late} offers given to offices")


def _windows(step: Callable[[int, datetime], tuple[int, int] | None]) -> int:
    after, total = 0, 0
    while (found := step(after, clock.now())) is not None:
        db.session.commit()
        after, count = found
        total += count
    db.session.rollback()
    return total
