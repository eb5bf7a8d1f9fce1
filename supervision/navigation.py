"""Tabs, sidebar, breadcrumb and acting role of the page (ux.md 2.2, 2.3, 2.7)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask import current_app, g, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from core.access.permissions import Permission
from core.access.scope import HeldPost, Scope
from core.i18n import language, speaking
from core.shell import Acting, Crumb, Shell, Tab
from core.web import asked, has_asked
from organizations.models import Organization
from organizations.rules import short_name_of
from supervision import menu, queries
from supervision.menu import Entry

KEPT_ARGUMENTS = ("kind", "status", "period")


def fill_shell(shell: Shell) -> None:
    """Add the navigation of the acting role; one statement, and none without a post."""
    principal = g.get("principal")
    if principal is None:
        return
    shell.can_switch = bool(principal.posts)
    scope: Scope | None = g.get("scope")
    if scope is None:
        shell.tabs = _tabs(menu.OWN_TABS, menu.MINE)
        shell.sidebar = _tabs(menu.OWN_SIDEBAR, menu.LETTERS)
        return
    post = scope.post
    role = current_app.jinja_env.filters["label"](post.role)
    shell.acting = Acting(short_name_of(post.place.name), role, is_post=True)
    trail = _trail(scope)
    level = post.place.level
    choices = menu.choices_of(post.role, level)
    org, waiting = post.place.code, trail.waiting
    shell.tabs = _tabs(choices.tabs, menu.MINE, org, waiting)
    shell.sidebar = _tabs(choices.sidebar, menu.LETTERS, org, waiting)
    shell.breadcrumb = [_crumb(row, scope) for row in trail.rows]


def home_of(post: HeldPost) -> str:
    """Return the address where a post begins its work."""
    may_see = post.reach(Permission.HOME_VIEW, post.place)
    endpoint = "supervision.home" if may_see else "supervision.system"
    return url_for(endpoint, org=post.place.code)


def _trail(scope: Scope) -> queries.Trail:
    """Return the levels above the page, kept where the page itself asked for them."""
    kept: queries.Trail | None = g.get("trail")
    if kept is not None:
        return kept
    try:
        return queries.trail(scope, menu.duties_of(scope.post))
    except SQLAlchemyError:  # an error page must not fail because the database does
        return queries.Trail([], {})


def _tabs(
    entries: Iterable[Entry], to_letters: Entry, org: str = "", waiting: int = 0
) -> list[Tab]:
    """Return the ways with what waits at each: duties of the post, messages not read."""
    badges = {**dict.fromkeys(menu.WITH_DUTIES, waiting), to_letters: g.principal.unread}
    return [_tab(entry, org, badges.get(entry, 0)) for entry in entries]


@lru_cache(maxsize=256)
def label_of(entry: Entry, language: str) -> str:
    """Return the words of an entry in a language."""
    with speaking(language):
        return str(entry.label)


def _tab(entry: Entry, org: str = "", badge: int = 0) -> Tab:
    url = url_for(entry.endpoint, org=org) if entry.permission else url_for(entry.endpoint)
    current = request.endpoint == entry.endpoint or request.endpoint in entry.also
    return Tab(label_of(entry, language()), url, current=current, badge=badge)


def _crumb(row: Organization, scope: Scope) -> Crumb:
    """Return a level of the breadcrumb: a link to the same screen where the post reaches it."""
    reaches = scope.post.reach(scope.permission, row.place)
    if row.id == scope.place.id or not reaches:
        return Crumb(row.short_name)
    if set(request.view_args or {}) == {"org"} and request.endpoint:
        kept: dict[str, Any] = {name: asked(name) for name in KEPT_ARGUMENTS if has_asked(name)}
        return Crumb(row.short_name, url_for(request.endpoint, org=row.code, **kept))
    return Crumb(row.short_name, url_for("supervision.home", org=row.code))
