"""What venues of each kind are asked for at inspections: lists that the province keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from activities.operations import venue_criteria as operations
from activities.queries.venue_rules import criteria_lists, criteria_of
from activities.routes.blueprint import MAX_CODE, bp
from activities.routes.venues import acting, answer
from activities.rules.venues import VenueKind
from activities.venue_step_forms import CriteriaForm
from core import clock
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.switches import Module
from core.web import asked, see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.route("/o/<org>/venue-criteria", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.CHECKLISTS_SET)
def set_criteria(org: str) -> ResponseReturnValue:
    """Enter what is asked of venues of the kind that the address names; without one show all."""
    kind, today = asked("kind"), clock.today()
    if kind not in set(VenueKind):
        return _kinds(org)
    chosen = VenueKind(kind)
    now = criteria_of(chosen, today)
    told = [one.label % {"number": one.number} if one.number else one.label for one in now]
    form = CriteriaForm(data={"items": "\n".join(told), "valid_from": today.isoformat()})
    if form.accepts() and form.reads_well(form.day):
        items, source = form.items.data or "", form.source.data or ""
        try:
            operations.set_criteria(chosen, items, form.day(), source, **acting())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.set_criteria", org=org, done="set")
    lists = criteria_lists(chosen)
    return answer("activities/venue_criteria_form.html", form, org=org, kind=chosen, lists=lists)


def _kinds(org: str) -> ResponseReturnValue:
    done = asked("done", MAX_CODE)
    return render_template(
        "activities/venue_criteria.html", org=org, kinds=list(VenueKind), done=done
    )
