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
from sqlalchemy import Connection, text

from core import messages
from core.access.marks import mark_of
from core.audit.models import AuditEvent, ReadEvent
from core.audit.queries import verify_chain
from core.database import db

ROOT = Path(__file__).resolve().parent.parent

database = AppGroup("database", help="Schema of the database.")
audit = AppGroup("audit", help="The audit chain and the read log.")
access = AppGroup("access", help="Who may do what.")
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
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET statement_timeout = 0"))
            connection.commit()
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
    """Fail where models and schema differ."""
    with db.engine.connect() as connection:
        command.check(alembic_config(connection))


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
    for model in (AuditEvent, ReadEvent):
        verdict = verify_chain(model)
        state = "whole" if verdict.is_sound else f"broken at {verdict.broken_at}: {verdict.problem}"
        click.echo(f"{model.CHAIN}: {verdict.rows} rows, {state}")
        failed = failed or not verdict.is_sound
    if failed:
        raise SystemExit(1)


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


def register(app: Flask) -> None:
    """Register the commands."""
    for entry in (database, audit, sending, access):
        app.cli.add_command(entry)
