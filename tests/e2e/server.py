"""The production server for walks in a browser: its own database, the cast, always three o'clock.

The clock of both processes is moved to the afternoon of today, so that a service of today lies
behind and midnight never falls into a walk.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

from flask import Flask

from app import create_app
from core import clock
from core.config import Config
from core.database import db
from tests.cast import Cast, build_cast
from tests.conftest import make_config
from tests.races.server import environment, free_port, wait_until_ready
from tests.schema import copy_file, fill_file, make_schema
from tools.programs import ROOT
from tools.serve import command

AFTERNOON = time(15)
LIFETIME_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class World:
    """A running server, and an application of ours on its database."""

    app: Flask
    origin: str
    log: Path

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write rows that the server sees afterwards."""
        with self.app.app_context():
            yield
            db.session.commit()
            db.session.remove()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Look at what the server wrote."""
        with self.app.app_context():
            yield
            db.session.remove()

    def logged(self) -> int:
        """Return how long the log is now, to ask later what came after."""
        return self.log.stat().st_size

    def faults(self, since: int) -> list[str]:
        """Return what the server logged about errors since then."""
        lines = self.log.read_bytes()[since:].decode().splitlines()
        return [line for line in lines if "event='failure'" in line or "Error" in line]


class Served:
    """The server of this worker, and what its database was before the first walk.

    To start one takes longer than most walks, so that all modules share it; each begins with the
    cast and nothing else, as if the server had just been started for it.
    """

    def __init__(self, world: World, offset: timedelta) -> None:
        self.world, self.offset = world, offset
        self.kept = sqlite3.connect(":memory:")
        with world.app.app_context():
            copy_file(db.engine, self.kept)

    @contextmanager
    def afresh(self) -> Iterator[World]:
        """Return the server with the cast alone; the clock is put back at the end."""
        clock.set_offset_for_tests(self.offset, production=False)
        try:
            with self.world.app.app_context():
                fill_file(db.engine, self.kept)
                Cast.load()
                db.session.remove()
            yield self.world
        finally:
            clock.set_offset_for_tests(timedelta(), production=False)
            with self.world.app.app_context():
                db.session.remove()
                db.engine.dispose()


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Return migrated schema, cast and running server; the clock is moved for a walk only."""
    now = clock.now()
    offset = timedelta(seconds=int((clock.at(clock.today(), AFTERNOON) - now).total_seconds()))
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    config = make_config(folder, origin=origin, clock_offset_seconds=int(offset.total_seconds()))
    app = create_app(config)
    try:
        with app.app_context():
            make_schema()
            build_cast()
            db.session.commit()
            db.session.remove()
        with running(config, port) as log:
            yield Served(World(app, origin, log), offset)
    finally:
        clock.set_offset_for_tests(timedelta(), production=False)
        with app.app_context():
            db.engine.dispose()


@contextmanager
def running(config: Config, port: int) -> Iterator[Path]:
    """Start the server as tools.serve does, stop it at the end, return the file it logs to."""
    log = config.instance / "server.log"
    leash = [sys.executable, "-m", "tests.races.leash", str(LIFETIME_SECONDS)]
    surroundings = {
        **environment(config, ""),
        "REDCROSS_ORIGIN": config.origin,
        "REDCROSS_HELP_PHONE": config.help_phone,
        "REDCROSS_PASSWORD_MEMORY_KIB": str(config.password_memory_kib),
        "REDCROSS_CLOCK_OFFSET": str(config.clock_offset_seconds),
    }
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*leash, *command("127.0.0.1", str(port))],
            cwd=ROOT,
            env=surroundings,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        ) as process,
    ):
        wait_until_ready(process, port, log)
        yield log
