"""Blueprints: the interface itself with its limit per token, and the pages of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, g
from flask_limiter.util import get_remote_address
from limits import RateLimitItemPerMinute

from core import clock, settings
from core.access import guard
from core.extensions import limiter
from supervision.api import operations
from supervision.api.document import ROOT
from supervision.api.queries.tokens import calling_system

if TYPE_CHECKING:
    from flask import Flask, Response

    from core.access.scope import CallingSystem

MAX_CODE = 12

bp = Blueprint("systems", __name__)
api = Blueprint("api", __name__, url_prefix=ROOT)


def _limit() -> str:
    return f"{settings.value('api.per_minute', on=clock.today())} per minute"


def _token() -> str:
    return f"system:{g.system.token_id}"


#: One count per token over all addresses, whatever machine it comes from.
per_token = limiter.shared_limit(_limit, scope="api", key_func=_token)


def system() -> CallingSystem:
    """Return who reads; only in views that need a token."""
    found: CallingSystem = g.system
    return found


def find(token: str) -> CallingSystem | None:
    """Return the system behind a token; an address that guesses waits before it is looked up.

    Raises TooManyRequests after so many wrong tokens in a minute, whatever comes then.
    """
    most = settings.value("api.wrong_per_minute", on=clock.today())
    limit, who = RateLimitItemPerMinute(most), ("wrong-token", get_remote_address())
    if limiter.enabled and not limiter.limiter.test(limit, *who):
        abort(429)
    found = calling_system(token)
    if found is None and limiter.enabled:
        limiter.limiter.hit(limit, *who)
    return found


@api.after_request
def keep_day(response: Response) -> Response:
    """Keep the day on which a token was used."""
    if "system" in g:
        operations.note_use(g.system, clock.today())
    return response


def install(app: Flask) -> None:
    """Bind tokens to the guard."""
    guard.install_systems(app, find)
