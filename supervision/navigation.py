"""Tabs, sidebar, breadcrumb and acting role of the page (ux.md 2.2, 2.3, 2.7)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import current_app, g, request, url_for
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from core import switches
from core.access.guard import is_open_endpoint
from core.access.permissions import Permission
from core.access.scope import HeldPost, Place, Scope
from core.i18n import gettext, language
from core.shell import Acting, Crumb, Shell, Tab
from core.web import asked, has_asked
from organizations.rules import short_name_of
from supervision import menu, queries, tabs
from supervision.entries import Entry

TABS, SIDEBAR, MENU = "_shell/_tabs.html", "_shell/_sidebar.html", "_shell/_menu.html"
#: Stands in a kept address where the code of an organization belongs.
MARK = "0mark0"
KEPT_ARGUMENTS = ("kind", "status", "metric", "period")


def fill_shell(shell: Shell) -> None:
    """Add the navigation of the acting role; one statement, and none without a post."""
    principal = g.get("principal")
    if principal is None:
        return
    shell.can_switch = bool(principal.posts)
    scope: Scope | None = g.get("scope")
    if scope is None:
        own = _open(menu.OWN_SIDEBAR)
        shell.tabs = _drawn(TABS, _open(tabs.OWN_TABS), tabs.MINE)
        shell.sidebar = _drawn(SIDEBAR, own, tabs.LETTERS)
        shell.menu = _drawn(MENU, _beside(tabs.OWN_TABS, own), tabs.LETTERS)
        return
    post = scope.post
    role = current_app.jinja_env.filters["label"](post.role)
    if post.is_deputy:
        role = gettext("代理%(role)s", role=role)
    shell.acting = Acting(short_name_of(post.place.name), role, is_post=True)
    trail = _trail(scope)
    level = post.place.level
    choices = menu.choices_of(post.role, level)
    org, waiting = post.place.code, trail.waiting
    shell.tabs = _drawn(TABS, _open(choices.tabs, post.place), tabs.MINE, org, waiting)
    ways = _open(choices.sidebar, post.place)
    shell.sidebar = _drawn(SIDEBAR, ways, tabs.LETTERS, org, waiting)
    shell.menu = _drawn(MENU, _beside(choices.tabs, ways), tabs.LETTERS, org, waiting)
    shell.breadcrumb = [_crumb(step, scope) for step in trail.steps]


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


def _open(entries: tuple[Entry, ...], place: Place | None = None) -> tuple[Entry, ...]:
    """Return the ways that lead to modules that are on: all, where none was ever switched."""
    if not switches.are_any():
        return entries
    return tuple(entry for entry in entries if is_open_endpoint(entry.endpoint, place))


def _beside(tabs: tuple[Entry, ...], ways: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the ways that the tab bar, which a phone always shows, does not have."""
    shown = {entry.endpoint for entry in tabs}
    return tuple(entry for entry in ways if entry.endpoint not in shown)


def _drawn(
    template: str, entries: tuple[Entry, ...], to_letters: Entry, org: str = "", waiting: int = 0
) -> Markup:
    """Return the ways with what waits at each: duties of the post, messages not read."""
    unread, endpoint = g.principal.unread, request.endpoint or ""
    drawn = _drawn_at(
        template, entries, to_letters, endpoint, language(), request.script_root, waiting, unread
    )
    return drawn if not org else Markup(drawn.replace(MARK, org))  # noqa: S704 - an opaque code


@lru_cache(maxsize=512)
def _drawn_at(
    template: str,
    entries: tuple[Entry, ...],
    to_letters: Entry,
    endpoint: str,
    _language: str,
    _root: str,
    waiting: int,
    unread: int,
) -> Markup:
    """Return the HTML of the ways for any organization, its code yet to be put in."""
    badges = {**dict.fromkeys(tabs.WITH_DUTIES, waiting), to_letters: unread}
    shown = [_tab(entry, endpoint, badges.get(entry, 0)) for entry in entries]
    html = current_app.jinja_env.get_template(template).render(tabs=shown)
    return Markup(html)  # noqa: S704 - a template escapes what it shows


def _tab(entry: Entry, endpoint: str, badge: int) -> Tab:
    url = url_for(entry.endpoint, org=MARK) if entry.permission else url_for(entry.endpoint)
    current = endpoint == entry.endpoint or endpoint in entry.also
    return Tab(str(entry.label), url, current=current, badge=badge)


def _crumb(step: queries.Step, scope: Scope) -> Crumb:
    """Return a level of the breadcrumb: a link to the same screen where the post reaches it."""
    place = step.place
    if place.id == scope.place.id or not scope.post.reach(scope.permission, place):
        return Crumb(step.short_name)
    if set(request.view_args or {}) == {"org"} and request.endpoint:
        kept: dict[str, Any] = {name: asked(name) for name in KEPT_ARGUMENTS if has_asked(name)}
        return Crumb(step.short_name, url_for(request.endpoint, org=place.code, **kept))
    return Crumb(step.short_name, url_for("supervision.home", org=place.code))
