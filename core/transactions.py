"""One transaction per request: commit after the response is built, roll back for anything else."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from flask import Flask, g, has_request_context, request
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core.database import db, write_intent
from core.sessions import current_session
from core.templating import Templates

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import ORMExecuteState

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_ATTEMPTS = 5
RETRYABLE_STATES = frozenset({"40001", "40P01", "55P03"})


class WriteInGetError(RuntimeError):
    """Something tried to write while a page was only read."""


class TryAgainError(RuntimeError):
    """A constraint told that another request was first: run again and see its effect."""


class RetryingFlask(Flask):
    """Runs a request again where the database asks for it (RACE-16, decisions.md D9)."""

    jinja_environment = Templates

    def full_dispatch_request(self) -> Response:
        """Return the response; at most five attempts with jitter, then the error."""
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                return super().full_dispatch_request()
            except (DBAPIError, StaleDataError, TryAgainError) as error:
                db.session.rollback()
                if attempt == MAX_ATTEMPTS or not is_retryable(error):
                    raise
                _forget()
                current_session().reopen()
                time.sleep(secrets.randbelow(40) / 1000 * attempt)
        raise AssertionError  # the loop returns or raises

    def log_exception(self, exc_info: object) -> None:
        """Write no words of an error: a database puts the row into them (LOG-02).

        core/logging.py writes its kind and where it came from.
        """


def is_retryable(error: Exception) -> bool:
    """Return whether running the same request again may succeed."""
    if isinstance(error, TryAgainError | StaleDataError):
        return True
    if isinstance(error, IntegrityError):
        return False
    if getattr(error, "connection_invalidated", False):
        return True  # the pool has new ones; a commit whose answer was lost is found by its key
    original = getattr(error, "orig", None)
    state = getattr(original, "sqlstate", None)
    return state in RETRYABLE_STATES or "database is locked" in str(original)


def _forget() -> None:
    for name in list(vars(g)):
        if not name.startswith("_keep"):
            g.pop(name, None)


def install(app: Flask) -> None:
    """Attach the transaction to every request."""

    @app.before_request
    def open_transaction() -> None:
        token = write_intent.set(request.method not in SAFE_METHODS)
        g.setdefault("_keep_write_token", token)  # of the first attempt: what was before it

    @app.after_request
    def close_transaction(response: Response) -> ResponseReturnValue:
        if request.method in SAFE_METHODS:
            db.session.rollback()
        elif response.status_code < 400 or g.get("commit_anyway", False):  # noqa: PLR2004
            db.session.commit()
        else:
            db.session.rollback()
        return response

    @app.teardown_request
    def reset(_error: BaseException | None) -> None:
        token = g.pop("_keep_write_token", None)
        if token is not None:
            write_intent.reset(token)


def commit_anyway() -> None:
    """Keep what this request wrote although it is answered with an error, as a failed try."""
    g.commit_anyway = True


def is_reading() -> bool:
    """Return whether the running request may only read."""
    return (
        has_request_context()
        and request.method in SAFE_METHODS
        and not g.get("writes_allowed", False)
    )


@event.listens_for(Session, "before_flush")
def _refuse_flush(session: Session, *_: Any) -> None:
    if is_reading() and (session.new or session.dirty or session.deleted):
        raise WriteInGetError(request.endpoint)


@event.listens_for(Session, "do_orm_execute")
def _refuse_statement(state: ORMExecuteState) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and is_reading():
        raise WriteInGetError(request.endpoint)
