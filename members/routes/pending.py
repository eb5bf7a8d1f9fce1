"""Members of closed organizations who wait at the county, and finding them a place (MEM-41)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from members import operations
from members.queries.closings import (
    closings_left,
    pending_at,
    pending_closing,
    pending_member,
)
from members.routes.blueprint import MAX_CODE, after, bp, keeper
from organizations.forms import TargetForm
from organizations.queries import known_target, organization_of_id, targets_in
from people.routes.words import named

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_TEXT = 60


@bp.get("/o/<org>/pending")
@requires(Permission.MEMBERS_PLACE)
def pending(org: str) -> str:
    """Show who waits for an organization, whose time is up soonest first."""
    place_id = scope().place.id
    return render_template(
        "members/pending.html",
        org=org,
        page=pending_at(place_id, after()),
        left=closings_left(place_id),
        months=settings.value("closings.pending_months", on=clock.today()),
        done=asked("done", MAX_CODE),
    )


@bp.route("/o/<org>/pending/<code>", methods=["GET", "POST"])
@requires(Permission.MEMBERS_PLACE)
def place_member(org: str, code: str) -> ResponseReturnValue:
    """Find an organization for one member."""
    found = pending_member(scope().place.id, code[:MAX_CODE])
    if found is None:
        abort(404)
    return _place(
        org, "members.place_member", found.code, named(found.person.name), "membership_code"
    )


@bp.route("/o/<org>/pending/closings/<code>", methods=["GET", "POST"])
@requires(Permission.MEMBERS_PLACE)
def place_all(org: str, code: str) -> ResponseReturnValue:
    """Find an organization for all whom one closing left waiting."""
    found = pending_closing(scope().place.id, code[:MAX_CODE])
    if found is None:
        abort(404)
    return _place(org, "members.place_all", found.code, found.name, "closing_code", left=found)


def _place(
    org: str, endpoint: str, code: str, name: str, key: str, left: Any = None
) -> ResponseReturnValue:
    place_id, text, form = scope().place.id, asked("q", MAX_TEXT), TargetForm()
    form.offer(targets_in(organization_of_id(place_id), text))
    if form.accepts() and form.reads_well(form.chosen):
        try:
            operations.place_members(
                known_target(form.chosen()[:MAX_CODE]),
                county_id=place_id,
                by=keeper(),
                now=clock.now(),
                **{key: code},
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.pending", org=org, done="placed")
    page = {
        "org": org,
        "form": form,
        "endpoint": endpoint,
        "code": code,
        "name": name,
        "left": left,
        "text": text,
    }
    if request.method == "POST":
        return invalid("members/place.html", **page)
    return render_template("members/place.html", **page)
