"""What the desk asks a branch about hours that are looked at, and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from volunteers.forms import HoldForm
from volunteers.operations import holds as deciding
from volunteers.queries import holds as reading
from volunteers.routes.blueprint import bp
from volunteers.routes.hold_words import reason_of
from volunteers.routes.holds import page_of
from volunteers.rules.holds import HoldStatus

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/o/<org>/hold-questions")
@requires(Permission.HOURS_CONFIRM)
def hold_questions(org: str) -> str:
    """Show what the desk asks here, the longest first."""
    return render_template(
        "volunteers/hold_questions.html",
        org=org,
        page=reading.asked_of(scope(), asked("after", 12)),
        reason_of=reason_of,
        done=asked("done", 12),
    )


@bp.route("/o/<org>/hold-questions/<code>", methods=["GET", "POST"])
@requires(Permission.HOURS_CONFIRM)
def answer_hold(org: str, code: str) -> ResponseReturnValue:
    """Show the question with the records it is about; send the answer."""
    found = reading.hold_asked(scope(), code)
    if found is None:
        abort(404)
    form = HoldForm()
    if form.accepts():
        try:
            deciding.answer(
                code,
                form.note.data or "",
                organization_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            if found.hold.status is not HoldStatus.ASKED:
                raise
            form.add_violation(violation)
        else:
            return see_other("volunteers.hold_questions", org=org, done="answered")
    page = {**page_of(org, found, form), "open": found.hold.status is HoldStatus.ASKED}
    if request.method == "POST":
        return invalid("volunteers/hold_question.html", **page)
    return render_template("volunteers/hold_question.html", **page)
