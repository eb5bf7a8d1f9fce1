"""Changing which codes a column may hold, without rewriting its table."""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op
from sqlalchemy import text


def change_codes(
    table: str, column: str, name: str, old: Sequence[str], new: Sequence[str]
) -> None:
    """Let a column hold the new codes: a CHECK named ``ck_<table>_<name>`` over a list of codes.

    Raises RuntimeError where rows hold a code that goes: a downgrade would lose what they tell.

    SQLite keeps constraints as the text of the table; replacing the text is the way its manual
    gives for changes that leave the rows alone, and takes no time on a large table.
    """
    constraint = f"ck_{table}_{name}"
    before, after = (f"{column} IN ({_codes(codes)})" for codes in (old, new))
    bind = op.get_bind()
    gone = sorted(set(old) - set(new))
    if gone:
        _refuse_to_lose(table, column, gone)
    if bind.dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({after})")
        return
    sql = bind.execute(text("SELECT sql FROM sqlite_schema WHERE name = :name"), {"name": table})
    stored = str(sql.scalar_one())
    if before not in stored:
        message = f"{constraint} is not what it should be"
        raise RuntimeError(message)
    version = bind.execute(text("PRAGMA schema_version")).scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    bind.execute(
        text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = :name"),
        {"sql": stored.replace(before, after), "name": table},
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")


def _refuse_to_lose(table: str, column: str, gone: Sequence[str]) -> None:
    held = text(f"SELECT count(*) FROM {table} WHERE {column} IN ({_codes(gone)})")  # noqa: S608
    count = op.get_bind().execute(held).scalar_one()
    if count:
        message = f"{count} rows of {table} hold {', '.join(gone)}, which the older version lacks"
        raise RuntimeError(message)


def _codes(codes: Sequence[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
