"""A backup that comes back whole, and one that must not come back at all."""

from __future__ import annotations

import io
import secrets
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

from app import create_app
from core.backup import copies
from core.backup.archive import CHUNK_BYTES, ArchiveError, Head, read_chunks, read_head, write
from core.database import db
from tests.cast import build_cast
from tests.conftest import make_config
from tests.schema import make_schema

KEY = bytes(range(32))
HEAD = Head("2026-11-21T00:00:00+00:00", "sqlite", "0001")


def archive_of(plain: bytes) -> bytes:
    """Return the bytes of a backup."""
    target = io.BytesIO()
    write(io.BytesIO(plain), target, HEAD, KEY)
    return target.getvalue()


def content_of(sealed: bytes, key: bytes = KEY) -> bytes:
    """Return what a backup holds."""
    source = io.BytesIO(sealed)
    _, head = read_head(source)
    return b"".join(read_chunks(source, head, key))


@pytest.mark.pure
@pytest.mark.covers("BAK-03")
@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 5])
def test_what_was_written_is_read(size: int) -> None:
    plain = secrets.token_bytes(size)
    assert content_of(archive_of(plain)) == plain


@pytest.mark.pure
@pytest.mark.covers("BAK-03")
def test_damage_is_refused_by_name() -> None:
    sealed = archive_of(secrets.token_bytes(CHUNK_BYTES + 700))
    refused = 0
    for _ in range(50):
        at = secrets.randbelow(len(sealed))
        broken = bytearray(sealed)
        broken[at] ^= 1 + secrets.randbelow(255)
        with pytest.raises(ArchiveError):
            content_of(bytes(broken))
        refused += 1
    for cut in (len(sealed) - 1, len(sealed) // 2, 30, 3):
        with pytest.raises(ArchiveError):
            content_of(sealed[:cut])
    with pytest.raises(ArchiveError, match="key"):
        content_of(sealed, secrets.token_bytes(32))
    with pytest.raises(ArchiveError, match="after its end"):
        content_of(sealed + b"x")
    assert refused == 50


def open_sessions(engine: Engine) -> int:
    """Return how many sessions could still be used."""
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT count(*) FROM user_sessions WHERE ended_at IS NULL")
        )
        return int(found.scalar_one())


def persons(engine: Engine) -> list[tuple[object, ...]]:
    """Return every person's row."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT * FROM persons ORDER BY id"))]


@pytest.mark.covers("BAK-01", "BAK-04")
def test_a_copy_comes_back_without_its_sessions(tmp_path: Path, own_url: str | None) -> None:
    app = create_app(make_config(tmp_path, own_url))
    copy, url = tmp_path / "copy.backup", app.config["REDCROSS"].database_url
    with app.app_context():
        make_schema()
        build_cast()
        db.session.commit()
        before, sessions = persons(db.engine), open_sessions(db.engine)
        copies.create(db.engine, copy, KEY)
        db.session.execute(text("DELETE FROM user_sessions"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    with pytest.raises(ArchiveError, match="overwrite"):
        copies.restore(copy, url, KEY, overwrite=False)
    copies.restore(copy, url, KEY, overwrite=True)
    engine = create_engine(url, poolclass=NullPool)
    assert len(before) > 10
    assert sessions > 0
    assert persons(engine) == before
    assert open_sessions(engine) == 0


@pytest.mark.pure
@pytest.mark.covers("BAK-03")
def test_a_backup_of_an_unknown_schema_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "old.backup").open("wb") as file:
        write(io.BytesIO(b"x"), file, Head("2020", "sqlite", "9999"), KEY)
    with pytest.raises(ArchiveError, match="9999"):
        copies.restore(
            tmp_path / "old.backup", f"sqlite:///{tmp_path / 'new.db'}", KEY, overwrite=False
        )
    assert not (tmp_path / "new.db").exists()
