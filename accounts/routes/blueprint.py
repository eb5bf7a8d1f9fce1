"""The blueprint, its limits per address, and what every step of signing in shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request
from flask_limiter import RateLimitExceeded

from accounts import operations
from accounts.directory import current_user_session
from accounts.rules import device_of
from core import clock, errors
from core.audit.operations import Actor
from core.i18n import gettext, say
from core.sessions import current_session, token_digest
from core.web import safe_next, see_other, wants_fragment

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response as AnyResponse

    from accounts.rules import TooOftenError
    from core.forms import AppForm

bp = Blueprint("accounts", __name__)

#: Per address; many phones of one street may share one (security.md AU-06).
SEND_LIMIT = "60 per 10 minutes"
CODE_LIMIT = "120 per 10 minutes"
PASSWORD_LIMIT = "30 per 10 minutes"  # noqa: S105 - a limit, no secret
FACTOR_LIMIT = "60 per 10 minutes"

#: Pages that somebody has to see first after signing in: account -> address, or nothing.
LANDINGS: list[Callable[[int], str | None]] = []


@bp.errorhandler(RateLimitExceeded)
def on_limit(error: RateLimitExceeded) -> Response:
    """Say when to return; nothing was looked at."""
    seconds = error.limit.limit.get_expiry()
    minutes = -(-seconds // 60)
    return _wait(gettext("请 %(minutes)d 分钟后再试。", minutes=minutes), seconds)


def _wait(sentence: str, seconds: int) -> Response:
    answer = make_response(errors.answer(429, errors.texts(429)[0], sentence))
    answer.headers["Retry-After"] = str(seconds)
    return answer


def too_often(wait: TooOftenError, template: str, form: AppForm, **context: object) -> Response:
    """Return the page again with the time to wait (429)."""
    if wants_fragment():
        return _wait(say(wait), wait.seconds)
    form.add_violation(wait)
    page = render_template(template, form=form, form_errors=True, **context)
    answer = make_response(page, 429)
    answer.headers["Retry-After"] = str(wait.seconds)
    return answer


def go_on(wanted: str | None) -> AnyResponse:
    """Return the way to the page that was wanted, if it is one of this site, else home."""
    return redirect(safe_next(wanted) or "/", 303)


def enter(user_id: int, method: str, wanted: str | None) -> ResponseReturnValue:
    """Open a session for an account after its first factor, under a new token (AU-01)."""
    now = clock.now()
    before = current_user_session()
    if before is not None:
        actor = Actor(before.user_id)
        operations.end_session(before, by=actor, now=now, reason="replaced")
    session = operations.open_session(
        user_id,
        token_digest(current_session().rotate()),
        method=method,
        device=device_of(request.user_agent.string),
        now=now,
    )
    if session.needs_factor:
        return see_other("accounts.factor", next=safe_next(wanted))
    first = next((page for landing in LANDINGS if (page := landing(user_id))), None)
    return redirect(first, 303) if first else go_on(wanted)


def address() -> str:
    """Return the address of the browser, as the trusted proxies tell it."""
    return request.remote_addr or ""
