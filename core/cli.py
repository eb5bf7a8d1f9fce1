"""Commands of the installation: database, routes, audit, messages."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import Connection

from core import alarms, clock, copying, messages
from core import retention as keeping
from core.access.marks import mark_of
from core.audit.cutting import BrokenChainError
from core.audit.models import AuditEvent, ReadEvent
from core.audit.operations import SYSTEM, record
from core.audit.queries import verify_chain
from core.backup.state import note_failed, note_passed
from core.chain import ChainCut
from core.config import with_driver
from core.damage import DamagedDatabaseError, check_file
from core.database import db
from core.snapshots import snapshot

ROOT = Path(__file__).resolve().parent.parent

database = AppGroup("database", help="Schema of the database.")
audit = AppGroup("audit", help="The audit chain and the read log.")
retention = AppGroup("retention", help="What is kept how long.")
access = AppGroup("access", help="Who may do what.")
watching = AppGroup("alarms", help="What must be known within a minute.")
sending = AppGroup("messages", help="Messages to phones.")


def alembic_config(connection: Connection | None = None) -> AlembicConfig:
    """Return Alembic's configuration of this project, bound to a connection where one is given."""
    config = AlembicConfig(toml_file=str(ROOT / "pyproject.toml"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade_database(revision: str = "head") -> None:
    """Bring the database of the app to a revision."""
    with db.engine.connect() as connection:
        command.upgrade(alembic_config(connection), revision)
        connection.commit()


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema to a revision, by default the newest."""
    upgrade_database(revision)
    click.echo("The database is up to date.")


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Bring the schema back to an older revision."""
    with db.engine.connect() as connection:
        command.downgrade(alembic_config(connection), revision)
        connection.commit()


@database.command("check")
def check() -> None:
    """Fail where the database is damaged, or models and schema differ."""
    try:
        check_file(db.engine.url.render_as_string(hide_password=False))
    except DamagedDatabaseError as error:
        raise click.ClickException(str(error)) from error
    with db.engine.connect() as connection:
        command.check(alembic_config(connection))


@database.command("copy")
@click.option("--to", "url", envvar="REDCROSS_COPY_TO", required=True, help="An empty database.")
def copy(url: str) -> None:
    """Copy all rows of this SQLite database to an empty PostgreSQL one, and compare both."""
    record("database.copy", "database", None, by=SYSTEM)
    db.session.commit()
    db.session.remove()
    try:
        with db.engine.connect() as source:  # holds the turn to write, so that nobody else does
            sums = copying.copy(source, with_driver(url), _upgrade)
            source.rollback()
    except copying.CopyError as error:
        raise click.ClickException(str(error)) from error
    rows = sum(one.rows for one in sums.values())
    click.echo(f"{rows} rows of {len(sums)} tables copied and compared.")
    click.echo("Now name the new database, and run the verify commands on it.")


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")


@access.command("routes")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
def routes(*, as_json: bool) -> None:
    """List every endpoint with its methods, path and what it needs."""
    rows = route_rows(current_app)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row['endpoint']:<38} {row['methods']:<10} {row['path']:<52} {row['needs']}")


def route_rows(app: Flask) -> list[dict[str, str]]:
    """Return endpoint, methods, path and need of every route, in order of the endpoint."""
    rows = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        if rule.endpoint == "static":
            continue
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        needs = str(mark_of(app.view_functions[rule.endpoint]) or "nobody decided")
        rows.append(
            {"endpoint": rule.endpoint, "methods": methods, "path": rule.rule, "needs": needs}
        )
    return rows


@audit.command("verify")
def verify_audit() -> None:
    """Walk the audit chain and the read log; exit 1 where one is broken."""
    failed = False
    with snapshot():
        for model in (AuditEvent, ReadEvent):
            verdict = verify_chain(model)
            wrong = f"broken at {verdict.broken_at}: {verdict.problem}"
            cut = db.session.get(ChainCut, model.CHAIN)
            begin = f", {_told(cut)}" if cut else ""
            state = "whole" if verdict.is_sound else wrong
            click.echo(f"{model.CHAIN}: {verdict.rows} rows{begin}, {state}")
            failed = failed or not verdict.is_sound
    if failed:
        raise SystemExit(1)


def _told(cut: ChainCut) -> str:
    return f"up to {cut.sequence} removed as older than {clock.local(cut.before):%Y-%m-%d}"


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Count what is due and remove nothing.")
@click.option("--only", multiple=True, help="The name of a rule; again for another one.")
def run_retention(*, dry_run: bool, only: tuple[str, ...]) -> None:
    """Remove what is kept no longer, each part in a transaction of its own. Nightly.

    Stopped, it goes on with the next run; doing it twice does no harm.
    """
    known = {rule.name: rule for rule in keeping.rules()}
    if unknown := set(only) - set(known):
        message = f"no rule {', '.join(sorted(unknown))}; there are {', '.join(known)}"
        raise click.ClickException(message)
    for rule in (known[name] for name in known if not only or name in only):
        now = clock.now()
        begin = keeping.first_day(rule.setting, now)
        kept = f"{rule.setting} {keeping.period(rule.setting, clock.local(now).date())}"
        count = rule.due(now) if dry_run else _remove(rule)
        db.session.rollback()
        click.echo(f"{rule.name}: {count} {'due' if dry_run else 'removed'} ({kept}: {begin} on)")


def _remove(rule: keeping.Rule) -> int:
    """Return how much a rule removed; each part is kept with an audit event of its own."""
    total = 0
    try:
        for count in rule.remove(clock.now()):
            if count:
                record("retention.remove", "rule", None, by=SYSTEM, rule=rule.name, rows=count)
            db.session.commit()
            total += count
    except BrokenChainError as error:
        db.session.rollback()
        raise click.ClickException(str(error)) from error
    return total


@sending.command("deliver")
@click.option("--follow", is_flag=True, help="Go on until stopped, looking every second.")
def deliver(*, follow: bool) -> None:
    """Send the queued messages through the configured gateway."""
    through = messages.gateway()
    while True:
        sent, failed = messages.deliver_queued(through)
        if sent or failed or not follow:
            click.echo(f"{sent} sent, {failed} failed")
        if not follow:
            return
        time.sleep(1)


@watching.command("watch")
@click.option("--phone", "phones", multiple=True, help="Whom to write to; again for another one.")
@click.option(
    "--front-log", "access_log", type=click.Path(path_type=Path), help="Log of the web server."
)
@click.option("--follow", is_flag=True, help="Go on until stopped, looking twice a minute.")
def watch(phones: tuple[str, ...], access_log: Path | None, *, follow: bool) -> None:
    """Say what must be known within a minute; without --follow exit 1 where there is something."""
    said: set[str] = set()
    while True:
        found = alarms.standing(clock.now(), access_log)
        alarms.tell(found, phones)
        db.session.commit()
        for one in found:
            if one.key not in said:
                click.echo(one.text)
        if not follow:
            raise SystemExit(1 if found else 0)
        said = {one.key for one in found}
        db.session.remove()
        time.sleep(alarms.EVERY_SECONDS)


@watching.command("failed")
@click.option("--unit", required=True, help="The unit of the system that failed.")
@click.option("--phone", "phones", multiple=True, help="Whom to write to; again for another one.")
def failed_unit(unit: str, phones: tuple[str, ...]) -> None:
    """Tell that a unit failed: a check of the night that found something, or a backup."""
    now = clock.now()
    note_failed(unit)
    alarm = alarms.Alarm(f"unit:{unit}:{now:%Y%m%d%H%M}", f"failed: {unit}")
    click.echo(f"{alarms.tell([alarm], phones)} messages queued")
    db.session.commit()


@watching.command("passed")
def passed() -> None:
    """Note that every check of the night passed: the page of the system is no longer red."""
    note_passed()


def register(app: Flask) -> None:
    """Register the commands."""
    for entry in (database, audit, retention, sending, access, watching):
        app.cli.add_command(entry)
