"""Small rules of HTTP that every view follows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from flask import current_app, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from core.access.scope import Principal, Scope
from core.extensions import htmx

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

MAX_NEXT = 500
MAX_ASKED = 60
MAX_MANY = 20
_SAFE_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9/_.~?=&%+,:@-]*")


def wants_fragment() -> bool:
    """Return whether htmx asked for a part of the page: the only code that looks at its headers."""
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def see_other(endpoint: str, **values: Any) -> Response:
    """Return the redirect that follows a successful write."""
    return redirect(url_for(endpoint, **values), 303)


def asked(name: str, limit: int = MAX_ASKED) -> str:
    """Return a value of the address, cut and trimmed, without signs that no text holds.

    NUL and lone surrogates would reach a database that refuses them (security.md 14, 16).
    """
    return _plain(request.args.get(name, "")[:limit])


def sent(name: str, limit: int = MAX_ASKED) -> str:
    """Return a code that a form sent beside its fields, as ``asked`` gives one."""
    return _plain(request.form.get(name, "")[:limit])


def sent_all(name: str) -> list[str]:
    """Return every code that a form sent under a name, each as ``asked`` gives one."""
    return [_plain(value[:MAX_ASKED]) for value in request.form.getlist(name)]


def _plain(value: str) -> str:
    return "".join(sign for sign in value if sign.isprintable()).strip()


def asked_all(name: str, limit: int = MAX_MANY) -> list[str]:
    """Return every value of the address under a name, each as ``asked`` gives one."""
    return [_plain(value[:MAX_ASKED]) for value in request.args.getlist(name)[:limit]]


def asked_as_sent() -> list[tuple[str, str]]:
    """Return every name and value of the address as it was sent, those given twice twice."""
    return list(request.args.items(multi=True))


def kept_here(name: str) -> str:
    """Return what this browser keeps under a name: a choice of how things look, never a right."""
    return request.cookies.get(name, "")[:MAX_NEXT]


def has_asked(name: str) -> bool:
    """Return whether the address names a value, whatever it is."""
    return name in request.args


def asked_next() -> str | None:
    """Return where the address wants to go afterwards, when it stays on this site."""
    return safe_next(request.args.get("next"))


def safe_next(value: str | None) -> str | None:
    """Return the path when it stays on this site and is worth returning to, else None (AU-18)."""
    if not value or len(value) > MAX_NEXT or not _SAFE_PATH.fullmatch(value):
        return None
    decoded = unquote(unquote(value))
    if (
        any(ord(sign) < 33 for sign in decoded)  # noqa: PLR2004
        or decoded.startswith(("//", "/\\"))
        or "//" in decoded
    ):
        return None
    parts = urlsplit(value)
    if parts.netloc or parts.scheme or parts.path == url_for("accounts.sign_out"):
        return None
    return value


def principal() -> Principal:
    """Return who makes the request; only in views that need sign-in."""
    found: Principal = g.principal
    return found


def scope() -> Scope:
    """Return the scope that the guard found; only in views that need a permission."""
    found: Scope = g.scope
    return found


def invalid(template: str, **context: Any) -> tuple[str, int]:
    """Return the page again with what has to be fixed (422)."""
    return render_template(template, form_errors=True, **context), 422


class ConflictError(HTTPException):
    """Another person was first; the page says who and shows the new state (409)."""

    code = 409
    description = "conflict"


def config_value(name: str) -> Any:
    """Return one value of the product's configuration."""
    return getattr(current_app.config["REDCROSS"], name)


def page_before() -> str:
    """Return the page to come back to after signing in: of a form that was sent, where it stands.

    A browser says where that is in a header; it counts only on this site (AU-18, WEB-16).
    """
    if request.method == "GET":
        return wanted_path()
    told = htmx.current_url if wants_fragment() else request.referrer
    parts = urlsplit(told or "")
    if f"{parts.scheme}://{parts.netloc}" != config_value("origin"):
        return request.path
    path = parts.path.removeprefix(request.script_root)
    return safe_next(f"{path}?{parts.query}".rstrip("?")) or request.path


def wanted_path() -> str:
    """Return the path and query of the request, to come back to after signing in."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path
