"""Blueprints: the interface itself with its limit per token, and the pages of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g

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


@api.after_request
def keep_day(response: Response) -> Response:
    """Keep the day on which a token was used."""
    if "system" in g:
        operations.note_use(g.system, clock.today())
    return response


def install(app: Flask) -> None:
    """Bind tokens to the guard."""
    guard.install_systems(app, calling_system)
