"""Runs the migrations on the database of the configuration."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import has_app_context
from sqlalchemy import Connection

from app import create_app
from core.database import Base, ByteOrdered, UTCDateTime, db, write_intent
from migrations.guards import check_keys, guarded, set_limits


def render_item(kind: str, item: Any, context_of_run: AutogenContext) -> str | Literal[False]:
    """Write own types as plain SQLAlchemy types, so that no migration imports the application."""
    del context_of_run
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is ByteOrdered:
        return "BYTE_ORDERED"
    return False


def include_object(
    item: object, name: str | None, kind: str, _reflected: object, _other: object
) -> bool:
    """Leave out what SQLite keeps for itself."""
    del item
    return not (kind == "table" and name is not None and name.startswith("sqlite_"))


def migrate(connection: Connection) -> None:
    """Run the migrations, all of them in one transaction: what fails leaves the old schema."""
    with guarded(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=False,
            transactional_ddl=True,
            render_item=render_item,
            include_object=include_object,
        )
        with context.begin_transaction():
            set_limits(connection)
            context.run_migrations()
            check_keys(connection)


def run() -> None:
    """Migrate through the connection that was handed over, else through the app's engine."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    if not has_app_context():
        create_app().app_context().push()
    write_intent.set(True)
    with db.engine.connect() as connection:
        migrate(connection)


run()
