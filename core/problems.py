"""Refusals that another system reads: problem documents (RFC 9457) in place of pages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import make_response, request
from werkzeug.exceptions import BadRequest

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.exceptions import HTTPException

#: Where other systems read; whatever is refused below it is refused in their language.
PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"
#: So long a system waits after too many requests, in seconds: limits are per minute.
WAIT_SECONDS = "60"

DETAILS: Mapping[int, str] = {
    400: "The address has a parameter that is unknown, given twice or malformed.",
    401: "Send a valid token as: Authorization: Bearer <token>.",
    403: "The token does not have the scope that this address needs.",
    404: "There is nothing at this address within the reach of the token.",
    405: "The interface is read-only: use GET.",
    429: "Too many requests for this token, or wrong tokens from this address; wait.",
}


class BadParametersError(BadRequest):
    """Parameters of the address that are refused, each with the reason."""

    def __init__(self, wrong: Sequence[tuple[str, str]]) -> None:
        """Keep what is wrong: name of the parameter and reason."""
        super().__init__()
        self.wrong = wrong


def is_asked_by_system() -> bool:
    """Return whether the address belongs to the interface for other systems."""
    return request.path.startswith(PREFIX)


def problem(code: int, **more: object) -> Response:
    """Return a refusal as a problem document; ``more`` are further members of it."""
    title = HTTPStatus(code).phrase
    document = {"type": "about:blank", "title": title, "status": code}
    if code in DETAILS:
        document["detail"] = DETAILS[code]
    response = make_response(json.dumps(document | more), code)
    response.mimetype = MEDIA_TYPE
    if code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    elif code == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = WAIT_SECONDS
    elif code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = "GET, HEAD"
    return response


def problem_of(error: HTTPException) -> Response:
    """Return what is told of an error; a refused address is told parameter by parameter."""
    wrong = error.wrong if isinstance(error, BadParametersError) else ()
    more = {"errors": [{"parameter": name, "reason": why} for name, why in wrong]} if wrong else {}
    return problem(error.code or 500, **more)
