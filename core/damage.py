"""A database file that is broken is named before anything is served from it (FLT-10)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

WAY_OUT = "Stop the services, keep the file aside and restore the last backup: flask backup restore"


class DamagedDatabaseError(RuntimeError):
    """The file of the database is not whole; the message names it and the way out."""


def check_file(url: str) -> None:
    """Raise DamagedDatabaseError where the SQLite file of the URL is cut or its pages do not fit.

    PostgreSQL looks after its own files. SQLite's pages have no checksums: a changed value that
    breaks no structure is found by the chains (``ledger verify``, ``audit verify``).
    """
    target = make_url(url)
    path = Path(str(target.database or ""))
    if target.get_backend_name() != "sqlite" or not path.is_file() or not path.stat().st_size:
        return
    try:
        with closing(sqlite3.connect(path, timeout=15)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if "malformed" not in str(error) and "disk I/O" not in str(error):
            raise
        found = str(error)
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        first = found.splitlines()[0]
        raise DamagedDatabaseError(f"The database {path.name} is damaged: {first}. {WAY_OUT}")
