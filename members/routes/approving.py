"""Exports that somebody else has to approve, and those out of the usual, at the upper level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from members import operations
from members.exporting import source_of
from members.forms import ActForm, NoteForm
from members.queries.exports import request_at, requests_at, unusual_below
from members.routes.blueprint import MAX_CODE, after, bp
from members.rules.exports import EXPORT_TRANSITIONS, ExportAction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from members.queries.exports import Export


@bp.get("/o/<org>/exports/requests")
@requires(Permission.EXPORTS_APPROVE)
def list_export_requests(org: str) -> str:
    """Show what waits for approval here, and exports out of the usual below; no names."""
    now = clock.now()
    return render_template(
        "members/export_requests.html",
        org=org,
        page=requests_at(scope().place, now, after()),
        unusual=unusual_below(scope().place, now),
        title_of=lambda export: source_of(export.subject).title,
        done=asked("done", 12),
    )


@bp.get("/o/<org>/exports/requests/<code>")
@requires(Permission.EXPORTS_APPROVE)
def export_request(org: str, code: str) -> str:
    """Show one request: who, how many rows, what for, and why it needs somebody."""
    export = _asked_here(code)
    return _page("members/export_request.html", org, export, ActForm())


@bp.post("/o/<org>/exports/requests/<code>/approve")
@requires(Permission.EXPORTS_APPROVE)
def approve_export(org: str, code: str) -> ResponseReturnValue:
    """Let somebody take the file; never oneself."""
    export, form = _asked_here(code), ActForm()
    if form.accepts():
        try:
            operations.approve_export(export.code, scope(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.list_export_requests", org=org, done="approved")
    return _page("members/export_request.html", org, export, form), 422


@bp.route("/o/<org>/exports/requests/<code>/refuse", methods=["GET", "POST"])
@requires(Permission.EXPORTS_APPROVE)
def refuse_export(org: str, code: str) -> ResponseReturnValue:
    """Refuse with the reason, which who asked will read."""
    export, form = _asked_here(code), NoteForm()
    if form.accepts():
        try:
            operations.refuse_export(export.code, form.note.data or "", scope(), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.list_export_requests", org=org, done="refused")
    if request.method == "POST":
        return invalid("members/export_refuse.html", **_facts(org, export, form))
    return _page("members/export_refuse.html", org, export, form)


def _asked_here(code: str) -> Export:
    export = request_at(scope().place, code[:MAX_CODE])
    if export is None:
        abort(404)
    return export


def _page(template: str, org: str, export: Export, form: Any) -> str:
    return render_template(template, **_facts(org, export, form))


def _facts(org: str, export: Export, form: Any) -> dict[str, Any]:
    source = source_of(export.subject)
    return {
        "org": org,
        "export": export,
        "form": form,
        "title": source.title,
        "heads": source.heads(export.columns),
        "is_waiting": (export.status, ExportAction.APPROVE) in EXPORT_TRANSITIONS,
        "is_own": export.user_id == scope().principal.user_id,
    }
