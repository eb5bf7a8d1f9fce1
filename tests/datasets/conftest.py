"""The demonstration, seeded once for all tests of a worker that look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from core.config import Environment
from core.database import db
from tests.datasets.building import build, run


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return an app whose database, a file, holds the demonstration; nobody changes it."""
    app = build(tmp_path_factory.mktemp("demo"), environment=Environment.DEMO)
    seeded = run(app, "demo", "seed")
    assert seeded.exit_code == 0, seeded.output
    yield app
    with app.app_context():
        db.engine.dispose()
