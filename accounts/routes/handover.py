"""Handing a post over: what is open, who takes it, and one page on which each side signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, current_app, render_template, url_for

from accounts.forms import LeaveForForm, LeaveForm
from accounts.handing_over import OpenLine, open_work
from accounts.operations import handover as operations
from accounts.operations.grants import DangerousError
from accounts.queries import grants as posts
from accounts.queries import handover as queries
from accounts.routes.blueprint import bp
from accounts.routes.grants import found_post, post_page
from accounts.rules.grants import Danger
from accounts.rules.handover import HandoverStatus
from accounts.step_up import require_fresh_factor
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.forms import AppForm
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from core.access.scope import HeldPost

MAX_CODE = 12


@bp.get("/o/<org>/handover")
@requires(Permission.POSTS_OWN)
def handover(org: str) -> str:
    """Show what one's post leaves open, what waits for a signature, and what was signed."""
    return render_template("accounts/handover.html", **_page(org, LeaveForm(formdata=None)))


@bp.post("/o/<org>/handover")
@requires(Permission.POSTS_OWN)
def begin_handover(org: str) -> ResponseReturnValue:
    """Name the successor; nothing is signed before the next page."""
    form, dangers = LeaveForm(), list[Danger]()
    if form.accepts() and form.reads_well(form.leave):
        try:
            found = operations.begin(_post(), form.leave(), by=_actor(), now=clock.now())
        except DangerousError as error:
            dangers = error.dangers
            form.add_violation(error)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("accounts.sign_handover", org=org, code=found.code, **asked_post())
    return invalid("accounts/handover.html", **_page(org, form, dangers))


@bp.route("/o/<org>/handover/<code>/sign", methods=["GET", "POST"])
@requires(Permission.POSTS_OWN)
def sign_handover(org: str, code: str) -> ResponseReturnValue:
    """Sign for what one leaves open."""
    found, post = _found(code), _post()
    if found.post_id != post.id or found.status is not HandoverStatus.DRAFT:
        abort(404)
    return _sign(org, found, "accounts.sign_handover", "accounts.handover", done="given")


@bp.route("/o/<org>/handover/<code>/take", methods=["GET", "POST"])
@requires(Permission.POSTS_OWN)
def take_handover(org: str, code: str) -> ResponseReturnValue:
    """Sign as the next holder who has the post already."""
    found, form = _found(code), AppForm()
    if form.is_submitted():
        try:
            operations.take(found, _post(), by=_actor(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("accounts.handover", org=org, done="taken", **asked_post())
    if found.status is not HandoverStatus.GIVEN:
        abort(404)
    shown = {**_signed(org, found, form), "way": "accounts.take_handover", "is_taking": True}
    if form.is_submitted():
        return invalid("accounts/handover_sign.html", **shown)
    return render_template("accounts/handover_sign.html", **shown)


@bp.post("/o/<org>/handover/<code>/call-off")
@requires(Permission.POSTS_OWN)
def call_off_handover(org: str, code: str) -> ResponseReturnValue:
    """Take one's hand-over back before the successor signed."""
    form, found = LeaveForm(formdata=None), _found(code)
    try:
        operations.call_off(found, by=_actor(), now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return invalid("accounts/handover.html", **_page(org, form))
    return see_other("accounts.handover", org=org, done="called_off", **asked_post())


@bp.route("/o/<org>/posts/<code>/handover", methods=["GET", "POST"])
@requires(Permission.GRANTS_GIVE)
def begin_handover_for(org: str, code: str) -> ResponseReturnValue:
    """Hand over the post of somebody who is away, with a reason."""
    way = require_fresh_factor(back=url_for("accounts.held_post", org=org, code=code))
    if way is not None:
        return way
    form, post, dangers = LeaveForForm(), found_post(code), list[Danger]()
    if form.accepts() and form.reads_well(form.leave):
        by = Actor.of_scope(scope())
        try:
            found = operations.begin_for(post, form.leave(), scope().post, by=by, now=clock.now())
        except DangerousError as error:
            dangers = error.dangers
            form.add_violation(error)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("accounts.sign_handover_for", org=org, code=found.code)
    shown = {**post_page(org, code), "form": form, "dangers": dangers}
    if form.is_submitted():
        return invalid("accounts/handover_for.html", **shown)
    return render_template("accounts/handover_for.html", **shown)


@bp.route("/o/<org>/handovers/<code>/sign", methods=["GET", "POST"])
@requires(Permission.GRANTS_GIVE)
def sign_handover_for(org: str, code: str) -> ResponseReturnValue:
    """Sign for the holder who is away: that gives the post on, as a grant does."""
    way = require_fresh_factor(back=url_for("accounts.sign_handover_for", org=org, code=code))
    if way is not None:
        return way
    found = _found(code)
    if found.status is not HandoverStatus.DRAFT or not found.reason:
        abort(404)
    return _sign(org, found, "accounts.sign_handover_for", "accounts.grants", done="handed")


# ------------------------------------------------------------------------------------- inside


def own_held() -> HeldPost:
    """Return which of one's posts at this place is meant: the one asked for, else the acting."""
    mine = [one for one in scope().principal.posts if one.place.id == scope().place.id]
    chosen = [one for one in mine if str(one.id) == asked("post") and not one.is_deputy]
    return chosen[0] if chosen else scope().post


def asked_post() -> dict[str, str]:
    return {"post": str(own_held().id)} if asked("post") else {}


def _post() -> Any:
    return posts.post_at(scope().place.id, str(own_held().id)) or abort(404)


def _actor() -> Actor:
    held, me = own_held(), scope().principal
    return Actor(me.user_id, me.person_id, held.id, held.role, held.place.id)


def _found(code: str) -> Any:
    return queries.handover_at(scope().place.id, code[:MAX_CODE]) or abort(404)


def _sign(org: str, found: Any, way: str, after: str, done: str) -> ResponseReturnValue:
    form = AppForm()
    by = _actor() if way == "accounts.sign_handover" else Actor.of_scope(scope())
    if form.is_submitted():
        try:
            operations.give(found, scope().post, by=by, now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other(after, org=org, done=done, **asked_post())
    shown = {**_signed(org, found, form), "way": way, "is_taking": False}
    if form.is_submitted():
        return invalid("accounts/handover_sign.html", **shown)
    return render_template("accounts/handover_sign.html", **shown)


def _signed(org: str, found: Any, form: AppForm) -> dict[str, Any]:
    is_draft = found.status is HandoverStatus.DRAFT
    lines = open_work(queries.leaving_of(found.post, clock.today())) if is_draft else []
    counts = {one.kind: one.count for one in lines} if is_draft else queries.unpacked(found.counts)
    return {
        "org": org,
        "place": scope().place,
        "found": found,
        "form": form,
        "counts": counts,
        "names": queries.names_of([found]),
        "asked_post": asked_post(),
    }


def _page(org: str, form: AppForm, dangers: list[Danger] | None = None) -> dict[str, Any]:
    post = _post()
    past, waiting = queries.handovers_at(post), queries.waiting_for(post)
    begun = queries.open_handover_of(post.id)
    mine = [one for one in scope().principal.posts if one.place.id == scope().place.id]
    return {
        "org": org,
        "place": scope().place,
        "post": post,
        "posts": [one for one in mine if not one.is_deputy],
        "form": form,
        "dangers": dangers or [],
        "work": [
            (one, _way(one, org)) for one in open_work(queries.leaving_of(post, clock.today()))
        ],
        "begun": begun if begun is not None and begun.status is HandoverStatus.GIVEN else None,
        "waiting": waiting,
        "past": past,
        "counts": {one.id: queries.unpacked(one.counts) for one in past},
        "names": queries.names_of([*past, *waiting]),
        "user_id": scope().principal.user_id,
        "asked_post": asked_post(),
        "done": asked("done", MAX_CODE),
    }


def _way(line: OpenLine, org: str) -> str:
    known = line.endpoint in current_app.view_functions
    return url_for(line.endpoint, org=org) if known else ""
