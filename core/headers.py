"""Response headers that every answer carries (security.md WEB-01, WEB-03, WEB-08)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import Flask, g, request

if TYPE_CHECKING:
    from flask import Response

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)

FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
ONE_YEAR = "max-age=31536000, immutable"


def install(app: Flask, *, secure: bool) -> None:
    """Set the headers after every request and give the request its number."""

    @app.before_request
    def number() -> None:
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint == "static":
            response.headers["Cache-Control"] = (
                f"public, {ONE_YEAR}" if "v" in request.args else "no-cache"
            )
        else:
            response.headers.setdefault("Cache-Control", "no-store")
            response.vary.add("HX-Request")
        return response
