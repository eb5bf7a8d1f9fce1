"""Looking at what is protected of a pupil, at the own school alone (domain.md PRI-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, url_for

from accounts.step_up import require_fresh_factor
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import invalid, scope, see_other
from people.forms import ApprovalForm
from people.operations.minors import ask_approval
from people.queries.minors import approval_page
from schools.forms.protection import PupilLookForm, field_of
from schools.operations.protection import reveal_of_pupil
from schools.queries.protection import kept_fields, pupil_of
from schools.routes.blueprint import bp, school_here

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@bp.get("/o/<org>/pupils/<code>/reveal")
@requires(Permission.PUPILS_KEEP)
def ask_pupil_reveal(org: str, code: str) -> ResponseReturnValue:
    """Show what is kept of a pupil, masked, and what an approval lets one look at."""
    pupil = _found(code)
    return _page(org, pupil)


@bp.post("/o/<org>/pupils/<code>/reveal")
@requires(Permission.PUPILS_KEEP)
def reveal_pupil(org: str, code: str) -> ResponseReturnValue:
    """Show one value on this answer only, its line of the read log in the same transaction."""
    pupil, form = _found(code), PupilLookForm()
    way = require_fresh_factor(back=url_for("schools.ask_pupil_reveal", org=org, code=code))
    if way is not None:
        return way
    if not form.accepts():
        return _page(org, pupil, form), 422
    field = field_of(form.field.data)
    try:
        value = reveal_of_pupil(pupil, field, by=Actor.of_scope(scope()), now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return _page(org, pupil, form), 422
    return _page(org, pupil, form, value=value, field=field)


@bp.route("/o/<org>/pupils/<code>/approval", methods=["GET", "POST"])
@requires(Permission.PUPILS_KEEP)
def ask_pupil_approval(org: str, code: str) -> ResponseReturnValue:
    """Ask to look at a pupil, or for a standing approval at the own school."""
    pupil, form = _found(code), ApprovalForm()
    if form.accepts():
        try:
            ask_approval(scope(), form.wish(pupil.person), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.ask_pupil_reveal", org=org, code=code)
    page = {"org": org, "form": form, "pupil": pupil, "approval": _approval(pupil)}
    if form.is_submitted():
        return invalid("schools/ask_pupil.html", **page)
    return render_template("schools/ask_pupil.html", **page)


def _found(code: str) -> Any:
    """Return the pupil of this school, or answer 404."""
    school_here()
    found = pupil_of(scope().place.id, code[:MAX_CODE])
    return found if found is not None else abort(404)


def _approval(pupil: Any) -> Any:
    return approval_page(scope(), pupil.person, clock.now(), protected=True)


def _page(
    org: str, pupil: Any, form: PupilLookForm | None = None, value: str = "", field: Any = None
) -> str:
    fields = kept_fields(pupil)
    shown = form or PupilLookForm(formdata=None)
    shown.offer([one for one, _mask in fields])
    return render_template(
        "schools/reveal_pupil.html",
        org=org,
        pupil=pupil,
        fields=fields,
        form=shown,
        value=value,
        field=field,
        approval=_approval(pupil),
    )
