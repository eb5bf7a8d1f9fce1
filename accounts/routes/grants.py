"""Who holds which post here and below; giving, seconding, extending and ending posts (S50)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, url_for

from accounts import operations
from accounts.forms import EndForm, ExtendForm, GiveForm, ReasonForm
from accounts.operations import grants as giving
from accounts.queries import grants as queries
from accounts.queries.names import name_of
from accounts.routes.blueprint import bp
from accounts.rules.grants import Danger, GrantStatus, Verdict
from accounts.step_up import require_fresh_factor
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from organizations.queries import organization_of_id

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from core.forms import AppForm

MAX_CODE, MAX_AFTER = 12, 6


@bp.get("/o/<org>/grants")
@requires(Permission.GRANTS_VIEW)
def grants(org: str) -> str:
    """List who holds posts here, or here and below, and the posts on their way."""
    place, below = organization_of_id(scope().place.id), asked("show") == "below"
    page = queries.holders(place, clock.today(), below=below, after=asked("after", MAX_AFTER))
    waiting = queries.open_grants(place, below=below)
    return render_template(
        "accounts/grants.html",
        org=org,
        place=place,
        below=below,
        page=page,
        waiting=waiting,
        names=queries.names_in(waiting, place),
        may_give=bool(queries.roles_to_give(scope().post, place)) and _may_give(),
        may_give_below=_may_give(),
        giver=scope().post,
        today=clock.today(),
        done=asked("done", MAX_CODE),
    )


def _may_give() -> bool:
    return scope().may(Permission.GRANTS_GIVE)


@bp.route("/o/<org>/grants/new", methods=["GET", "POST"])
@requires(Permission.GRANTS_GIVE)
def give_post(org: str) -> ResponseReturnValue:
    """Give a post by phone number; dangerous combinations are shown before."""
    way = require_fresh_factor(back=url_for("accounts.give_post", org=org))
    if way is not None:
        return way
    place, today = organization_of_id(scope().place.id), clock.today()
    last = giving.last_day(today, today) - timedelta(days=1)
    form = GiveForm(data={"starts_on": today.isoformat(), "ends_on": last.isoformat()})
    form.offer(queries.roles_to_give(scope().post, place))
    dangers: list[Danger] = []
    if form.accepts() and form.reads_well(form.wish):
        by = Actor.of_scope(scope())
        try:
            giving.propose(form.wish(), place, scope().post, by=by, now=clock.now())
        except giving.DangerousError as error:
            dangers = error.dangers
            form.add_violation(error)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("accounts.grants", org=org, done="given")
    shown = {"org": org, "place": place, "form": form, "dangers": dangers}
    if form.is_submitted():
        return invalid("accounts/grant_give.html", **shown)
    return render_template("accounts/grant_give.html", **shown)


@bp.get("/o/<org>/grants/<code>")
@requires(Permission.GRANTS_VIEW)
def grant(org: str, code: str) -> str:
    """Show a post on its way: who proposed it, who has to act, what happened."""
    return render_template("accounts/grant.html", **_one(org, code, ReasonForm(formdata=None)))


@bp.post("/o/<org>/grants/<code>/second")
@requires(Permission.GRANTS_GIVE)
def second_grant(org: str, code: str) -> ResponseReturnValue:
    """Agree as the second person."""
    way = require_fresh_factor(back=url_for("accounts.grant", org=org, code=code))
    if way is not None:
        return way
    form, found = ReasonForm(), _grant(code)
    try:
        giving.second(found, scope().post, by=Actor.of_scope(scope()), now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return invalid("accounts/grant.html", **_one(org, code, form))
    return see_other("accounts.grant", org=org, code=code)


@bp.post("/o/<org>/grants/<code>/refuse")
@requires(Permission.GRANTS_GIVE)
def refuse_grant(org: str, code: str) -> ResponseReturnValue:
    """Do not agree, with a reason."""
    form, found = ReasonForm(), _grant(code)
    by, reason = Actor.of_scope(scope()), form.reason.data or ""
    try:
        giving.refuse(found, scope().post, reason, by=by, now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return invalid("accounts/grant.html", **_one(org, code, form))
    return see_other("accounts.grant", org=org, code=code)


@bp.post("/o/<org>/grants/<code>/withdraw")
@requires(Permission.GRANTS_GIVE)
def withdraw_grant(org: str, code: str) -> ResponseReturnValue:
    """Take back what oneself proposed."""
    form, found = ReasonForm(), _grant(code)
    try:
        giving.withdraw(found, by=Actor.of_scope(scope()), now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return invalid("accounts/grant.html", **_one(org, code, form))
    return see_other("accounts.grants", org=org, done="withdrawn")


@bp.get("/o/<org>/posts/<code>")
@requires(Permission.GRANTS_GIVE)
def held_post(org: str, code: str) -> str:
    """Show what can be done with a post that somebody holds here."""
    return render_template("accounts/held_post.html", **post_page(org, code))


@bp.post("/o/<org>/posts/<code>/end")
@requires(Permission.GRANTS_GIVE)
def end_post(org: str, code: str) -> ResponseReturnValue:
    """End a post today or on a later day; the sessions of its holder end with it."""
    form, post = EndForm(), found_post(code)
    if form.accepts() and form.reads_well(form.last):
        by = Actor.of_scope(scope())
        try:
            _check_given(post)
            operations.end_post(post, form.last(), by=by, now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("accounts.grants", org=org, done="ended")
    return invalid("accounts/held_post.html", **post_page(org, code, ending=form))


@bp.post("/o/<org>/posts/<code>/extend")
@requires(Permission.GRANTS_GIVE)
def extend_post(org: str, code: str) -> ResponseReturnValue:
    """Propose a later last day; nobody extends his own."""
    way = require_fresh_factor(back=url_for("accounts.held_post", org=org, code=code))
    if way is not None:
        return way
    form, post = ExtendForm(), found_post(code)
    if form.accepts() and form.reads_well(form.last):
        by = Actor.of_scope(scope())
        try:
            giving.propose_extension(post, form.last(), scope().post, by=by, now=clock.now())
        except RuleViolation as violation:
            form.add_violation(RuleViolation("extend_to", violation.message, **violation.params))
        else:
            return see_other("accounts.grants", org=org, done="given")
    return invalid("accounts/held_post.html", **post_page(org, code, extending=form))


def _check_given(post: Any) -> None:
    """Raise RuleViolation where the acting post may not give the other, or it is one's own."""
    said = queries.verdict_on(scope().post, post.role, post.organization)
    if said is Verdict.REFUSED or post.user_id == scope().principal.user_id:
        raise RuleViolation("", giving.NOT_YOURS)


def found_post(code: str) -> Any:
    """Return a post at the place of the request, or answer 404."""
    return queries.post_at(scope().place.id, code[:MAX_CODE]) or abort(404)


def post_page(
    org: str,
    code: str,
    *,
    ending: AppForm | None = None,
    extending: AppForm | None = None,
) -> dict[str, Any]:
    """Return what the page of a held post shows."""
    post = found_post(code)
    return {
        "org": org,
        "place": scope().place,
        "post": post,
        "name": name_of(post.user),
        "ending": ending or EndForm(formdata=None),
        "extending": extending or ExtendForm(formdata=None),
        "may_change": queries.verdict_on(scope().post, post.role, post.organization)
        is not Verdict.REFUSED
        and post.user_id != scope().principal.user_id,
        "today": clock.today(),
    }


def _grant(code: str) -> Any:
    return queries.grant_at(scope().place.id, code[:MAX_CODE]) or abort(404)


def _one(org: str, code: str, form: AppForm) -> dict[str, Any]:
    found, me = _grant(code), scope().principal.user_id
    may = queries.verdict_on(scope().post, found.role, found.organization) is not Verdict.REFUSED
    waits = found.status is GrantStatus.PROPOSED and _may_give() and may
    return {
        "org": org,
        "grant": found,
        "form": form,
        "name": queries.names_in([found], found.organization)[found.user_id],
        "proposer": name_of(found.proposed_by),
        "seconder": name_of(found.seconded_by) if found.seconded_by else "",
        "dangers": [Danger(one) for one in found.dangers.split()],
        "steps": queries.steps_of(found),
        "may_second": waits and me not in {found.proposed_by_id, found.user_id},
        "may_withdraw": me == found.proposed_by_id
        and found.status in {GrantStatus.PROPOSED, GrantStatus.OFFERED},
    }
