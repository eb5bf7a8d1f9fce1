"""Commands that count numbers again: every night, at the end of a month, and all from the rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from core.rules import RuleViolation
from organizations.divisions import steps_to
from organizations.figures_runs import as_of
from organizations.operations.residents import import_residents
from organizations.operations.tallies import refresh_references
from organizations.residents import has_residents
from organizations.rules import Measure
from organizations.rules.residents import read_residents
from supervision.cli import figures_group
from supervision.rollup import operations

__all__ = ["figures_group"]

#: The province whose census comes with the product.
TOP = "330000000000"
RESIDENTS_FILE = Path(__file__).resolve().parents[2] / "data" / "zhejiang_residents.csv"


@figures_group.command("nightly")
def nightly() -> None:
    """Count what changes with the day: overdue, silent, active, stale; divisions. Nightly.

    Doing it twice does no harm; a night that was left out is made up for by the next one.
    """
    now = clock.now()
    day = clock.local(now).date()

    def told(measure: Measure, changed: int) -> None:
        click.echo(f"{measure}: {changed} numbers changed")

    operations.nightly(day, keep=db.session.commit, now=now, told=told)
    click.echo(f"counted as of {day}")


@figures_group.command("close-month")
def close_month() -> None:
    """Keep the stocks of the month that ended. Nightly: only the first night writes.

    A month that was closed never changes. Late, it keeps the stocks of the day on which it runs,
    and that day.
    """
    now = clock.now()
    day = clock.local(now).date()
    month, kept = operations.close_last_month(day, keep=db.session.commit, now=now)
    click.echo(f"{month} is closed" if kept is None else f"{month}: {kept} stocks as of {day}")


@figures_group.command("rebuild")
@click.option("--missing", is_flag=True, help="Only numbers that were never counted.")
def rebuild(*, missing: bool) -> None:
    """Count every number anew from the rows. Stopped, the same command goes on.

    Pages go on and others may write: what is wrong is put right measure by measure.
    """
    now = clock.now()
    day = clock.local(now).date()
    measures = operations.begin_rebuild(only_missing=missing, keep=db.session.commit)
    wrong = _rebuild(measures, now)
    if measures and not missing:
        operations.finish_rebuild(day, wrong, keep=db.session.commit, now=now)
    click.echo(f"{len(measures)} measures counted, {wrong} numbers were wrong")


@figures_group.command("catch-up")
def catch_up() -> None:
    """Bring an upgraded database up to date: what was never counted, and the numbers of the night.

    Residents are those of the census where none were entered. Doing it again is quick.
    """
    now = clock.now()
    day = clock.local(now).date()
    if not has_residents() and steps_to(TOP):
        _enter_residents(RESIDENTS_FILE, now)
    wrong = _rebuild(operations.begin_rebuild(only_missing=True, keep=db.session.commit), now)
    if as_of() != day:
        operations.nightly(day, keep=db.session.commit, now=now, told=lambda *_: None)
        operations.close_last_month(day, keep=db.session.commit, now=now)
    click.echo(f"numbers counted as of {day}, {wrong} written")


@figures_group.command("import-residents")
@click.argument("path", type=click.Path(path_type=Path, exists=True), default=RESIDENTS_FILE)
def residents(path: Path) -> None:
    """Enter how many people live in divisions: columns code, year, people, source.

    Without PATH it is the census of 2020 that comes with the product.
    """
    rows, changed = _enter_residents(path, clock.now())
    click.echo(f"{rows} rows, {changed} new or changed")


def _enter_residents(path: Path, now: datetime) -> tuple[int, int]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(read_residents(csv.DictReader(file), clock.local(now).date()))
        changed = import_residents(rows, by=SYSTEM, now=now)
    except RuleViolation as violation:
        raise click.ClickException(str(violation)) from violation
    db.session.commit()
    refresh_references(keep=db.session.commit)
    return len(rows), changed


def _rebuild(measures: Sequence[Measure], now: datetime) -> int:
    """Count measures one after the other under a bar; return how many numbers were wrong."""
    with _bar(len(measures)) as progress:
        bar = progress.task_ids[0]

        def told(measure: Measure, found: int) -> None:
            progress.update(bar, advance=1, description=measure.value)
            if found:
                progress.console.print(f"{measure}: {found} numbers were wrong")

        return operations.rebuild(measures, keep=db.session.commit, now=now, told=told)


@contextmanager
def _bar(total: int) -> Iterator[Progress]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        progress.add_task("", total=total)
        yield progress
