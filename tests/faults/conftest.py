"""One database for everything that is killed: what a test leaves is sound, the next may use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from core.config import Config
from tests.faults.killing import world


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Config]]:
    """Return the application and its configuration, on a database of its own."""
    with world(tmp_path_factory.mktemp("faults")) as found:
        yield found
