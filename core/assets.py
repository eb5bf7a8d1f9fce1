"""Addresses of static files that change with their content."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, url_for

VENDOR = "vendor/"


def install(app: Flask) -> None:
    """Give templates ``static_url``; ``vendor/htmx`` is htmx.min.js in the built manifest."""
    folder = Path(app.static_folder or "static")

    def static_url(name: str) -> str:
        if name.startswith(VENDOR):
            file = VENDOR + manifest(folder)[f"{name.removeprefix(VENDOR)}.min.js"]
        else:
            file = name
        return url_for("static", filename=file, v=digest(folder / file))

    app.jinja_env.globals["static_url"] = static_url


@lru_cache(maxsize=4)
def manifest(folder: Path) -> dict[str, str]:
    """Return logical name -> file of the built third-party files."""
    names: dict[str, str] = json.loads(
        (folder / VENDOR / "manifest.json").read_text(encoding="utf-8")
    )
    return names


@lru_cache(maxsize=64)
def digest(path: Path) -> str:
    """Return a short digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
