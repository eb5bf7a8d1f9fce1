"""Commands of the hours ledger, and what a clock does for volunteers every day."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection

from activities.operations import end_forgotten
from core import clock, signatures
from core.crypto import KEY_ID
from core.database import db, until_done
from core.signatures import SignatureAlgorithm
from core.snapshots import snapshot
from core.transactions import MAX_ATTEMPTS, TryAgainError
from core.web import config_value
from volunteers import anchors
from volunteers.operations import credit_all_held, grant_due, resting
from volunteers.operations.findings import begin_again, look_through
from volunteers.operations.sheets import forget_drafts
from volunteers.operations.skills import remind_of_ends
from volunteers.operations.teams import let_reviews_fall_due
from volunteers.queries import verification

ledger = AppGroup("ledger", help="The hours ledger: is it whole, and does everything equal it.")


@ledger.command("verify")
@click.option(
    "--anchors",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder of anchors instead of the configured one.",
)
def verify(folder: Path | None) -> None:
    """Compare chain, anchors, records, totals and figures; exit 1 where something differs."""
    known = anchors.read_all(folder or config_value("anchor_folder"))
    with snapshot() as connection:
        report = _verify(connection, known)
    click.echo(
        f"{report.entries} entries, {report.anchors} anchors, {report.records} records, "
        f"{report.volunteers} totals, {report.figures} figures"
    )
    for difference in report.differences:
        click.echo(difference)
    for kind, count in report.counts.items():
        if count > verification.PER_KIND:
            click.echo(f"{kind}: {count} in all")
    if not report.is_sound:
        raise SystemExit(1)
    click.echo("The ledger is whole; records, totals and figures equal it.")


def _verify(connection: Connection, known: list[anchors.Anchor]) -> verification.Report:
    """Verify with a bar on the terminal; what follows the chain is a few statements."""
    entries, _ = verification.head_of(connection)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("entries", total=entries)
        return verification.verify(connection, known, lambda rows: bar.advance(task, rows))


@ledger.command("anchor")
@click.option(
    "--anchors",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder of anchors instead of the configured one.",
)
def anchor(folder: Path | None) -> None:
    """Keep the head of the chain outside the database; run it daily and copy the line away."""
    folder = folder or config_value("anchor_folder")
    now = clock.now()
    with snapshot() as connection:
        for known in anchors.read_all(folder)[-1:]:
            _check_anchor(connection, known)
        sequence, digest = verification.head_of(connection)
    taken = anchors.Anchor(sequence, digest, now.isoformat(timespec="seconds"))
    anchors.write(folder, taken, clock.local(now))
    click.echo(taken.line)


@ledger.command("public-keys")
def public_keys() -> None:
    """Print the public keys of certificates, as REDCROSS_OLD_SIGNING_KEYS takes them."""
    for key_id, key in signatures.public_keys().items():
        click.echo(f"{key_id}:{key}")


@ledger.command("make-key")
@click.argument("key_id")
@click.option(
    "--algorithm",
    type=click.Choice([algorithm.value for algorithm in SignatureAlgorithm]),
    default=SignatureAlgorithm.SM2.value,
    show_default=True,
)
def make_key(key_id: str, algorithm: str) -> None:
    """Print a new private key of certificates, as REDCROSS_SIGNING_KEYS takes it; keep nothing."""
    if not KEY_ID.fullmatch(key_id) or key_id in signatures.public_keys():
        raise click.ClickException("a key needs a new id: 1 to 32 letters, digits, - or _")
    click.echo(f"{key_id}:{signatures.new_key(SignatureAlgorithm(algorithm))}")


def _check_anchor(connection: Connection, known: anchors.Anchor) -> None:
    """Stop where the chain lost or changed what the last anchor knew."""
    if known.sequence and verification.digest_at(connection, known.sequence) != known.digest:
        raise click.ClickException(
            f"entry {known.sequence} is gone or differs from the anchor of {known.taken_at}"
        )


volunteers = AppGroup("volunteers", help="What a clock does for volunteers.")


@volunteers.command("daily")
def daily() -> None:
    """Look at new hours, let go who never signed out, wake who serves again, grant due stars.

    Sheets of hours that nobody sent are no longer kept.

    Each step is committed: stopped, it goes on where it was. Doing it twice does no harm.
    """
    now = clock.now()
    gone = until_done(lambda: end_forgotten(now))
    until_done(lambda: credit_all_held(now))
    looked_at = until_done(lambda: _patiently(lambda: look_through(now)))
    woken = until_done(lambda: resting.wake(now))
    resting_now = until_done(lambda: resting.let_rest(now))
    due = until_done(lambda: let_reviews_fall_due(now))
    reminded = remind_of_ends(now)
    db.session.commit()
    notices = until_done(lambda: grant_due(now))
    until_done(lambda: forget_drafts(now))
    told = (
        f"{looked_at} records looked at, {gone} let go, {woken} awake, {resting_now} dormant, "
        f"{reminded} reminded of a certificate"
    )
    click.echo(f"{told}, {due} teams to review, {notices} notices of stars ended")


@volunteers.command("look-through")
@click.option("--again", is_flag=True, help="From the first record on, whatever was looked at.")
def look(*, again: bool) -> None:
    """Look at hours that nobody looked at, as every night; it can be stopped and goes on."""
    now = clock.now()
    if again:
        begin_again(now)
        db.session.commit()
    looked_at = until_done(lambda: _patiently(lambda: look_through(now)))
    click.echo(f"{looked_at} records looked at")


def _patiently(step: Callable[[], int]) -> int:
    """Run a step again where a request was first to find the same."""
    for _ in range(MAX_ATTEMPTS - 1):
        try:
            return step()
        except TryAgainError:
            db.session.rollback()
    return step()
