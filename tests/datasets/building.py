"""An application with a database of its own, and what its commands say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from tests.conftest import make_config
from tests.schema import make_schema


def run(app: Flask, *args: str) -> Any:
    """Return what a command of the application gave."""
    return app.test_cli_runner().invoke(args=list(args))


def build(folder: Path, **changes: Any) -> Flask:
    """Return an app with its own database, migrated and with divisions."""
    app = create_app(make_config(folder, **changes))
    with app.app_context():
        make_schema()
    assert run(app, "organizations", "import-divisions").exit_code == 0
    return app
