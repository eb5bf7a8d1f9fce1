"""One line per request, key=value, without personal data (security.md LOG-01..04)."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import structlog
from flask import Flask, g, got_request_exception, request

if TYPE_CHECKING:
    from flask import Response

log = structlog.get_logger("request")
ALLOWED_LENGTH = 200


def _scrub(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep one line per record: control characters are escaped, long values are cut."""
    for key, value in event.items():
        if isinstance(value, str):
            text = (
                value.encode("unicode_escape").decode("ascii") if not value.isprintable() else value
            )
            event[key] = text[:ALLOWED_LENGTH]
    return event


class _Lines(structlog.PrintLogger):
    """Writes lines to standard error; a full disk takes none and fails no request (FLT-04)."""

    def __init__(self, stream: TextIO, *_names: object) -> None:
        super().__init__(stream)

    def msg(self, message: str) -> None:
        """Write one line, or nothing."""
        with suppress(OSError):
            super().msg(message)

    debug = info = warning = error = critical = msg


def configure() -> None:
    """Write records to standard error."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _scrub,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=partial(_Lines, sys.stderr),
        cache_logger_on_first_use=False,
    )


def install(app: Flask) -> None:
    """Log every request by endpoint, never by address or query; a crash by its kind and place."""
    configure()
    if app.config["REDCROSS"].is_production:
        sys.excepthook = _on_crash

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        if request.endpoint not in {"static", "health.live"}:
            log.info(
                "request",
                endpoint=request.endpoint or "none",
                method=request.method,
                status=response.status_code,
                milliseconds=round(
                    (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
                ),
                request_id=g.get("request_id", ""),
            )
        return response

    @got_request_exception.connect_via(app)
    def on_exception(_app: Flask, exception: BaseException, **_: object) -> None:
        log.error(
            "exception",
            kind=type(exception).__name__,
            where=where_of(exception),
            request_id=g.get("request_id", ""),
        )


def _on_crash(kind: type[BaseException], error: BaseException, _trace: object) -> None:
    """Say of a command that broke what is said of a request: its words may hold a row (LOG-02)."""
    log.error("exception", kind=kind.__name__, where=where_of(error))


def where_of(error: BaseException) -> str:
    """Return the innermost places of ours that an error came through: files, lines, no values."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if "site-packages" not in one.filename] or frames
    places = [f"{Path(one.filename).stem}.{one.name}:{one.lineno}" for one in reversed(ours[-6:])]
    return " < ".join(places)
