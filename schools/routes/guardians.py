"""The guardians of one pupil: named and ended behind a fresh second factor (PRV-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, url_for

from accounts.step_up import require_fresh_factor
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation, UnknownRowError
from core.web import asked, invalid, scope, see_other, sent
from people.operations.guardians import Named
from people.rules.guardians import Relation
from schools.forms.consents import ActForm, GuardianForm
from schools.operations import consents as operations
from schools.queries import consent_board as board
from schools.queries.consents import guardians_of
from schools.routes.blueprint import bp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@bp.route("/o/<org>/consents/pupils/<code>/guardians", methods=["GET", "POST"])
@requires(Permission.PUPILS_KEEP)
def guardians(org: str, code: str) -> ResponseReturnValue:
    """Show who may answer for a pupil, phones masked, and name another one."""
    pupil = _pupil(code)
    back = url_for("schools.guardians", org=org, code=code)
    way = require_fresh_factor(back=back)
    if way is not None:
        return way
    form = GuardianForm()
    if form.accepts():
        named = Named(form.name.data, Relation(form.relation.data), form.phone.data)
        try:
            operations.name_guardian(pupil, named, by=Actor.of_scope(scope()), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.guardians", org=org, code=code, kept=1)
    page: dict[str, Any] = {
        "org": org,
        "pupil": pupil,
        "form": form,
        "guardians": guardians_of([pupil.person_id])[pupil.person_id],
        "kept": asked("kept", 1),
    }
    if form.is_submitted():
        return invalid("schools/guardians.html", **page)
    return render_template("schools/guardians.html", **page)


@bp.post("/o/<org>/consents/pupils/<code>/guardians/end")
@requires(Permission.PUPILS_KEEP)
def end_guardian(org: str, code: str) -> ResponseReturnValue:
    """End a guardian: the link leads nowhere from the next request on."""
    pupil = _pupil(code)
    way = require_fresh_factor(back=url_for("schools.guardians", org=org, code=code))
    if way is not None:
        return way
    if ActForm().accepts():
        try:
            operations.end_guardian(
                pupil,
                sent("guardian", MAX_CODE),
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except UnknownRowError:  # ended already
            return see_other("schools.guardians", org=org, code=code)
    return see_other("schools.guardians", org=org, code=code, kept=1)


def _pupil(code: str) -> Any:
    found = board.pupil_at(scope().place.id, code[:MAX_CODE])
    return found if found is not None else abort(404)
