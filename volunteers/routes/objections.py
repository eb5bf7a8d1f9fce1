"""The desk for objections and appeals: what was refused, what the volunteer says, the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import abort, render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, principal, scope, see_other
from volunteers import operations, queries
from volunteers.forms import AnswerForm
from volunteers.queries.registering import shown_name
from volunteers.routes.blueprint import bp
from volunteers.routes.words import record_story
from volunteers.rules import ServiceStatus

if TYPE_CHECKING:
    from typing import Any

    from flask.typing import ResponseReturnValue

    from volunteers.queries import ServiceRecord


@bp.get("/o/<org>/objections")
@requires(Permission.OBJECTIONS_DECIDE)
def objections(org: str) -> str:
    """Show what waits for an answer, the longest first, and who below is late."""
    done = asked("done", 12)
    return render_template(
        "volunteers/objections.html",
        org=org,
        page=queries.objections_at(scope(), asked("after", 12)),
        below=queries.late_below(scope()),
        answered=queries.record_in_scope(scope(), done, clock.today()) if done else None,
    )


@bp.get("/o/<org>/objections/<code>")
@requires(Permission.OBJECTIONS_DECIDE)
def show_objection(org: str, code: str) -> str:
    """Show one objection with its history."""
    return render_template("volunteers/objection.html", **_page(org, _objected(code)))


@bp.post("/o/<org>/objections/<code>/grant")
@requires(Permission.OBJECTIONS_DECIDE)
def grant_objection(org: str, code: str) -> ResponseReturnValue:
    """Credit the hours after all."""
    return _answer(org, code, operations.grant_objection)


@bp.post("/o/<org>/objections/<code>/uphold")
@requires(Permission.OBJECTIONS_DECIDE)
def uphold_refusal(org: str, code: str) -> ResponseReturnValue:
    """Let the refusal stand, with an answer that the volunteer reads."""
    return _answer(org, code, operations.uphold)


def _answer(org: str, code: str, decide: Callable[..., object]) -> ResponseReturnValue:
    form = AnswerForm()
    record = _objected(code)
    if form.accepts():
        try:
            decide(
                code,
                form.reason.data or "",
                handler_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.objections", org=org, done=code)
    return invalid("volunteers/objection.html", **_page(org, record, form))


def _objected(code: str) -> ServiceRecord:
    record = queries.record_in_scope(scope(), code, clock.today())
    if record is None or record.handler_id != scope().place.id:
        abort(404)
    return record


def _page(org: str, record: ServiceRecord, form: AnswerForm | None = None) -> dict[str, Any]:
    steps = queries.steps_of(record.id)
    person = record.person
    return {
        "org": org,
        "record": record,
        "sheet": queries.sheet_of(record),
        "name": shown_name(scope(), person.name, person.born_on, record.organization_id),
        "form": form or AnswerForm(),
        "steps": steps,
        "pictures": queries.pictures_of(record),
        "story": record_story(record, steps, clock.now()),
        "open": record.status is ServiceStatus.OBJECTED,
        "is_own": queries.is_own(record, principal()),
    }
