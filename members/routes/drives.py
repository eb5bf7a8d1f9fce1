"""Approving all that is in order, and filing all that waits, each in one decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.web import scope, see_other
from members import operations
from members.forms import ActForm, DriveForm
from members.queries.drives import drive_at
from members.routes.blueprint import MAX_CODE, bp
from organizations.figures import STOCK, values
from organizations.rules import Measure

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.route("/o/<org>/applications/all", methods=["GET", "POST"])
@requires(Permission.APPLICATIONS_DECIDE)
def drive(org: str) -> ResponseReturnValue:
    """Show how many are in order with some of them in full, and approve all of them."""
    size = settings.value("decisions.sample", on=clock.today())
    found = drive_at(scope().place.id, size)
    form = DriveForm()
    if found is None:
        return see_other("members.queue", org=org)
    if form.accepts():
        until = (form.until.data or "")[:MAX_CODE]
        sampled = bool(form.sampled.data)
        job = operations.start_drive(scope(), until, sampled=sampled, now=clock.now())
        return see_other("jobs.job", code=job.code)
    if form.until.data is None:
        form.until.data = found.until
    page = render_template("members/drive.html", org=org, form=form, found=found)
    return page, 422 if form.errors else 200


@bp.route("/o/<org>/filings/all", methods=["GET", "POST"])
@requires(Permission.FILINGS_DECIDE)
def file_all(org: str) -> ResponseReturnValue:
    """Ask once more, and file everything that waits."""
    place_id = scope().place.id
    total = values([place_id], [Measure.FILINGS_WAITING]).get(
        (place_id, Measure.FILINGS_WAITING, STOCK), 0
    )
    form = ActForm()
    if not total:
        return see_other("members.filings", org=org)
    if form.accepts():
        job = operations.start_filing(scope(), now=clock.now())
        return see_other("jobs.job", code=job.code)
    page = render_template("members/file_all.html", org=org, form=form, total=total)
    return page, 422 if form.errors else 200
