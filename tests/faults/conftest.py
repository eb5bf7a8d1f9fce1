"""One database for everything that is killed: what a test leaves is sound, the next may use it.

At length each module has one of its own: every kill is followed by a look at all books, and
thousands of rows that other modules left would make the looking take most of an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from flask import Flask

from core.config import Config
from tests.faults.killing import IS_FULL, world


def _scope(fixture_name: str, config: pytest.Config) -> Literal["module", "package"]:
    del fixture_name, config
    return "module" if IS_FULL else "package"


@pytest.fixture(scope=_scope)
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Config]]:
    """Return the application and its configuration, on a database of its own."""
    with world(tmp_path_factory.mktemp("faults")) as found:
        yield found
