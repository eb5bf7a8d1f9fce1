"""Letting somebody act for oneself for a time, or for a holder who is away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, url_for

from accounts import operations
from accounts.forms import DeputyForm
from accounts.operations.grants import propose_deputy
from accounts.queries import grants as posts
from accounts.queries.deputies import deputies_of, deputy_at
from accounts.queries.names import name_of
from accounts.routes.blueprint import bp
from accounts.routes.grants import found_post
from accounts.routes.handover import asked_post, own_held
from accounts.step_up import require_fresh_factor
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@bp.route("/o/<org>/deputies", methods=["GET", "POST"])
@requires(Permission.POSTS_OWN)
def deputies(org: str) -> ResponseReturnValue:
    """Show who acts for oneself here, and let somebody do so."""
    way = require_fresh_factor(back=url_for("accounts.deputies", org=org))
    if way is not None:
        return way
    post = posts.post_at(scope().place.id, str(own_held().id)) or abort(404)
    here = url_for("accounts.deputies", org=org, post=asked_post().get("post"))
    return _page(org, post, "accounts.deputies", here)


@bp.post("/o/<org>/deputies/<code>/end")
@requires(Permission.POSTS_OWN)
def end_deputy(org: str, code: str) -> ResponseReturnValue:
    """Let a deputy of one's own stop now."""
    found = deputy_at(own_held().id, code[:MAX_CODE]) or abort(404)
    yesterday = clock.today() - timedelta(days=1)
    last = max(yesterday, found.starts_on - timedelta(days=1))
    try:
        operations.end_post(found, last, by=Actor.of_scope(scope()), now=clock.now())
    except RuleViolation:
        return see_other("accounts.deputies", org=org)
    return see_other("accounts.deputies", org=org, done="ended")


@bp.route("/o/<org>/posts/<code>/deputy", methods=["GET", "POST"])
@requires(Permission.GRANTS_GIVE)
def give_deputy(org: str, code: str) -> ResponseReturnValue:
    """Let somebody act for a holder who is away, by who may give his post."""
    here = url_for("accounts.give_deputy", org=org, code=code)
    way = require_fresh_factor(back=here)
    if way is not None:
        return way
    return _page(org, found_post(code), "accounts.held_post", here)


def _page(org: str, post: Any, after: str, here: str) -> ResponseReturnValue:
    form, today = DeputyForm(data={"starts_on": clock.today().isoformat()}), clock.today()
    if form.accepts() and form.reads_well(form.standing):
        try:
            grant = _let_act(post, form)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            if grant is not None:
                return see_other("accounts.grant", org=org, code=grant.code)
            values = {"code": post.id} if after == "accounts.held_post" else {}
            return see_other(after, org=org, done="given", **values)
    shown = {
        "org": org,
        "place": scope().place,
        "post": post,
        "form": form,
        "here": here,
        "asked_post": asked_post(),
        "is_own": post.user_id == scope().principal.user_id,
        "deputies": deputies_of(post.id, today),
        "names": name_of,
        "done": asked("done", MAX_CODE),
    }
    if form.is_submitted():
        return invalid("accounts/deputies.html", **shown)
    return render_template("accounts/deputies.html", **shown)


def _let_act(post: Any, form: DeputyForm) -> Any:
    """Return what a second person has to agree to, None where somebody acts from now on.

    Raises RuleViolation where the post is neither one's own nor one's to give.
    """
    by, now, told = Actor.of_scope(scope()), clock.now(), form.standing()
    if post.user_id == scope().principal.user_id:
        operations.deputise(post, told, by=by, now=now)
        return None
    return propose_deputy(post, told, scope().post, by=by, now=now)
