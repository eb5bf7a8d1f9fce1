"""What somebody with the owner's rights could do to the ledger by direct SQL."""
# ruff: noqa: S608 - statements are put together from what this file holds

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text


@contextmanager
def open_tables(connection: Connection) -> Iterator[None]:
    """Take the triggers away, as somebody with the owner's rights could; put them back."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield
        connection.execute(text("SET LOCAL session_replication_role = origin"))
        return
    found = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    ).all()
    for name, _ in found:
        connection.execute(text(f"DROP TRIGGER {name}"))
    yield
    for _, statement in found:
        connection.exec_driver_sql(statement)


def _change(dice: random.Random, connection: Connection, last: int) -> str:
    """Change one value of one entry."""
    columns: dict[str, Any] = {
        "kind": "CASE kind WHEN 'credit' THEN 'reversal' ELSE 'credit' END",
        "record_id": "record_id + 1",
        "reverses_id": "coalesce(reverses_id, 0) + 1",
        "pseudonym": "'f' || substr(pseudonym, 1, 30) || '\"'",
        "organization_id": "organization_id + 1",
        "minutes": f"minutes + {dice.choice([-1, 1, 60])}",
        "method": "'imported'",
        "entered_by_id": "coalesce(entered_by_id, 0) + 1",
        "reason": f"reason || '{dice.choice(['x', ',', chr(34)])}'",
        "digest": "zeroblob(32)" if connection.dialect.name == "sqlite" else "'\\x00'::bytea",
        "sequence": f"{last + 1}",
    }
    column = dice.choice(list(columns))
    sequence = dice.randint(1, last)
    return f"UPDATE ledger_entries SET {column} = {columns[column]} WHERE sequence = {sequence}"


def _move(dice: random.Random, connection: Connection, last: int) -> str:
    """Move one instant of one entry by some seconds."""
    column = dice.choice(["starts_at", "ends_at", "entered_at"])
    seconds = dice.choice([1, 60, 86_400])
    moved = (
        f"strftime('%Y-%m-%d %H:%M:%f', {column}, '+{seconds} seconds')"
        if connection.dialect.name == "sqlite"
        else f"{column} + interval '{seconds} seconds'"
    )
    return f"UPDATE ledger_entries SET {column} = {moved} WHERE sequence = {dice.randint(1, last)}"


def _delete(dice: random.Random, connection: Connection, last: int) -> str:
    return f"DELETE FROM ledger_entries WHERE sequence = {dice.randint(1, last)}"


def _insert(dice: random.Random, connection: Connection, last: int) -> str:
    """Copy an entry behind the last one."""
    return (
        "INSERT INTO ledger_entries (kind, record_id, pseudonym, organization_id, starts_at,"
        " ends_at, minutes, method, entered_at, reason, sequence, digest)"
        " SELECT kind, record_id, pseudonym, organization_id, starts_at, ends_at, minutes,"
        f" method, entered_at, reason, {last + 1}, digest FROM ledger_entries"
        f" WHERE sequence = {dice.choice([1, 2, 3, last // 2])}"
    )


def _swap(dice: random.Random, connection: Connection, last: int) -> str:
    one, other = dice.sample(range(1, last + 1), 2)
    return (
        f"UPDATE ledger_entries SET sequence = -sequence WHERE sequence IN ({one}, {other});"
        f"UPDATE ledger_entries SET sequence = {other} WHERE sequence = -{one};"
        f"UPDATE ledger_entries SET sequence = {one} WHERE sequence = -{other}"
    )


def truncate(dice: random.Random, connection: Connection, last: int) -> str:
    """Cut the last entries off and put the head back, as somebody careful would."""
    kept = last - dice.randint(1, 5)
    return (
        f"DELETE FROM ledger_entries WHERE sequence > {kept};"
        f"UPDATE chain_heads SET sequence = {kept}, digest ="
        f" (SELECT digest FROM ledger_entries WHERE sequence = {kept}) WHERE name = 'ledger'"
    )


TAMPERS: list[Callable[[random.Random, Connection, int], str]] = [
    _change, _change, _change, _change, _move, _delete, _insert, _swap, truncate,
]  # fmt: skip
