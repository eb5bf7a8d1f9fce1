"""Addresses of many rows of one list: the part they share is built once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Flask, url_for

_MARK = "0mark0"


def install(app: Flask) -> None:
    """Offer ``links_to`` to templates."""
    app.jinja_env.globals["links_to"] = links_to


def links_to(endpoint: str, vary: str, **values: Any) -> Callable[[str], str]:
    """Return what makes the address of a row from its code, the value of ``vary``.

    For lists only: one address is ``url_for``.
    """
    parts: dict[str, Any] = {**values, vary: _MARK}
    head, tail = url_for(endpoint, **parts).split(_MARK)

    def link(code: str) -> str:
        return f"{head}{quote(code, safe='')}{tail}"

    return link
