"""How large the body of a request may be: small everywhere, larger where a file is handed in.

The limit is set before anything reads the form; a body over it is answered with 413 and never
kept in memory, because files are written to disk while they arrive (security.md FILE-01).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., object])

#: What the other fields of a form with a file, and its frame, may take beside the file.
FRAME = 1024 * 1024


def takes_file(most: int) -> Callable[[View], View]:
    """Mark a view that takes a file of at most so many bytes."""

    def wrap(view: View) -> View:
        view.__takes_file__ = most  # type: ignore[attr-defined]
        return view

    return wrap


def most_bytes(app: Flask) -> int:
    """Return how long a body may be where the largest file is handed in."""
    files = [getattr(view, "__takes_file__", 0) for view in app.view_functions.values()]
    forms: int = app.config["MAX_CONTENT_LENGTH"]
    return max(forms, max(files, default=0) + FRAME)


def install(app: Flask) -> None:
    """Raise the limit of requests to marked views; register before whatever reads the form."""

    @app.before_request
    def allow() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        most = getattr(view, "__takes_file__", 0)
        if most:
            request.max_content_length = most + FRAME
