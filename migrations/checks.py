"""Changing which codes a column may hold, without rewriting its table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

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
    gone = sorted(set(old) - set(new))
    if gone:
        _refuse_to_lose(table, column, gone)
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({after})")
        return
    _rewrite(table, {before: after})


def add_codes(table: str, column: str, name: str, more: Sequence[str]) -> None:
    """Let a column hold further codes beside those that it may hold already."""
    known = _known_codes(table, name)
    change_codes(table, column, name, known, [*known, *more])


def remove_codes(table: str, column: str, name: str, gone: Sequence[str]) -> None:
    """Take back what ``add_codes`` did. Raises RuntimeError where rows hold one of the codes."""
    known = _known_codes(table, name)
    change_codes(table, column, name, known, [code for code in known if code not in gone])


def bind_codes(
    table: str, column: str, name: str, codes: Sequence[str], lengths: tuple[int, int]
) -> None:
    """Let a text column hold nothing but codes, its length changed from one to the other.

    Raises RuntimeError where rows hold anything else.
    """
    check, (old, new) = f"CHECK ({column} IN ({_codes(codes)}))", lengths
    strange = text(f"SELECT count(*) FROM {table} WHERE {column} NOT IN ({_codes(codes)})")  # noqa: S608
    if count := op.get_bind().execute(strange).scalar_one():
        message = f"{count} rows of {table} hold no {column} that is known"
        raise RuntimeError(message)
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE VARCHAR({new})")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} {check}")
        return
    before, after = (f"{column} VARCHAR({length}) NOT NULL" for length in (old, new))
    _rewrite(table, {before: f"{after} CONSTRAINT ck_{table}_{name} {check}"})


def free_codes(
    table: str, column: str, name: str, codes: Sequence[str], lengths: tuple[int, int]
) -> None:
    """Take back what ``bind_codes`` did, lengths given in their old order for this way."""
    check, (old, new) = f"CHECK ({column} IN ({_codes(codes)}))", lengths
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE VARCHAR({new})")
        return
    before, after = (f"{column} VARCHAR({length}) NOT NULL" for length in (old, new))
    _rewrite(table, {f"{before} CONSTRAINT ck_{table}_{name} {check}": after})


def of_one(table: str, column: str, other: str) -> None:
    """Let a column that held a key be empty where another one holds it: always one of the two."""
    constraint = f"CONSTRAINT ck_{table}_of_one CHECK ({of_one_sql(column, other)})"
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL")
        op.execute(f"ALTER TABLE {table} ADD {constraint}")
        return
    key, free = f"CONSTRAINT pk_{table} ", f"{column} INTEGER"
    _rewrite(table, {f"{free} NOT NULL": free, key: f"{constraint}, {key}"})


def let_be_empty(table: str, column: str, *, allowed: bool) -> None:
    """Let a column that holds a key be empty, or forbid it again."""
    if op.get_bind().dialect.name != "sqlite":
        change = "DROP" if allowed else "SET"
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} {change} NOT NULL")
        return
    free, bound = f"{column} INTEGER", f"{column} INTEGER NOT NULL"
    _rewrite(table, {bound: free} if allowed else {free: bound})


def of_one_sql(column: str, other: str) -> str:
    """Return the condition that one of two columns is empty and the other is not."""
    return f"({column} IS NULL) <> ({other} IS NULL)"


def _known_codes(table: str, name: str) -> list[str]:
    """Return the codes of a CHECK as the database keeps it. Raises RuntimeError without one."""
    constraint = f"ck_{table}_{name}"
    if op.get_bind().dialect.name == "sqlite":
        asked = text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :name")
        stored = str(op.get_bind().execute(asked, {"name": table}).scalar_one())
        found = re.search(rf"CONSTRAINT {constraint} CHECK \(\w+ IN \(([^)]*)\)\)", stored)
        stored = found[1] if found else ""
    else:
        asked = text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
        stored = str(op.get_bind().execute(asked, {"name": constraint}).scalar_one_or_none())
    codes = re.findall(r"'([^']*)'", stored)
    if not codes:
        message = f"{table} has no {constraint}"
        raise RuntimeError(message)
    return codes


def _rewrite(table: str, parts: Mapping[str, str]) -> None:
    """Replace parts of the text by which SQLite keeps a table. Raises RuntimeError for others."""
    bind = op.get_bind()
    sql = bind.execute(text("SELECT sql FROM sqlite_schema WHERE name = :name"), {"name": table})
    stored = str(sql.scalar_one())
    for before, after in parts.items():
        if stored.count(before) != 1:
            message = f"{table} is not what it should be: {before}"
            raise RuntimeError(message)
        stored = stored.replace(before, after)
    version = bind.execute(text("PRAGMA schema_version")).scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    bind.execute(
        text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = :name"),
        {"sql": stored, "name": table},
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
