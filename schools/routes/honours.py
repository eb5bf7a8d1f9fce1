"""Honours of schools: recorded by the county, and revoked with the reason (SCH-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import scope, see_other
from schools.forms.register import RevokingForm, SchoolHonourForm
from schools.operations import honours as operations
from schools.queries import register as queries
from schools.routes.blueprint import bp
from schools.routes.register import MAX_CODE, answer, school_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.route("/o/<org>/schools/<code>/honours/new", methods=["GET", "POST"])
@requires(Permission.SCHOOLS_KEEP)
def record_honour(org: str, code: str) -> ResponseReturnValue:
    """Record what a school was honoured with."""
    school, form = school_of(code), SchoolHonourForm()
    form.offer()
    if form.accepts() and form.reads_well(form.facts):
        place_id, by, now = scope().place.id, Actor.of_scope(scope()), clock.now()
        try:
            operations.record_school_honour(
                school.code, form.facts(), county_id=place_id, by=by, now=now
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_school", org=org, code=code, done="honoured")
    return answer("schools/honour.html", org=org, form=form, school=school)


@bp.route("/o/<org>/school-honours/<code>/revoke", methods=["GET", "POST"])
@requires(Permission.SCHOOLS_KEEP)
def revoke_honour(org: str, code: str) -> ResponseReturnValue:
    """Record that an honour counts no longer."""
    honour = queries.honour_at(scope().place, code[:MAX_CODE])
    if honour is None:
        abort(404)
    form, school = RevokingForm(), honour.school.code
    if form.accepts():
        place_id, by, now = scope().place.id, Actor.of_scope(scope()), clock.now()
        try:
            operations.revoke_school_honour(
                honour.code, form.note.data or "", county_id=place_id, by=by, now=now
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_school", org=org, code=school, done="revoked")
    return answer("schools/honour_revoke.html", org=org, form=form, honour=honour)
