"""One's own account: text size, devices signed in, password, second factor (ux.md S20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request

from accounts import operations, queries
from accounts.directory import present_session
from accounts.routes.blueprint import bp
from accounts.rules import device_parts
from core import clock
from core import settings as dated
from core.access.marks import signed_in
from core.audit.operations import Actor
from core.web import asked, principal, see_other

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

DONE = frozenset({"password", "session", "sessions", "digest", "kept"})


@bp.get("/me/settings")
@signed_in
def settings() -> str:
    """Show the settings of this account and where it is signed in."""
    session = present_session()
    user = session.user
    rows = [(row, *device_parts(row.device)) for row in queries.sessions_of(user.id)]
    done = asked("done")
    return render_template(
        "accounts/settings.html",
        rows=rows,
        present=session,
        has_posts=bool(principal().posts),
        has_password=user.password_hash is not None,
        factor_since=user.totp_confirmed_at,
        codes_left=queries.recovery_codes_left(user),
        digest_by_sms=user.digest_by_sms,
        digest_hour=dated.value("digests.hour", clock.today()),
        done=done if done in DONE else None,
    )


@bp.post("/me/settings/digest")
@signed_in
def set_digest() -> Response:
    """Choose whether the daily digest comes to the phone as well."""
    wanted = request.form.get("sms") == "1"
    actor = Actor.of_principal(principal())
    operations.choose_digest_by_sms(present_session().user, wanted=wanted, by=actor)
    return see_other("accounts.settings", done="digest")


@bp.post("/me/settings/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> Response:
    """End one of one's own sessions."""
    mine = {row.id: row for row in queries.sessions_of(principal().user_id)}
    if session_id not in mine:
        abort(404)
    actor = Actor.of_principal(principal())
    operations.end_session(mine[session_id], by=actor, now=clock.now())
    return see_other("accounts.settings", done="session")


@bp.post("/me/settings/sessions/end")
@signed_in
def end_other_sessions() -> Response:
    """End all of one's own sessions but this one."""
    session = present_session()
    actor = Actor.of_principal(principal())
    operations.end_sessions(session.user, by=actor, now=clock.now(), but=session)
    return see_other("accounts.settings", done="sessions")
