"""The browser of this worker, and for each module a server with everything on stage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.browser import launch
from tests.e2e.server import World, world


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the browser; every walk opens windows of its own in it."""
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return a server with the cast, for the tests of one module."""
    with world(tmp_path_factory.mktemp("served")) as running:
        yield running
