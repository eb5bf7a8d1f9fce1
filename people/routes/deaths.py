"""Recording that somebody died, and taking a mistake back (domain.md MEM-45)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, principal, scope, see_other
from people.endings import is_in_charge
from people.forms import ActForm, DeathForm
from people.operations.deaths import record_death as record_person_death
from people.operations.deaths import undo_death as undo_recorded_death
from people.queries import death_of, deaths_at, person_of_code
from people.routes.blueprint import MAX_CODE, bp
from people.rules.deaths import DeathStatus

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/o/<org>/deaths")
@requires(Permission.DEATHS_RECORD)
def deaths(org: str) -> str:
    """Show the deaths that an organization recorded, newest first."""
    return _deaths(org, ActForm(formdata=None))


@bp.route("/o/<org>/people/<code>/death", methods=["GET", "POST"])
@requires(Permission.DEATHS_RECORD)
def record_death(org: str, code: str) -> ResponseReturnValue:
    """Record that somebody died, with its proof; what follows stands beside the button."""
    person, place_id = person_of_code(code[:MAX_CODE]), scope().place.id
    if person is None or person.id == principal().person_id:
        abort(404)
    if not is_in_charge(person.id, place_id, clock.today()) or death_of(person.id) is not None:
        abort(404)
    form = DeathForm()
    form.offer()
    if form.accepts() and form.reads_well(form.day, form.chosen):
        by = Actor.of_scope(scope())
        try:
            record_person_death(person, form.facts(), place_id=place_id, by=by, now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("people.deaths", org=org, done="recorded")
    days = settings.value("deaths.undo_working_days", on=clock.today())
    page = {"org": org, "form": form, "person": person, "days": days}
    if request.method == "POST":
        return invalid("people/death.html", **page)
    return render_template("people/death.html", **page)


@bp.post("/o/<org>/deaths/<code>/undo")
@requires(Permission.DEATHS_RECORD)
def undo_death(org: str, code: str) -> ResponseReturnValue:
    """Take back what was recorded by mistake."""
    form, by = ActForm(), Actor.of_scope(scope())
    try:
        undo_recorded_death(code[:MAX_CODE], place_id=scope().place.id, by=by, now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return _deaths(org, form), 422
    return see_other("people.deaths", org=org, done="undone")


def _deaths(org: str, form: ActForm) -> str:
    return render_template(
        "people/deaths.html",
        org=org,
        form=form,
        page=deaths_at(scope().place.id, asked("after", MAX_CODE)),
        today=clock.today(),
        states=DeathStatus,
        done=asked("done", MAX_CODE),
    )
