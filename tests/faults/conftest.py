"""A database for each module of what is killed: none depends on what another one left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from core.config import Config
from tests.faults.killing import world


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Config]]:
    """Return the application and its configuration, on a database of its own."""
    with world(tmp_path_factory.mktemp("faults")) as found:
        yield found
