"""Before every request: no mark -> error, no sign-in -> 401, unknown -> 404, no right -> 403."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, cast
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request
from werkzeug.exceptions import HTTPException

from core import clock, switches
from core.access.marks import Mark, Need, mark_of, module_of
from core.access.permissions import Permission
from core.access.scope import CallingSystem, Place, Principal, Scope, choose_post
from core.switches import Module


class Directory(Protocol):
    """What the guard asks of the packages that know accounts and organizations."""

    def principal(self) -> Principal | None:
        """Return who is signed in, both factors done."""

    def is_half_way(self) -> bool:
        """Return whether the first factor is done and the second is not."""

    def place(self, code: str) -> Place | None:
        """Return the organization behind an opaque code."""


class UnmarkedViewError(RuntimeError):
    """A view without a mark: nobody decided who may open it."""


def install(app: Flask, directory: Directory) -> None:
    """Put the guard before every request of the app."""
    app.extensions["access_directory"] = directory
    app.before_request(check)
    app.jinja_env.globals["is_open_url"] = is_open_url


def install_systems(app: Flask, find: Callable[[str], CallingSystem | None]) -> None:
    """Name what finds the system behind a token."""
    app.extensions["access_systems"] = find


def check() -> None:
    """Decide the current request; leave the decision in ``g.principal`` and ``g.scope``."""
    if request.endpoint is None or request.endpoint == "static":
        return
    if not request.path.isprintable():  # NUL and its like name nothing, and no database keeps them
        abort(404)
    mark = mark_of(current_app.view_functions[request.endpoint])
    if mark is None:
        message = f"{request.endpoint} names no permission"
        raise UnmarkedViewError(message)
    if mark.need is Need.SYSTEM:
        _decide_system(mark)
    else:
        _decide(mark, cast("Directory", current_app.extensions["access_directory"]))
    switched = module_of(current_app.view_functions[request.endpoint])
    place = g.system.place if mark.need is Need.SYSTEM else None
    if switched is not None and not is_open(switched, place):
        abort(404)


def is_open(module: Module, place: Place | None = None) -> bool:
    """Return whether a module is on where the request acts: the place, else who keeps one."""
    if not switches.was_switched(module):
        return True
    acting = g.get("scope")
    if place is not None or acting is not None:
        path = (place or acting.place).path
    else:
        principal = g.get("principal")
        path = switches.home_path(principal.person_id if principal else None)
    return switches.is_on(module, clock.today(), path)


def is_open_endpoint(endpoint: str, place: Place | None = None) -> bool:
    """Return whether what a page leads to is there, as far as modules are switched."""
    if not switches.are_any():
        return True
    module = module_of(current_app.view_functions.get(endpoint))
    return module is None or is_open(module, place)


def is_open_url(url: str) -> bool:
    """Return whether the page of an address is there, as far as modules are switched."""
    if not switches.are_any():
        return True
    path = urlsplit(url).path.removeprefix(request.script_root)
    try:
        endpoint, _ = current_app.url_map.bind("").match(path)
    except HTTPException:
        return True
    return is_open_endpoint(str(endpoint))


def _decide(mark: Mark, directory: Directory) -> None:
    principal = directory.principal()
    g.principal = principal
    if mark.need is Need.PUBLIC:
        return
    if mark.need is Need.HALF_WAY:
        if principal is None and not directory.is_half_way():
            abort(401)
        return
    if principal is None:
        abort(401)
    if mark.need is Need.PERMISSION and mark.permission is not None:
        g.scope = find_scope(principal, mark.permission, directory)


def _decide_system(mark: Mark) -> None:
    """Decide by the token of the header alone: no cookie and no address opens such a view."""
    g.principal = None
    header = request.headers.get("Authorization", "")
    kind, _, token = header.partition(" ")
    if kind.lower() != "bearer" or not token:
        abort(401)
    found: CallingSystem | None = current_app.extensions["access_systems"](token)
    if found is None:
        abort(401)
    g.system = found
    if mark.api_scope not in found.api_scopes:
        abort(403)


def find_scope(principal: Principal, permission: Permission, directory: Directory) -> Scope:
    """Return the scope of the request, or abort: 404 outside of what is known, 403 inside."""
    code = str((request.view_args or {}).get("org", ""))
    place = directory.place(code)
    if place is None or not any(post.knows(place) for post in principal.posts):
        g.denied = permission, place
        abort(404)
    post = choose_post(principal.posts, permission, place)
    if post is None:
        g.denied = permission, place
        abort(403)
    reach = post.reach(permission, place)
    if reach is None:
        abort(403)
    return Scope(place=place, post=post, principal=principal, permission=permission, reach=reach)
