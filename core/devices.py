"""A random token by which a browser is known again; it tells nothing of the device itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from core import crypto
from core.keyring import index_of
from core.web import config_value

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

DEVICE_SECONDS = 180 * 86_400
DEVICE_LENGTH = 43


def device_cookie() -> str:
    """Return the name of the cookie that tells known devices; it holds a random token only."""
    return "__Host-device" if config_value("origin").startswith("https://") else "device"


def device_token() -> str | None:
    """Return the device token of the browser, or None."""
    token = request.cookies.get(device_cookie(), "")
    return token if len(token) == DEVICE_LENGTH and token.isascii() else None


def with_device(answer: Response, token: str) -> Response:
    """Leave the device token in the browser."""
    answer.set_cookie(
        device_cookie(),
        token,
        max_age=DEVICE_SECONDS,
        path="/",
        secure=config_value("origin").startswith("https://"),
        httponly=True,
        samesite="Lax",
    )
    return answer


def new_device_token() -> str:
    """Return a token for a browser that has none."""
    return crypto.random_token()


def device_signal(token: str | None) -> bytes | None:
    """Return what may be kept of a device: a keyed hash of its token (security.md QR-03)."""
    return index_of(token, "device.signal") if token else None
