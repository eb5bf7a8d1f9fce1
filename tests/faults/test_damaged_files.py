"""A database file that is broken is refused by name, before anything is served (FLT-10)."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from app import create_app
from core.damage import DamagedDatabaseError, check_file
from core.database import db
from tests.conftest import make_config
from tests.faults.killing import IS_FULL
from tests.schema import make_schema

TRIALS = 30 if IS_FULL else 8
ROWS = 4_000
Damage = Callable[[Path, Random], object]


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """Return a database of some hundred pages with an index, and its log of writes beside it."""
    path = tmp_path / "live.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE facts (id INTEGER PRIMARY KEY, word TEXT UNIQUE)")
        words = [(f"{n * 7919 % ROWS:06d}" * 12,) for n in range(ROWS)]
        connection.executemany("INSERT INTO facts (word) VALUES (?)", words)
        connection.commit()
    return path


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def flip(path: Path, random: Random) -> None:
    """Change one byte of the kind of a page: what a page is no longer fits its place."""
    content = bytearray(path.read_bytes())
    at = random.randrange(1, len(content) // 4096) * 4096
    content[at] ^= 1 + random.randrange(255)
    path.write_bytes(content)


def cut(path: Path, random: Random) -> None:
    """Leave the first part of the file, as a copy that was broken off."""
    os.truncate(path, random.randrange(200, path.stat().st_size - 4096))


@pytest.mark.pure
@pytest.mark.covers("FLT-10")
@pytest.mark.parametrize("damage", [flip, cut])
def test_a_damaged_file_is_refused_by_name(whole: Path, damage: Damage) -> None:
    random = Random(10)  # noqa: S311
    check_file(url_of(whole))
    for trial in range(TRIALS):
        broken = whole.with_name(f"broken{trial}.db")
        shutil.copyfile(whole, broken)
        damage(broken, random)
        with pytest.raises(DamagedDatabaseError, match=rf"{broken.name} is damaged: .*restore"):
            check_file(url_of(broken))


@pytest.mark.pure
@pytest.mark.covers("FLT-10")
def test_a_cut_log_of_writes_leaves_what_was_written_whole(whole: Path) -> None:
    random = Random(11)  # noqa: S311
    for trial in range(TRIALS):
        live = sqlite3.connect(whole)
        for number in range(5):
            live.execute("INSERT INTO facts (word) VALUES (?)", (f"{trial}-{number}" * 900,))
            live.commit()
        torn = whole.with_name(f"torn{trial}.db")
        for end in ("", "-wal"):  # and no -shm
            shutil.copyfile(f"{whole}{end}", f"{torn}{end}")
        live.close()
        log = Path(f"{torn}-wal")
        os.truncate(log, random.randrange(0, log.stat().st_size))
        check_file(url_of(torn))
        with closing(sqlite3.connect(torn)) as connection:
            words = connection.execute("SELECT word FROM facts WHERE id > ?", (ROWS + trial * 5,))
            kept = [word for (word,) in words]
        assert kept == [f"{trial}-{number}" * 900 for number in range(len(kept))]


@pytest.mark.only_on("sqlite")
@pytest.mark.covers("FLT-10")
def test_the_start_is_refused_and_a_backup_takes_its_place(tmp_path: Path) -> None:
    live, kept = tmp_path / "test.db", tmp_path / "kept.backup"
    app = create_app(make_config(tmp_path))
    run = app.test_cli_runner().invoke
    with app.app_context():
        make_schema()
        db.session.remove()
    assert run(args=["backup", "create", str(kept)]).exit_code == 0
    with app.app_context():
        db.engine.dispose()
    cut(live, Random(12))  # noqa: S311
    refused = run(args=["database", "check"])
    assert refused.exit_code == 1
    assert "test.db is damaged" in refused.output
    assert run(args=["backup", "restore", str(kept), "--overwrite"]).exit_code == 0
    check_file(url_of(live))
    assert run(args=["audit", "verify"]).exit_code == 0
