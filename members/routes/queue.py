"""The queue of applications: two groups, one tap for the safe one, undo (ux.md S23, B1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.jobs.queries import stopped_jobs
from core.rules import RuleViolation
from core.web import asked, has_asked, principal, scope, see_other
from members import operations
from members.forms import NoteForm, SelectionForm
from members.queries.filings import returned_filings
from members.queries.goings import goings_at
from members.queries.queue import SHORT_PAGE, decision_at, queue_page, standing_of
from members.routes.blueprint import MAX_CODE, MAX_SELECTED, after, bp, keeper

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/o/<org>/applications")
@requires(Permission.APPLICATIONS_VIEW)
def queue(org: str) -> str:
    """Show what waits: approved at once, to be looked at, returned by the county."""
    return _page(org, SelectionForm(formdata=None))


@bp.post("/o/<org>/applications/approve")
@requires(Permission.APPLICATIONS_DECIDE)
def approve(org: str) -> ResponseReturnValue:
    """Approve the ticked ones in one decision; who was decided meanwhile is left out."""
    form = SelectionForm()
    codes = form.ids.data or []
    if not form.accepts() or len(codes) > MAX_SELECTED:
        return _page(org, form), 422
    try:
        decision = operations.approve(
            [code[:MAX_CODE] for code in codes],
            handler_id=scope().place.id,
            by=keeper(),
            now=clock.now(),
        )
    except RuleViolation as violation:
        form.add_violation(violation)
        return _page(org, form), 422
    return see_other("members.queue", org=org, done=decision.code)


@bp.post("/o/<org>/decisions/<code>/undo")
@requires(Permission.APPLICATIONS_DECIDE)
def undo(org: str, code: str) -> ResponseReturnValue:
    """Take a decision back as a whole, for ten minutes; a large one by a job, or the rest of it."""
    found = decision_at(scope().place.id, code)
    if found is not None and operations.is_large(found.count, clock.now()):
        job = operations.start_undo(code, scope(), now=clock.now())
        return see_other("jobs.job", code=job.code)
    decision = operations.undo(code, handler_id=scope().place.id, by=keeper(), now=clock.now())
    return see_other("members.queue", org=org, done=decision.code)


@bp.route("/o/<org>/applications/filings/<code>", methods=["GET", "POST"])
@requires(Permission.APPLICATIONS_DECIDE)
def refile(org: str, code: str) -> ResponseReturnValue:
    """Show why the county returned a filing, and file it again with what was mended."""
    place_id = scope().place.id
    found = {row.code: row for row in returned_filings(scope().place, clock.today())}
    membership = found.get(code)
    if membership is None:
        abort(404)
    form = NoteForm()
    if form.accepts():
        operations.refile(
            code, form.note.data, organization_id=place_id, by=keeper(), now=clock.now()
        )
        return see_other("members.queue", org=org, refiled=1)
    page = render_template("members/refile.html", org=org, form=form, membership=membership)
    return page, 422 if form.errors else 200


def _page(org: str, form: SelectionForm) -> str:
    place_id, may_decide = scope().place.id, scope().may(Permission.APPLICATIONS_DECIDE)
    group = asked("group")
    safe = queue_page(place_id, doubtful=False, after=after() if group == "safe" else "")
    doubtful = queue_page(
        place_id, doubtful=True, after=after() if group == "doubtful" else "", limit=SHORT_PAGE
    )
    code = asked("done", MAX_CODE)
    decision = decision_at(place_id, code) if code else None
    return render_template(
        "members/queue.html",
        org=org,
        form=form,
        safe=safe,
        doubtful=doubtful,
        returned=returned_filings(scope().place, clock.today()),
        goings=goings_at(place_id),
        own_person_id=principal().person_id,
        was_noted=has_asked("noted"),
        all_chosen=asked("select") == "all",
        chosen=set(form.ids.data or []),
        decision=decision,
        standing=standing_of(decision) if decision and decision.undone_at else 0,
        can_undo=decision is not None and operations.can_undo(decision, clock.now()),
        was_refiled=has_asked("refiled"),
        stopped=stopped_jobs(operations.UNDO_DRIVE, place_id) if may_decide else [],
        may_enter=scope().may(Permission.PEOPLE_ENTER),
        may_decide=may_decide,
        names_places=scope().place.level != "unit",
    )
