"""The province gives out tokens and revokes them; a token is shown once, on the answer alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request, url_for

from accounts.step_up import require_fresh_factor
from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from supervision.api import operations
from supervision.api.document import ROOT
from supervision.api.forms import RevokeForm, TokenForm
from supervision.api.queries.tokens import token_of, tokens_of
from supervision.api.routes.blueprint import MAX_CODE, bp
from supervision.api.rules import TokenState
from supervision.public.queries.counting import public_places

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

TONES = {TokenState.LIVE: "ok", TokenState.EXPIRED: "warn", TokenState.REVOKED: "neutral"}


@bp.get("/o/<org>/systems")
@requires(Permission.SYSTEMS_KEEP)
def list_systems(org: str) -> str:
    """Show the systems that hold a token, what each reads, until when, and its last day of use."""
    return render_template(
        "api/systems.html",
        org=org,
        page=tokens_of(scope().place.id, asked("after", MAX_CODE)),
        today=clock.today(),
        tones=TONES,
        done=asked("done", MAX_CODE),
        root=ROOT,
        per_minute=settings.value("api.per_minute", on=clock.today()),
    )


@bp.get("/o/<org>/systems/new")
@requires(Permission.SYSTEMS_KEEP)
def new_system(org: str) -> str:
    """Ask whom a token is for; a reload of the answer that showed one comes here."""
    return render_template("api/new_system.html", **_page(org, _form()))


@bp.post("/o/<org>/systems/new")
@requires(Permission.SYSTEMS_KEEP)
def issue_token(org: str) -> ResponseReturnValue:
    """Make a token and show it, on this answer only. A fresh second factor comes first."""
    way = require_fresh_factor(back=url_for("systems.new_system", org=org))
    if way is not None:
        return way
    form = _form()
    if form.accepts() and form.reads_well(form.chosen_scopes, form.last_day):
        try:
            made, token = operations.issue(
                scope().place,
                form.system.data or "",
                form.purpose.data or "",
                reach=form.reach.data or "",
                api_scopes=form.chosen_scopes(),
                expires_on=form.last_day(),
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return render_template("api/token.html", org=org, made=made, token=token, root=ROOT)
    return invalid("api/new_system.html", **_page(org, form))


@bp.route("/o/<org>/systems/<code>/revoke", methods=["GET", "POST"])
@requires(Permission.SYSTEMS_KEEP)
def revoke_token(org: str, code: str) -> ResponseReturnValue:
    """Revoke a token, with the reason: the next request with it is refused."""
    form, found = RevokeForm(), token_of(scope().place.id, code[:MAX_CODE])
    if found is None:
        abort(404)
    if form.accepts():
        try:
            by, note = Actor.of_scope(scope()), form.note.data or ""
            operations.revoke(scope().place, found.code, note, by=by, now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("systems.list_systems", org=org, done="revoked")
    page = {"org": org, "form": form, "found": found, "state": found.state(clock.today())}
    if request.method == "POST":
        return invalid("api/revoke.html", **page)
    return render_template("api/revoke.html", **page)


def _form() -> TokenForm:
    form, place, today = TokenForm(), scope().place, clock.today()
    places = [(one.code, one.short_name) for one in public_places()]
    form.offer(places, today, settings.value("api.token_days", on=today))
    if form.reach.data in {None, "None"}:
        form.reach.data = place.code
    return form


def _page(org: str, form: TokenForm) -> dict[str, object]:
    most_days = settings.value("api.token_days", on=clock.today())
    return {"org": org, "form": form, "most_days": most_days}
