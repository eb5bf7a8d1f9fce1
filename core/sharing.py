"""Public pages that look the same for everybody: no cookie with them, kept shortly by caches.

A browser without a session gets a page that knows nobody and carries no token; its ways to change
the display lead to a page of their own. A browser with a session gets the usual page, kept by
nobody: ``Vary: Cookie`` keeps the two apart (security.md WEB-08).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

from flask import g, make_response, request

from core.sessions import current_session

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

#: How long a cache may answer for us: an opening hour may be so late, nothing else moves faster.
KEPT_SECONDS = 60
OK = 200

Arguments = ParamSpec("Arguments")


def shared(
    view: Callable[Arguments, ResponseReturnValue],
) -> Callable[Arguments, ResponseReturnValue]:
    """Let caches keep what a public view gives to browsers without a session."""

    @wraps(view)
    def show(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        if current_session().sent:
            return view(*args, **kwargs)
        g.shared = True
        response: Response = make_response(view(*args, **kwargs))
        response.vary.add("Cookie")
        if response.status_code == OK:
            response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
            response.add_etag()
            response.make_conditional(request)
        return response

    return show
