"""Asking for a fresh second factor before what cannot be taken lightly (security.md AU-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, make_response, redirect, url_for

from accounts.directory import seen_session
from accounts.queries import needs_step_up
from core import clock
from core.web import page_before, wants_fragment

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def require_fresh_factor(back: str | None = None) -> Response | None:
    """Return the way to the second factor where the last one is older than ten minutes, or None.

    ``back``: where to return to, by default the present address; give it in a view that only
    answers POST. An account without any post has no second factor: it is never asked.
    """
    session = seen_session()
    principal = g.get("principal")
    if session is None or principal is None or not principal.posts:
        return None
    if not needs_step_up(session, clock.now()):
        return None
    target = url_for("accounts.factor", next=back or page_before())
    if wants_fragment():
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = target
        return answer
    return redirect(target, 303)
