"""The browser and the server of this worker; for each module the server has the cast alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e import stage
from tests.e2e.browser import launch
from tests.e2e.server import Served, World, serving


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the browser; every walk opens windows of its own in it."""
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return the server of this worker."""
    with serving(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="module")
def served(server: Served) -> Iterator[World]:
    """Return the server with the cast alone, for the tests of one module."""
    with server.afresh() as world:
        yield world


@pytest.fixture(scope="module")
def town(served: World) -> World:
    """Return the server with the cast under Chinese names; a module may make its own of it."""
    with served.writing():
        stage.rename_cast()
        stage.settle()
    return served
