"""Looking at a page without asking the type checker whether every part is there: tests tell."""

from __future__ import annotations

from typing import Any

from tests.client import Client


def look(browser: Client, path: str) -> Any:
    """Return a page that must be there, parsed."""
    return browser.page(path)
