"""Runs the migrations on the database of the configuration."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app, has_app_context
from sqlalchemy import Connection, text

from app import create_app
from core.database import Base, ByteOrdered, UTCDateTime, db, write_intent


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
    """Run the migrations in one transaction each."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
        render_item=render_item,
        include_object=include_object,
    )
    with context.begin_transaction():
        context.run_migrations()


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
        if current_app and connection.dialect.name == "postgresql":
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("SET lock_timeout = '5s'"))
            connection.commit()
        migrate(connection)


run()
