"""What every test may ask for: the app on the run's database, the cast, a client per person."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import cast as cast_to

import pytest
from flask import Flask
from sqlalchemy import event

from app import create_app
from core.backup import expiry
from core.config import Config, Environment, SigningKey
from core.database import db, write_intent
from tests.cast import Cast, build_cast
from tests.client import Client

pytest_plugins = ["tests.plugins.absent", "tests.plugins.covers", "tests.plugins.databases"]

INDEX_KEY = bytes(range(32))
FIELD_KEYS = {"t1": bytes(range(16))}


def make_config(instance: Path, database_url: str | None = None, **changes: object) -> Config:
    """Return a configuration for tests: fixed keys, cheap hashes, no limits per address."""
    values: dict[str, object] = {
        "environment": Environment.TEST,
        "instance": instance,
        "database_url": database_url or f"sqlite:///{instance / 'test.db'}",
        "secret_key": "only-for-tests-0123456789-abcdefghij",
        "index_key": INDEX_KEY,
        "field_keys": FIELD_KEYS,
        "current_field_key": "t1",
        "backup_key": b"backup-key-of-tests-0123456789ab",
        "signing_keys": {"s1": SigningKey("ed25519", bytes(range(32)))},
        "current_signing_key": "s1",
        "limits_enabled": False,
        "jobs_url": "here",
        "password_memory_kib": 1024,
        "help_phone": "0571-00000000",
        **changes,
    }
    return Config(**values)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def app(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """Return the app with migrated schema and the cast, once per worker."""
    from tests.plugins.databases import postgresql_url  # noqa: PLC0415
    from tests.schema import make_schema  # noqa: PLC0415

    instance = tmp_path_factory.mktemp("instance")
    url = postgresql_url() if request.config.getoption("--database") == "postgresql" else None
    built = create_app(make_config(instance, url))
    with built.app_context():
        make_schema()
        build_cast()
        db.session.commit()
        db.session.remove()
    gc.collect()
    gc.freeze()  # as the server does: what start-up made is never garbage
    yield built
    with built.app_context():
        db.engine.dispose()


@pytest.fixture
def own_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Return the address of a PostgreSQL database of this test alone; None with SQLite."""
    if request.config.getoption("--database") == "sqlite":
        yield None
        return
    from tests.plugins.databases import own_database  # noqa: PLC0415

    with own_database() as url:
        yield url


@pytest.fixture
def database(app: Flask) -> Iterator[None]:
    """Put every change of the test into one outer transaction that is rolled back at its end."""
    with app.app_context():
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        db.session.remove()
        db.session.configure(join_transaction_mode="create_savepoint")
        engines = cast_to("dict[str | None, object]", db.engines)
        engines[None] = connection
        try:
            yield
        finally:
            db.session.remove()
            engines[None] = engine
            outer.rollback()
            connection.close()


@pytest.fixture
def cast(database: None) -> Cast:
    """Return the organizations and people that every test knows."""
    return Cast.load()


@pytest.fixture
def client_of(app: Flask, cast: Cast) -> Callable[[str], Client]:
    """Return a function: name of the cast -> a browser in which that person is signed in."""

    def build(name: str) -> Client:
        return Client(app, cast.session_token(name))

    return build


@pytest.fixture
def count_statements(app: Flask, database: None) -> Callable[[], AbstractContextManager[list[str]]]:
    """Return a context manager that counts SQL statements (savepoints left out)."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if "SAVEPOINT" not in statement:
                seen.append(statement)

        connection = db.engines[None]
        event.listen(connection, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(connection, "before_cursor_execute", note)

    return counting


@pytest.fixture(autouse=True)
def _no_intent_left() -> Iterator[None]:
    """Fail a test that leaves behind that nothing may be written: the next ones would read so."""
    yield
    is_left = not write_intent.get()
    write_intent.set(True)
    assert not is_left


@pytest.fixture(autouse=True)
def _no_stray_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own settings out of the tests."""
    for name in list(os.environ):
        if name.startswith("REDCROSS_"):
            monkeypatch.delenv(name)


@pytest.fixture
def run_retention(
    app: Flask, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Return what runs ``retention run`` and gives what it said; no real copy is removed."""
    monkeypatch.setattr(expiry, "folder", lambda: tmp_path)

    def command(*words: str) -> str:
        done = app.test_cli_runner().invoke(args=["retention", "run", *words])
        assert done.exit_code == 0, done.output
        db.session.expire_all()
        return done.output

    return command
