"""A database of a size, filled, with the production server in front of it; gone afterwards."""

from __future__ import annotations

import csv
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from flask import Flask
from sqlalchemy import text

from app import create_app
from bench.browser import Browser, sign_in
from bench.machine import Meter
from bench.public import furnish_public
from bench.server import bp
from core import clock
from core.audit.operations import SYSTEM
from core.cli import upgrade_database
from core.config import Config
from core.database import db, is_postgresql
from datasets.scale.accounts import bench_accounts
from datasets.scale.cli import Bars
from datasets.scale.operations import seed
from datasets.scale.sizes import SIZES, Size
from organizations import operations
from organizations.cli import DIVISIONS_FILE
from organizations.rules import Measure, read_divisions
from supervision.rollup.operations import put_right
from tests.plugins.databases import create, drop, local_server, plain
from tools.programs import ROOT
from tools.serve import command

SEED = 1
START_SECONDS = 300
STOP_SECONDS = 15
VARIABLE = "BENCH_DATABASE_URL"


@dataclass(slots=True)
class World:
    """One size on one database, being served."""

    kind: str
    name: str
    size: Size
    app: Flask
    meter: Meter
    port: int
    seeding: float = 0.0
    browsers: dict[str, Browser] = field(default_factory=dict)

    def sign_everybody_in(self) -> None:
        """Sign in every account of the seed, once: codes of a factor count once."""
        for account in bench_accounts(self.size, SEED):
            self.browsers[account.name] = sign_in(self.port, account)
        self.browsers["nobody"] = Browser(self.port, forgets=True)


@contextmanager
def world(kind: str, name: str) -> Iterator[World]:
    """Make, fill and serve a throw-away database of a kind and size."""
    folder = Path(tempfile.mkdtemp(prefix=f"redcross-bench-{name.lower()}-"))
    try:
        with _database(kind, name, folder) as url:
            environment = _environment(folder, url)
            app = create_app(Config.from_env(environment))
            app.register_blueprint(bp)
            seconds = _fill(app, SIZES[name])
            with _served(environment, folder) as (process, port):
                database = urlsplit(url).path[1:] if kind == "postgresql" else None
                meter = Meter(process.pid, database)
                found = World(kind, name, SIZES[name], app, meter, port, seconds)
                found.sign_everybody_in()
                yield found
            with app.app_context():
                db.engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(kind: str, name: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    given = os.environ.get(VARIABLE)
    server = plain(given) if given else local_server()
    if server is None:
        message = f"no PostgreSQL server: name one in {VARIABLE}"
        raise SystemExit(message)
    database = f"redcross_bench_{os.getpid()}_{name.lower()}"
    create(server, database)
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{database}"))
    finally:
        drop(server, database)


def _environment(folder: Path, url: str) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REDCROSS_")}
    return {
        **kept,
        "DATABASE_URL": url,
        "REDCROSS_ENVIRONMENT": "demo",
        "REDCROSS_INSTANCE": str(folder),
        "REDCROSS_SECRET_KEY": secrets.token_hex(32),
        "REDCROSS_INDEX_KEY": secrets.token_hex(32),
        "REDCROSS_FIELD_KEYS": f"b1:{secrets.token_hex(16)}",
        "REDCROSS_BACKUP_KEY": secrets.token_hex(32),
        "REDCROSS_LIMITS": "off",
    }


def _fill(app: Flask, size: Size) -> float:
    """Migrate and load; how many seconds the load took."""
    with app.app_context():
        upgrade_database()
        with DIVISIONS_FILE.open(encoding="utf-8", newline="") as file:
            rows = list(read_divisions(csv.DictReader(file)))
        operations.import_divisions(rows, clock.today(), by=SYSTEM)
        operations.found_branches(by=SYSTEM)
        db.session.commit()
        bars, start = Bars(), time.perf_counter()
        with bars.progress:
            seed(size, SEED, now=clock.now(), progress=bars)
        furnish_public(clock.now())
        db.session.commit()
        numbers = [Measure.VENUES, Measure.VENUE_ACTIVITIES, Measure.VENUE_TIMES]
        put_right(numbers, keep=db.session.commit)
        db.session.remove()
        _settle()
        return time.perf_counter() - start


def _settle() -> None:
    """Look at all tables as the server's own vacuum would, where it runs."""
    engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if is_postgresql():
            connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE" if is_postgresql() else "ANALYZE"))
        connection.invalidate()  # the next one has the limits of all


@contextmanager
def _served(
    environment: Mapping[str, str], folder: Path
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start the server as tools.serve does, wait until it is ready, stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    log = folder / "server.log"
    program = command("127.0.0.1", str(port), "bench.server:create_door")
    with log.open("wb") as output:
        process = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        _wait(process, port, log)
        yield process, port
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if Browser(port).get("/readyz").status == 200:  # noqa: PLR2004
                return
        except OSError:
            time.sleep(0.2)
    message = "the server does not answer:\n" + log.read_text("utf-8")[-2000:]
    raise RuntimeError(message)
