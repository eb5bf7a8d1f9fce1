"""Commands that a clock runs: filings that are due, dues of the year, drafts, refused data."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import click
from flask.cli import AppGroup

from accounts.cli import user_of
from accounts.directory import scope_of_account
from core import clock, garbage, settings
from core.access.permissions import Permission
from core.database import db, until_done
from core.imports import operations as imports
from core.imports import stream
from core.rules import RuleViolation
from core.snapshots import snapshot
from members import operations, tracing
from members.imports import ADULT_MEMBERS
from members.queries.dues_proof import prove
from people.operations.deaths import settle_deaths

members = AppGroup("members", help="Applications, memberships and filings.")

NOON = time(12, 0)
SHOWN = 20


@members.command("file-due")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="As if it were this day.")
def file_due(on: object) -> None:
    """File what the county did not answer in time, withdrawals that stand, and late transfers.

    End hearings and appeal periods, waiting at the county after 24 months, and settle deaths.

    Doing it twice does no harm.
    """
    day = getattr(on, "date", clock.today)()
    now = clock.now() if day == clock.today() else clock.at(day, NOON)
    filed = until_done(lambda: operations.file_due(now))
    left = until_done(lambda: operations.file_withdrawals(now))
    late = until_done(lambda: operations.escalate_transfers(now))
    heard = until_done(lambda: operations.settle_expulsions(now))
    lapsed = until_done(lambda: operations.lapse_pending(now))
    moved = until_done(lambda: operations.tell_resettled(now))
    gone = until_done(lambda: settle_deaths(now))
    told = f"{filed} filed, {left} withdrawals settled, {late} transfers given to counties"
    more = f"{heard} expulsions went on, {lapsed} memberships lapsed, {moved} members told"
    click.echo(f"{told}, {more}, {gone} deaths settled on {date.isoformat(day)}")


@members.command("purge-exports")
def purge_exports() -> None:
    """Remove files of exports that are over, requests that lapsed, and what killed workers left."""
    ended = operations.purge_exports(clock.now())
    db.session.commit()
    click.echo(f"{ended} exports ended")


@members.command("trace-export")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def trace_export(file: Path) -> None:
    """Tell which export a workbook or CSV file comes from; some hundred rows of it are enough.

    Exits with 1 where no export is sure.
    """
    found = tracing.trace(file)
    if found is None:
        raise click.ClickException("no export carries the mark of this file")
    export, match = found
    post = export.post
    click.echo(f"export {export.code}: {match.agreeing} of {match.rows} rows agree")
    click.echo(f"taken by {export.user.display_name or '-'} (account {export.user.code})")
    click.echo(f"as {post.role} of {post.organization.name}, from {export.organization.name}")
    click.echo(f"on {clock.local(export.created_at):%Y-%m-%d %H:%M}, {export.counted} rows")
    click.echo(f"for {export.purpose}: {export.words}")


@members.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organization", required=True, help="Code of the organization they belong to.")
@click.option("--as", "phone", required=True, help="Phone of the account that enters them.")
@click.option("--most", type=int, help="Rows at most, by default as the settings say.")
@click.option("--left", type=click.Path(path_type=Path), help="Where rows that did not fit go.")
def import_list(
    file: Path, organization: str, phone: str, most: int | None, left: Path | None
) -> None:
    """Enter adult members out of a workbook or text file; stopped, it goes on where it was.

    The account needs a post that may enter members there. Rows that do not fit are written into
    a workbook beside the file, each with its reason.
    """
    scope = scope_of_account(user_of(phone).id, organization, Permission.PEOPLE_ENTER)
    if scope is None:
        raise click.ClickException("the account may not enter members there")
    most = most or settings.value("imports.command_rows", on=clock.today())
    garbage.let_rest()
    try:
        found = stream.run(file, ADULT_MEMBERS, scope, most)
    except RuleViolation as violation:
        raise click.ClickException(str(violation)) from violation
    written, kept = found.made + found.updated, stream.left_of(found)
    if kept:
        target = left or file.with_name(f"{file.stem}-left.xlsx")
        target.write_bytes(stream.left_book(found))
        click.echo(f"rows that did not fit are in {target}")
    click.echo(f"{written} entered, {found.handed} to be looked at, {kept} left of the file")


@members.command("purge-refused")
def purge_refused() -> None:
    """Remove what was kept of children whose guardian refused, drafts and lists that ran out."""
    removed = operations.purge_refused(clock.now())
    drafts = operations.drop_old_drafts(clock.now())
    lists = imports.purge(clock.now())
    db.session.commit()
    click.echo(f"{removed} requests, {drafts} drafts and {lists} lists removed")


@members.command("charge-dues")
@click.option("--year", type=int, help="The year; this one where nothing is said.")
def charge_dues(year: int | None) -> None:
    """Charge the members and units of a year, and mark those behind with an older one.

    Each step is committed: stopped, it goes on where it was. Doing it twice does no harm.
    """
    now = clock.now()
    wanted, made = year or clock.today().year, 0
    for charge_next in (operations.charge_year, operations.charge_groups):
        last_id = 0
        while (step := charge_next(wanted, now, last_id)) is not None:
            db.session.commit()
            made, last_id = made + step.made, step.last_id
        db.session.rollback()
    behind = until_done(lambda: operations.fall_behind(now))
    behind += until_done(lambda: operations.units_fall_behind(now))
    click.echo(f"{made} charged for {wanted}, {behind} more in arrears")


@members.command("propose-removals")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="As if it were this day.")
def propose_removals(on: object) -> None:
    """List those unpaid for two years for their organizations to decide; in January only.

    In another month it says so and does nothing, so that it may run every night.
    """
    day = getattr(on, "date", clock.today)()
    now = clock.now() if day == clock.today() else clock.at(day, NOON)
    try:
        listed = until_done(lambda: operations.propose_removals(now))
        listed += until_done(lambda: operations.propose_units(now))
    except RuleViolation:
        click.echo("proposals are made in January only")
    else:
        click.echo(f"{listed} proposed in {day.year}")


@members.command("remind-papers")
def remind_papers() -> None:
    """Remind secretaries of people entered long ago whose signed paper is missing, once a month.

    Doing it again in the month writes to nobody twice.
    """
    total, last = 0, 0
    while True:
        following, written = operations.remind_of_papers(clock.now(), last)
        db.session.commit()
        total += written
        if following is None:
            break
        last = following
    click.echo(f"{total} reminders")


@members.command("verify-dues")
def verify_dues() -> None:
    """Compare lines, books, payments, charges and remittances; exit 1 where something differs."""
    with snapshot():
        proof = prove()
    click.echo(
        f"{proof.entries} lines, {proof.books} books, {proof.payments} payments, "
        f"{proof.remittances} remittances"
    )
    for difference in proof.differences[:SHOWN]:
        click.echo(difference)
    if not proof.is_sound:
        raise SystemExit(f"{len(proof.differences)} differences")
    click.echo("Every level's book balances to the fen.")


@members.command("purge-groups")
def purge_groups() -> None:
    """Remove forms of units that lead nowhere, and the people behind units that left long ago.

    Doing it twice does no harm.
    """
    click.echo(f"{until_done(lambda: operations.purge_groups(clock.now()))} units treated")
