"""One's own jobs: how far they are, what stopped them, where their result stands (ux.md S39)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template

from core.access.marks import signed_in
from core.audit.operations import Actor
from core.i18n import say
from core.jobs import operations
from core.jobs.kinds import can_stop, caution_of, page_of, title_of
from core.jobs.queries import own_job, own_jobs
from core.jobs.rules import JOB_TRANSITIONS, OPEN_JOBS, JobAction
from core.web import asked, principal, see_other, wants_fragment

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from core.jobs.queries import Job

MAX_CODE = 16
ENDED = {"HX-Retarget": "#job"}

bp = Blueprint("jobs", __name__)


@bp.get("/me/jobs")
@signed_in
def list_jobs() -> str:
    """Show what this account let the system do in the background."""
    page = own_jobs(principal().user_id, asked("after", MAX_CODE))
    return render_template("jobs/list.html", page=page, title_of=title_of)


@bp.get("/me/jobs/<code>")
@signed_in
def job(code: str) -> ResponseReturnValue:
    """Show how far a job is; while it runs, the page asks for the part that changes."""
    found = own_job(principal().user_id, code)
    if found is None:
        abort(404)
    if wants_fragment() and found.status in OPEN_JOBS:
        return render_template("jobs/_progress.html", job=found)
    if wants_fragment():  # it ended: the buttons change, too, and the end is read out
        return render_template("jobs/_state.html", announced=True, **_shown(found)), ENDED
    return render_template("jobs/job.html", **_shown(found))


@bp.post("/me/jobs/<code>/resume")
@signed_in
def resume(code: str) -> ResponseReturnValue:
    """Go on where the job stopped."""
    operations.resume(code, by=Actor.of_principal(principal()))
    return see_other("jobs.job", code=code)


@bp.post("/me/jobs/<code>/cancel")
@signed_in
def cancel(code: str) -> ResponseReturnValue:
    """Stop the job; what it did stays."""
    operations.cancel(code, by=Actor.of_principal(principal()))
    return see_other("jobs.job", code=code)


def _shown(found: Job) -> dict[str, object]:
    return {
        "job": found,
        "title": title_of(found.kind),
        "problem": say(found.violation) if found.problem else "",
        "result_url": page_of(found),
        "is_open": found.status in OPEN_JOBS,
        "may_resume": (found.status, JobAction.RESUME) in JOB_TRANSITIONS,
        "caution": caution_of(found),
        "may_cancel": can_stop(found),
    }
