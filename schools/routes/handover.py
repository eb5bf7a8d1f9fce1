"""The hand-over of a coordinator: what is open, signed by both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, current_app, render_template, url_for

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.forms import AppForm
from core.rules import RuleViolation
from core.web import asked, invalid, principal, scope, see_other
from organizations.queries import organization_of_id
from schools.operations import handover as operations
from schools.queries import handover as queries
from schools.routes.blueprint import bp
from schools.rules.handover import OpenWork

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12
#: Where each kind of open work is done; a page that is not there yet gets no link.
WAYS = {
    OpenWork.DRAFTS: "schools.list_classes",
    OpenWork.CONSENTS: "schools.consents",
    OpenWork.IMPORTS: "imports.new",
    OpenWork.ACTIVITIES: "schools.list_youth",
    OpenWork.HOURS: "volunteers.list_sheets",
    OpenWork.CAMPAIGNS: "schools.list_youth",
    OpenWork.REPORTS: "schools.school_report",
}


@bp.get("/o/<org>/handover")
@requires(Permission.PUPILS_KEEP)
def handover(org: str) -> str:
    """Show what is open, and the hand-overs that there were."""
    return render_template("schools/handover.html", **_shown(org, AppForm(formdata=None)))


@bp.post("/o/<org>/handover/give")
@requires(Permission.PUPILS_KEEP)
def give_handover(org: str) -> ResponseReturnValue:
    """Sign for what is left open."""
    form = AppForm()
    try:
        operations.give(scope().place.id, by=Actor.of_scope(scope()))
    except RuleViolation as violation:
        form.add_violation(violation)
        return invalid("schools/handover.html", **_shown(org, form))
    return see_other("schools.handover", org=org, done="given")


@bp.post("/o/<org>/handover/<code>/take")
@requires(Permission.PUPILS_KEEP)
def take_handover(org: str, code: str) -> ResponseReturnValue:
    """Sign for what was left open by the last coordinator."""
    form = AppForm()
    if queries.handover_at(scope().place.id, code[:MAX_CODE]) is None:
        abort(404)
    try:
        operations.take(code, organization_id=scope().place.id, by=Actor.of_scope(scope()))
    except RuleViolation as violation:
        form.add_violation(violation)
        return invalid("schools/handover.html", **_shown(org, form))
    return see_other("schools.handover", org=org, done="taken")


def _shown(org: str, form: AppForm) -> dict[str, Any]:
    place = scope().place
    known = current_app.view_functions
    past = queries.handovers_of(place.id)
    waiting = next((one for one in past if one.taken_at is None), None)
    return {
        "org": org,
        "place": place,
        "form": form,
        "work": queries.open_work(organization_of_id(place.id), clock.today()),
        "ways": {
            kind: url_for(endpoint, org=org) for kind, endpoint in WAYS.items() if endpoint in known
        },
        "past": past,
        "counts": {one.id: queries.unpacked(one.counts) for one in past},
        "names": queries.names_of(past),
        "waiting": waiting,
        "is_own": waiting is not None and waiting.given_by_id == principal().user_id,
        "done": asked("done", MAX_CODE),
    }
