"""What an import came to, what is left of it, and taking it back (ux.md S39)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.imports import operations
from core.imports.books import left_rows
from core.imports.forms import ActForm
from core.imports.queries import counts_of, rows_kept, rows_left
from core.imports.routes.blueprint import bp, go_to, held, shown
from core.imports.routes.receiving import workbook
from core.imports.rules import OPEN_IMPORTS, RUNNING_IMPORTS, ImportStatus
from core.imports.subjects import subject_of
from core.jobs.queries import own_job
from core.jobs.rules import OPEN_JOBS
from core.web import scope, see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/o/<org>/imports/<code>")
@requires(Permission.PEOPLE_ENTER)
def show(org: str, code: str) -> ResponseReturnValue:
    """Show how far an import is, or what it came to."""
    found = shown(code)
    if found.status in OPEN_IMPORTS and found.status is not ImportStatus.CHECKING:
        return go_to(org, found)
    job = own_job(scope().principal.user_id, found.job_code) if found.job_code else None
    is_running = found.status in RUNNING_IMPORTS
    subject = subject_of(found.subject)
    return render_template(
        "imports/result.html",
        org=org,
        found=found,
        subject=subject,
        job=job,
        is_running=is_running,
        is_stuck=is_running and (job is None or job.status not in OPEN_JOBS),
        counts=counts_of(found),
        kept=rows_kept(found),
        can_undo=operations.can_undo(found, clock.now()),
        result_url=subject.result_url(org),
    )


@bp.get("/o/<org>/imports/<code>/left")
@requires(Permission.PEOPLE_ENTER)
def download_left(org: str, code: str) -> Response:
    """Return the rows that were not imported, laid out as they came, each with its reason."""
    del org
    found = shown(code)
    labels = {one.code: one.label for one in subject_of(found.subject).fields}
    content = left_rows(found.layout["headers"], rows_left(found), labels)
    return workbook(content, f"left-{found.code}")


@bp.post("/o/<org>/imports/<code>/go-on")
@requires(Permission.PEOPLE_ENTER)
def go_on(org: str, code: str) -> ResponseReturnValue:
    """Take up again what was left, or what stopped in the middle."""
    if ActForm().accepts():
        found, now = held(code), clock.now()
        if found.status in RUNNING_IMPORTS:
            operations.resume(found, scope(), now=now)
        else:
            operations.go_on(found, scope(), now=now)
        return go_to(org, found)
    return see_other("imports.show", org=org, code=code)


@bp.post("/o/<org>/imports/<code>/undo")
@requires(Permission.PEOPLE_ENTER)
def undo(org: str, code: str) -> ResponseReturnValue:
    """Take back what the import made, as far as nothing hangs on it."""
    if ActForm().accepts():
        operations.start_undo(held(code), scope(), now=clock.now())
    return see_other("imports.show", org=org, code=code)
