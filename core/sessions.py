"""The session cookie: an opaque token and nothing else (security.md AU-02, AU-03).

What belongs to a session is kept in the database by ``accounts``; anonymous visitors have a
token without a row, so that reading a page writes nothing. The CSRF secret of a session is
derived from its token and changes with it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Any, cast

from flask import g, request, session
from flask.sessions import SessionInterface, SessionMixin

from core.problems import is_asked_by_system

if TYPE_CHECKING:
    from flask import Flask, Request, Response

TOKEN_BYTES = 32
TOKEN_LENGTH = 43


class CookieSession(dict[str, Any], SessionMixin):
    """Flask's session object reduced to one token; it holds no data of its own."""

    def __init__(self, token: str, secret: str, *, known: bool) -> None:
        """Keep the token; ``known`` tells that the browser already has it."""
        super().__init__()
        self.secret = secret
        self.opened = token, known
        self.reopen()

    def reopen(self) -> None:
        """Go back to what the browser sent: a request that runs again begins as it did before."""
        self.token, self.sent = self.opened
        self._derive()

    def _derive(self) -> None:
        digest = hmac.new(self.secret.encode(), b"csrf:" + self.token.encode(), hashlib.sha256)
        self["csrf_token"] = digest.hexdigest()

    def rotate(self) -> str:
        """Replace the token (at sign-in, second factor and sign-out); return the new one."""
        self.token = secrets.token_urlsafe(TOKEN_BYTES)
        self.sent = False
        self._derive()
        return self.token


class CookieSessionInterface(SessionInterface):
    """Reads and sets the cookie."""

    def __init__(self, *, secure: bool, secret: str) -> None:
        """Use the ``__Host-`` prefix and Secure wherever the origin is https."""
        self.secure = secure
        self.secret = secret
        self.cookie = "__Host-session" if secure else "session"

    def open_session(self, app: Flask, request: Request) -> CookieSession:
        """Return the session of the cookie, or a fresh anonymous one."""
        del app
        token = request.cookies.get(self.cookie, "")
        if len(token) == TOKEN_LENGTH and token.isascii():
            return CookieSession(token, self.secret, known=True)
        return CookieSession(secrets.token_urlsafe(TOKEN_BYTES), self.secret, known=False)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where the browser does not have it yet."""
        del app
        if request.endpoint == "static" or g.get("shared", False):
            return  # kept by caches for everybody: no cookie may go with it
        if is_asked_by_system():
            return  # another system has its token, and no browser
        current = cast("CookieSession", session)
        response.vary.add("Cookie")
        if not current.sent:
            response.set_cookie(
                self.cookie,
                current.token,
                max_age=30 * 86_400,
                path="/",
                secure=self.secure,
                httponly=True,
                samesite="Lax",
            )


def current_session() -> CookieSession:
    """Return the session of the running request."""
    return cast("CookieSession", session._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


def token_digest(token: str) -> str:
    """Return what the database keeps of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()
