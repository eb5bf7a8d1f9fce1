"""Switching between oneself and the posts one holds (ux.md S51)."""

from __future__ import annotations

from flask import render_template

from accounts import queries
from accounts.directory import seen_session
from accounts.routes.blueprint import bp
from core import clock
from core.access.marks import signed_in
from core.access.permissions import Permission
from core.web import principal


@bp.get("/switch")
@signed_in
def switch() -> str:
    """List oneself and every post with what waits there; one tap leads to its home."""
    session, user_id, today = seen_session(), principal().user_id, clock.today()
    last_used = session.last_post_id if session is not None else None
    posts = queries.posts_in_force(user_id, today)
    held = {post.id: post for post in principal().posts}
    has_home = {post.id for post in held.values() if post.reach(Permission.HOME_VIEW, post.place)}
    return render_template(
        "accounts/switch.html",
        lines=queries.post_list(posts, last_used),
        has_home=has_home,
        ways=[post for post in held.values() if post.reach(Permission.POSTS_OWN, post.place)],
        gives={post.id for post in held.values() if post.reach(Permission.GRANTS_VIEW, post.place)},
        ended=queries.recently_ended(user_id, today),
    )
