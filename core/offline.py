"""Pages without network: the worker that keeps them, what they look like, what waits in the phone.

The worker keeps hashed files and pages that look the same for everybody, nothing else: no
response with a cookie, with ``no-store`` or about a person (security.md WEB-11).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    make_response,
    render_template,
    url_for,
)

from core.access.marks import public, signed_in
from core.web import config_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

bp = Blueprint("offline", __name__)
FILES = (
    "app.css",
    "mark.svg",
    "vendor/htmx",
    "app.js",
    "keys.js",
    "queue.js",
    "sealed.js",
    "draft.js",
)
KEPT = "offline_shells"
PAGE = "offline.page"


def install(app: Flask, shells: Iterable[tuple[str, str]]) -> None:
    """Register the pages; ``shells``: endpoint of a page -> endpoint that stands in for it."""
    app.extensions[KEPT] = dict(shells)
    app.register_blueprint(bp)


def account_mark(user_id: int) -> str:
    """Return what tells one account from another in a browser, and nothing about either."""
    secret = config_value("secret_key")
    return hmac.new(secret.encode(), f"account:{user_id}".encode(), hashlib.sha256).hexdigest()[:16]


def for_everybody(template: str, **context: object) -> Response:
    """Return a page that a browser may keep: it knows nobody, and no cookie goes with it."""
    g.principal, g.shared = None, True
    response = make_response(render_template(template, **context))
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/offline")
@public
def page() -> Response:
    """Tell that there is no network, and what can be done without (ux.md S53)."""
    return for_everybody("shell/offline.html")


@bp.get("/me/kept")
@signed_in
def kept() -> str:
    """List what this browser keeps for later; the browser fills it in."""
    return render_template("shell/kept.html")


@bp.get("/sw.js")
@public
def worker() -> Response:
    """Return the worker with its list; another list, page or display is another worker."""
    shells: dict[str, str] = current_app.extensions[KEPT]
    pages = [PAGE, *shells.values()]
    looks = [_rendered(endpoint) for endpoint in pages]
    g.shared = True
    folder = Path(current_app.static_folder or "static")
    source = (folder / "worker.js").read_text(encoding="utf-8")
    static_url = cast("Callable[[str], str]", current_app.jinja_env.globals["static_url"])
    told = {
        "enabled": config_value("offline_worker"),
        "files": [static_url(name) for name in FILES],
        "page": url_for(PAGE),
        "shells": {url_for(shown): url_for(shell) for shown, shell in shells.items()},
    }
    digest = hashlib.sha256("\0".join([source, json.dumps(told), *looks]).encode())
    told["version"] = digest.hexdigest()[:12]
    answer = make_response(f"self.kept = {json.dumps(told)};\n{source}")
    answer.headers["Content-Type"] = "text/javascript; charset=utf-8"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _rendered(endpoint: str) -> str:
    view = cast("Callable[[], Response]", current_app.view_functions[endpoint])
    return view().get_data(as_text=True)
