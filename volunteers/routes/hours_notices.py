"""Hours that lie open to the members of their organization, and what they object to (VOL-43)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request

from core import clock
from core.access.marks import signed_in
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, principal, see_other
from volunteers.forms import HoldForm
from volunteers.operations.hours_notices import object_to_hours
from volunteers.queries import hours_notices as reading
from volunteers.routes.blueprint import bp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/me/hours/notices")
@signed_in
def hours_notices() -> str:
    """Show what lies open; nothing where the setting is off."""
    person_id, now = principal().person_id, clock.now()
    return render_template(
        "volunteers/hours_notices.html",
        page=reading.open_hours(person_id or 0, now, asked("after", 12)),
        days=reading.notice_days(now),
        done=asked("done", 12),
    )


@bp.route("/me/hours/notices/<code>", methods=["GET", "POST"])
@signed_in
def object_to_notice(code: str) -> ResponseReturnValue:
    """Object to hours of somebody else; the person does not learn who did."""
    person_id, now = principal().person_id, clock.now()
    line = reading.open_record(person_id, code, now) if person_id is not None else None
    if line is None:
        abort(404)
    form = HoldForm()
    if form.accepts():
        try:
            object_to_hours(code, form.note.data or "", by=Actor.of_principal(principal()), now=now)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.hours_notices", done="objected")
    if request.method == "POST":
        return invalid("volunteers/hours_notice.html", form=form, line=line)
    return render_template("volunteers/hours_notice.html", form=form, line=line)
