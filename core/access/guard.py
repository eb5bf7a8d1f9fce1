"""Before every request: no mark -> error, no sign-in -> 401, unknown -> 404, no right -> 403."""

from __future__ import annotations

from typing import Protocol, cast

from flask import Flask, abort, current_app, g, request

from core.access.marks import Mark, Need, mark_of
from core.access.permissions import Permission
from core.access.scope import Place, Principal, Scope, choose_post


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
    _decide(mark, cast("Directory", current_app.extensions["access_directory"]))


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
