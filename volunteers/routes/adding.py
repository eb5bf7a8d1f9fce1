"""The keeper of a shift adds a volunteer, with the conditions explained (domain.md VOL-19, S4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from activities.operations import Wish, add_for
from activities.queries import Shift, shift_in
from activities.routes.words import reasons, span
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.forms import AppForm
from core.rules import N_, RuleViolation
from core.web import asked, invalid, scope, see_other, sent
from volunteers.queries.adding import candidates_for, volunteer_to_add
from volunteers.routes.blueprint import bp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE, MAX_TEXT = 16, 40
NOBODY = N_("没有找到在服务的志愿者")


@bp.route("/o/<org>/shifts/<code>/add", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def add_to_shift(org: str, code: str) -> ResponseReturnValue:
    """Find a volunteer by number or name, show what is not met, and add him."""
    shift, form = shift_in(scope(), code[:MAX_CODE]), AppForm()
    if shift is None:
        abort(404)
    if form.accepts():
        found = volunteer_to_add(sent("volunteer", MAX_CODE))
        person_id = found.person_id if found else None
        try:
            add_for(
                _somebody(person_id),
                shift.code,
                Wish(has_certificate=bool(shift.activity.certificate)),
                organization_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("activities.roster", org=org, code=shift.code, done="added")
    if form.is_submitted():
        return invalid("volunteers/add_to_shift.html", **_page(org, shift, form))
    return render_template("volunteers/add_to_shift.html", **_page(org, shift, form))


def _somebody(person_id: int | None) -> int:
    """Return who is added. Raises RuleViolation for nobody."""
    if person_id is None:
        raise RuleViolation("", NOBODY)
    return person_id


def _page(org: str, shift: Shift, form: AppForm) -> dict[str, Any]:
    text = asked("q", MAX_TEXT) or sent("q", MAX_TEXT)
    return {
        "org": org,
        "shift": shift,
        "activity": shift.activity,
        "form": form,
        "text": text,
        "rows": candidates_for(scope(), shift, text, clock.now()),
        "reasons": reasons,
        "span": span,
    }
