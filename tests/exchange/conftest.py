"""No test of the exchange leaves a file behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from core.exports import vault
from tests.client import Client

ClientOf = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _folder(app: Flask, database: None) -> Iterator[None]:
    """Leave no file behind: the folder of the instance outlives the test."""
    yield
    for path in vault.folder().iterdir():
        vault.remove(path.name)
