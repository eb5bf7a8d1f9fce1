"""What the guard asks: who is signed in, with which posts, and which organization a code means."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, g, request
from sqlalchemy import update

from accounts.models import User, UserSession
from accounts.queries import (
    SeenSession,
    find_session,
    find_with_posts,
    held_posts,
    is_live,
    place_of_code,
    posts_in_force,
    principal_of,
    session_row,
)
from core import clock, switches
from core.access.scope import HeldPost, Place, Principal, Scope, choose_post
from core.database import db, write_intent
from core.extensions import login_manager
from core.sessions import CookieSession, current_session, token_digest
from core.transactions import SAFE_METHODS
from core.web import config_value, wants_fragment

if TYPE_CHECKING:
    from core.access.permissions import Permission
    from core.jobs.models import Job

TOUCH_EVERY = timedelta(seconds=60)


class AccountDirectory:
    """Loads session, account and posts once per request: one statement, two where it may write."""

    def principal(self) -> Principal | None:
        """Return who is signed in with both factors done, or None."""
        found = seen_session()
        if found is None or found.needs_factor:
            return None
        if "principal_loaded" not in g:
            posts = _posts(found)
            if posts and found.factor_at is None:
                g.factor_missing = True
                return None
            g.principal_loaded = Principal(found.user_id, found.person_id, posts, found.unread)
        return g.principal_loaded  # type: ignore[no-any-return]

    def is_half_way(self) -> bool:
        """Return whether the first factor is done and the second is missing."""
        found = seen_session()
        return found is not None and (found.needs_factor or bool(g.get("factor_missing")))

    def place(self, code: str) -> Place | None:
        """Return the organization behind a code, from the posts where possible."""
        known = g.get("principal_loaded")
        for post in known.posts if known is not None else ():
            if post.place.code == code:
                return post.place  # type: ignore[no-any-return]
        return place_of_code(code)


def seen_session() -> SeenSession | None:
    """Return the session of the request as it was when the request began."""
    if "seen_session" not in g:
        now = clock.now()
        found = _find(current_session(), now)
        if found is not None:
            switches.heard(found.switches)
        live = found is not None and is_live(found, config_value("lifetimes"), now)
        g.seen_session = found if live else None
    return g.seen_session  # type: ignore[no-any-return]


def _find(cookie: CookieSession, now: datetime) -> SeenSession | None:
    if not cookie.sent:
        return None
    digest = token_digest(cookie.token)
    if request.method not in SAFE_METHODS:
        return find_session(digest, now)
    found, g.seen_posts = find_with_posts(digest, now, clock.today())
    return found


def _posts(found: SeenSession) -> tuple[HeldPost, ...]:
    """Return the posts of today; while a request may write, none of them ends."""
    if request.method in SAFE_METHODS:
        return g.seen_posts  # type: ignore[no-any-return]
    return held_posts(found.user_id, clock.today())


def current_user_session() -> UserSession | None:
    """Return the row of the request's session, for what changes it or its account."""
    if "user_session" not in g:
        found = seen_session()
        g.user_session = None if found is None else session_row(found.id)
    return g.user_session  # type: ignore[no-any-return]


def present_session() -> UserSession:
    """Return the session row of a request that has one; without one the answer is 401."""
    found = current_user_session()
    if found is None:
        abort(401)
    return found


def install(app: Flask) -> None:
    """Bind Flask-Login to the server-side sessions and note when a session was last seen."""
    login_manager.init_app(app, add_context_processor=False)
    login_manager.session_protection = None

    @login_manager.request_loader
    def load(_request: object) -> User | None:
        found = current_user_session() if g.get("principal") is not None else None
        return None if found is None else found.user

    app.after_request(touch)


def touch(response: Response) -> Response:
    """Keep the idle limit moving, at most once a minute, and note which post was used last.

    What a page asks for by itself (a poll, a count) is no sign of a person (AU-04).
    """
    found, principal = g.get("seen_session"), g.get("principal")
    changed = g.get("user_session")
    is_ended = changed is not None and changed.ended_at is not None
    if found is None or principal is None or is_ended:
        return response
    asked_by_itself = wants_fragment() and request.method in SAFE_METHODS
    acting = g.get("scope")
    post_id = acting.post.id if acting is not None else found.last_post_id
    is_fresh = clock.now() - found.seen_at < TOUCH_EVERY and post_id == found.last_post_id
    if not (asked_by_itself or is_fresh):
        _write_touch(found.id, post_id)
    return response


def _write_touch(session_id: int, post_id: int | None) -> None:
    """Write into the transaction of a write; after a page, into a short one of its own."""
    statement = (
        update(UserSession)
        .where(UserSession.id == session_id)
        .values(seen_at=clock.now(), last_post_id=post_id)
        .execution_options(synchronize_session=False)
    )
    if request.method not in SAFE_METHODS:
        db.session.execute(statement)
        return
    db.session.rollback()
    token, g.writes_allowed = write_intent.set(True), True
    try:
        db.session.execute(statement)
        db.session.commit()
    finally:
        write_intent.reset(token)
        g.writes_allowed = False


def job_authority(job: Job, permission: Permission) -> Scope | None:
    """Return the scope of a job while its post is in force and still has the right (AZ-11)."""
    return scope_of_account(job.user_id, job.organization_code, permission, job.post_id)


def scope_of_account(
    user_id: int, organization_code: str, permission: Permission, post_id: int | None = None
) -> Scope | None:
    """Return the scope in which an account may act today, or None.

    In the post named, else in the one nearest to the organization.
    """
    user = db.session.get(User, user_id)
    place = place_of_code(organization_code)
    if user is None or user.suspended_at is not None or place is None:
        return None
    principal = principal_of(user, posts_in_force(user.id, clock.today(), keep=True))
    posts = [post for post in principal.posts if post_id in {None, post.id}]
    post = choose_post(posts, permission, place)
    reach = post.reach(permission, place) if post else None
    if post is None or reach is None:
        return None
    return Scope(place=place, post=post, principal=principal, permission=permission, reach=reach)
