"""What a volunteer agrees to, and leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from core import clock
from core.access.marks import signed_in
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, principal, see_other
from volunteers import queries
from volunteers.operations import resting
from volunteers.queries.resting import agreements_of
from volunteers.routes.blueprint import bp
from volunteers.routes.own import not_yet
from volunteers.rules import MAY_LEAVE
from volunteers.skills_forms import AgreementForm, LeaveForm

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.route("/me/volunteer/agreements", methods=["GET", "POST"])
@signed_in
def own_agreements() -> ResponseReturnValue:
    """Say to what one agrees besides; each by itself, taken back at any time."""
    volunteer = queries.volunteer_of(principal().person_id)
    if volunteer is None:
        return not_yet()
    held = agreements_of(volunteer.id)
    form = AgreementForm(data={"kinds": [one.kind for one in held]})
    form.offer()
    if form.accepts() and form.reads_well(form.chosen):
        try:
            resting.set_agreements(
                volunteer.person_id,
                form.chosen(),
                by=Actor.of_principal(principal()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_agreements", done="saved")
    page = {"form": form, "held": held, "done": asked("done", 12)}
    if request.method == "POST":
        return invalid("volunteers/own_agreements.html", **page)
    return render_template("volunteers/own_agreements.html", **page)


@bp.route("/me/volunteer/leave", methods=["GET", "POST"])
@signed_in
def leave_volunteering() -> ResponseReturnValue:
    """Leave, effective the same day; hours and records stay."""
    volunteer = queries.volunteer_of(principal().person_id)
    if volunteer is None:
        return not_yet()
    form = LeaveForm()
    if form.accepts():
        try:
            resting.leave(
                volunteer.person_id,
                sure=form.sure.data is True,
                by=Actor.of_principal(principal()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_volunteer", done="left")
    page = {"form": form, "volunteer": volunteer, "serves": volunteer.status in MAY_LEAVE}
    if request.method == "POST":
        return invalid("volunteers/leave.html", **page)
    return render_template("volunteers/leave.html", **page)
