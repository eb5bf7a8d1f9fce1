"""Taking and putting back a copy of the database, SQLite or PostgreSQL, while it is in use."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, NullPool, create_engine, make_url, text

from core import clock
from core.backup.archive import HALF, ArchiveError, Head, read_chunks, read_head, write
from core.health import MIGRATIONS

#: What must not come back to life with an old copy (security.md BAK-04). Idempotency keys stay:
#: a replayed form still counts once.
FORGOTTEN = (
    "UPDATE user_sessions SET ended_at = CURRENT_TIMESTAMP WHERE ended_at IS NULL",
    "UPDATE one_time_codes SET used_at = CURRENT_TIMESTAMP WHERE used_at IS NULL",
)


def create(engine: Engine, target: Path, key: bytes) -> int:
    """Write an encrypted copy of the running database; return its plain size in bytes."""
    if target.exists():
        raise ArchiveError(f"{target.name} exists already")
    partial = target.with_name(target.name + HALF)
    try:
        with partial.open("wb") as file, _copy_of(engine) as source:
            partial.chmod(0o600)
            size = write(source, file, _head(engine), key)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return size


def _head(engine: Engine) -> Head:
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision() or ""
    return Head(clock.now().isoformat(timespec="seconds"), engine.dialect.name, revision)


@contextmanager
def _copy_of(engine: Engine) -> Iterator[IO[bytes]]:
    if engine.dialect.name == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.db"
            with (
                closing(sqlite3.connect(str(engine.url.database))) as live,
                closing(sqlite3.connect(copy)) as target,
            ):
                live.backup(target)
            with copy.open("rb") as file:
                yield file
        return
    command = [
        _program("pg_dump"),
        "--format=custom",
        "--no-owner",
        "--compress=6",
        _libpq(engine.url),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603
        if process.stdout is None:
            raise ArchiveError("pg_dump gave nothing")
        yield process.stdout
    if process.returncode:
        raise ArchiveError("pg_dump failed")


def restore(source: Path, url: str, key: bytes, *, overwrite: bool) -> Head:
    """Put a copy into the database of the URL; return its head.

    The whole file is checked before anything is touched. Refuses a database that holds tables
    unless ``overwrite`` is said, another kind of database, and a schema newer than this program.
    """
    target = make_url(url)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain"
        head = _decrypt(source, plain, key)
        if head.dialect != target.get_backend_name():
            raise ArchiveError(f"the backup is of {head.dialect}, the database is not")
        _check_revision(head.revision)
        if target.get_backend_name() == "sqlite":
            _restore_sqlite(plain, Path(str(target.database)), overwrite=overwrite)
        else:
            _restore_postgresql(plain, target, overwrite=overwrite)
    return head


def _decrypt(source: Path, plain: Path, key: bytes) -> Head:
    with source.open("rb") as file, plain.open("wb") as out:
        head, text_of_head = read_head(file)
        for chunk in read_chunks(file, text_of_head, key):
            out.write(chunk)
    return head


def _check_revision(revision: str) -> None:
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if revision not in known:
        raise ArchiveError(f"the backup's schema {revision} is not known to this program")


def _restore_sqlite(plain: Path, target: Path, *, overwrite: bool) -> None:
    with closing(sqlite3.connect(plain)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise ArchiveError("the copy fails SQLite's integrity check")
        for statement in FORGOTTEN:
            copy.execute(statement)
        copy.commit()
        copy.execute("PRAGMA journal_mode=DELETE")
    if target.exists() and not overwrite:
        raise ArchiveError("the database exists; say --overwrite to replace it")
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    incoming = target.with_name(target.name + ".incoming")
    shutil.copyfile(plain, incoming)
    incoming.replace(target)


def _restore_postgresql(plain: Path, target: URL, *, overwrite: bool) -> None:
    engine = create_engine(target, poolclass=NullPool)
    with engine.connect() as connection:
        filled = connection.execute(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        ).scalar()
    if filled and not overwrite:
        raise ArchiveError("the database holds tables; say --overwrite to replace them")
    command = [_program("pg_restore"), "--clean", "--if-exists", "--no-owner", "--exit-on-error"]
    command += ["--single-transaction", f"--dbname={_libpq(target)}", str(plain)]
    if subprocess.run(command, check=False).returncode:  # noqa: S603
        raise ArchiveError("pg_restore failed; nothing was changed")
    with engine.begin() as connection:
        for statement in FORGOTTEN:
            connection.execute(text(statement))


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ArchiveError(f"{name} is missing: install Debian's postgresql-client")
    return found
