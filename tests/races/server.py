"""The production server in a process of its own, on a database of its own."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from flask import Flask

from app import create_app
from core.config import Config
from core.database import db
from tests.cast import build_cast
from tests.conftest import make_config
from tests.plugins.databases import DATABASES, NAME_PREFIX, create, drop
from tests.races import weakened
from tests.schema import make_schema
from tools.programs import ROOT
from tools.serve import command

START_SECONDS = 120
LIFETIME_SECONDS = 3600
#: A race is about who is first, not about who waits.
CROWD = 1000


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: the port it listens on and the file it logs to."""

    port: int
    log: Path

    def faults(self) -> list[str]:
        """Return what the server logged about errors, for the message of a failing test."""
        lines = self.log.read_text("utf-8").splitlines()
        return [line for line in lines if "event='exception'" in line][-5:]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a race takes place: the server, and an application of ours on its database."""

    app: Flask
    server: Server


@contextmanager
def ground(folder: Path, guard: str = "") -> Iterator[Ground]:
    """Return migrated schema, cast and running server, without a guard where one is named."""
    with database(folder) as url:
        config = make_config(folder, url, waiting=CROWD)
        app = create_app(config)
        with app.app_context():
            make_schema()
            with db.engine.begin() as connection:
                weakened.weaken(connection, guard)
            build_cast()
            db.session.commit()
            db.session.remove()
        try:
            with running(config, guard) as server:
                yield Ground(app, server)
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


@contextmanager
def database(folder: Path) -> Iterator[str | None]:
    """Return the address of an empty database of our own; None stands for a file in the folder."""
    if not DATABASES.server:
        yield None
        shutil.rmtree(folder, ignore_errors=True)
        return
    name = f"{NAME_PREFIX}{DATABASES.run}_{DATABASES.worker}_{folder.name}"
    create(DATABASES.server, name)
    try:
        parts = urlsplit(DATABASES.server)
        yield urlunsplit(parts._replace(scheme="postgresql+psycopg", path=f"/{name}"))
    finally:
        drop(DATABASES.server, name)


@contextmanager
def running(config: Config, guard: str, *options: str) -> Iterator[Server]:
    """Start the server as tools.serve does, with options more, and stop it at the end."""
    port, log = free_port(), config.instance / "server.log"
    leash = [sys.executable, "-m", "tests.races.leash", str(LIFETIME_SECONDS)]
    program = command("127.0.0.1", str(port), "tests.races.weakened:create_door")
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*leash, *program, *options],
            cwd=ROOT,
            env=environment(config, guard),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        ) as process,
    ):
        wait_until_ready(process, port, log)
        yield Server(port, log)


def environment(config: Config, guard: str) -> Mapping[str, str]:
    """Return the configuration as the server reads it, with the keys of this process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REDCROSS_")}
    keys = ",".join(f"{name}:{key.hex()}" for name, key in config.field_keys.items())
    return {
        **kept,
        "DATABASE_URL": config.database_url,
        "REDCROSS_ENVIRONMENT": config.environment,
        "REDCROSS_INSTANCE": str(config.instance),
        "REDCROSS_SECRET_KEY": config.secret_key,
        "REDCROSS_INDEX_KEY": config.index_key.hex(),
        "REDCROSS_FIELD_KEYS": keys,
        "REDCROSS_CURRENT_FIELD_KEY": config.current_field_key,
        "REDCROSS_BACKUP_KEY": config.backup_key.hex(),
        "REDCROSS_SIGNING_KEYS": ",".join(
            f"{name}:{key}" for name, key in config.signing_keys.items()
        ),
        "REDCROSS_LIMITS": "off",
        "REDCROSS_JOBS_URL": config.jobs_url,
        "REDCROSS_WAITING": str(config.waiting),
        weakened.WITHOUT: guard,
    }


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when the server answers that it is ready. Raises RuntimeError with its log."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if is_ready(port):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text('utf-8')[-4000:]}")


def is_ready(port: int) -> bool:
    """Return whether the server says that it can work."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
