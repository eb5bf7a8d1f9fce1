"""The demonstration, seeded once per run for all tests that look at it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from core.config import Environment
from core.database import db
from tests.conftest import make_config
from tests.datasets.building import build, run


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return an app whose database, a file, holds the demonstration; nobody changes it.

    The worker that is first makes it, the others wait for it and read the same file.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "demonstration"
    folder.mkdir(exist_ok=True)
    with (folder / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        app = _made(folder)
    yield app
    with app.app_context():
        db.engine.dispose()


def _made(folder: Path) -> Flask:
    """Return an app over a folder with the demonstration, made where it is not there."""
    done = folder / "done"
    if done.exists():
        return create_app(make_config(folder, environment=Environment.DEMO))
    app = build(folder, environment=Environment.DEMO)
    seeded = run(app, "demo", "seed")
    assert seeded.exit_code == 0, seeded.output
    done.touch()
    return app
