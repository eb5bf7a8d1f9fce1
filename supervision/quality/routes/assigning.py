"""An upper level asks an organization to put a list right, and takes that back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from supervision.quality import operations
from supervision.quality.forms import AssignForm
from supervision.quality.queries import rows
from supervision.quality.queries.tasks import task_of
from supervision.quality.routes.blueprint import MAX_CODE, MAX_KIND, bp, watched
from supervision.quality.rules import Kind, kind_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.route("/o/<org>/quality/assign", methods=["GET", "POST"])
@requires(Permission.ORGANIZATIONS_GUIDE)
def assign(org: str) -> ResponseReturnValue:
    """Ask the organization of the address to put one kind right until a day."""
    form, now = AssignForm(), clock.now()
    today = clock.local(now).date()
    kind = kind_of(asked("kind", MAX_KIND)) or Kind.MISSING_ID
    if kind not in watched(today):
        abort(404)
    if form.due_on.data is None:
        days = settings.value("quality.due_days", on=today)
        form.due_on.data = (today + timedelta(days=days)).isoformat()
    if form.accepts() and form.reads_well(form.day):
        try:
            by, note = Actor.of_scope(scope()), form.note.data or ""
            operations.assign(scope().place, kind, note, form.day(), by=by, now=now)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("quality.desk", org=org, done="assigned")
    count = rows.counted(scope().place, today).counts[kind]
    page = {"org": org, "form": form, "kind": kind, "place": scope().place, "count": count}
    if request.method == "POST":
        return invalid("quality/assign.html", **page)
    return render_template("quality/assign.html", **page)


@bp.post("/o/<org>/quality/tasks/<code>/withdraw")
@requires(Permission.ORGANIZATIONS_GUIDE)
def withdraw(org: str, code: str) -> ResponseReturnValue:
    """Take back what an organization was asked to put right."""
    found = task_of(scope().place.id, code[:MAX_CODE])
    if found is None:
        abort(404)
    operations.withdraw(scope(), found.code, now=clock.now())
    return see_other("quality.desk", org=org, done="withdrawn")
