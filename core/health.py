"""Health pages for the machine that watches: no sign-in, no version, no personal data (T8)."""

from __future__ import annotations

from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.access.marks import public
from core.database import db, is_postgresql
from core.outages import has_room
from core.web import config_value

bp = Blueprint("health", __name__)
SWITCHES = (
    "SELECT current_setting('synchronous_commit'), current_setting('fsync'),"
    " current_setting('full_page_writes'), pg_is_in_recovery()"
)
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


@bp.get("/healthz")
@public
def live() -> tuple[str, int]:
    """Return ok while the process answers."""
    return "ok", 200


@bp.get("/readyz")
@public
def ready() -> tuple[str, int]:
    """Return ok when there is room, the database is durable, and at the newest migration."""
    problem = problem_now()
    return ("ok", 200) if problem is None else (problem, 503)


def problem_now() -> str | None:
    """Return in one word why the installation cannot work, None where it can."""
    try:
        return _problem()
    except SQLAlchemyError:
        return "database"


def _problem() -> str | None:
    if not has_room(config_value("instance")):
        return "space"
    connection = db.session.connection()
    current = MigrationContext.configure(connection).get_current_revision()
    if current != ScriptDirectory(str(MIGRATIONS)).get_current_head():
        return "migrations"
    if is_postgresql():
        *switches, is_copy = connection.execute(text(SWITCHES)).one()
        if set(switches) != {"on"}:
            return "durability"
        if is_copy:
            return "read-only"
    elif connection.execute(text("PRAGMA synchronous")).scalar() != 2:  # noqa: PLR2004
        return "durability"
    return None
