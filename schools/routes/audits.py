"""The yearly audit of minors' data: packs, and the register of incidents (PRV-20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, abort, render_template

from accounts.step_up import require_fresh_factor
from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.exports import vault
from core.exports.writing import TYPES, FileFormat
from core.rules import RuleViolation, UnknownRowError
from core.web import asked, invalid, scope, see_other
from schools.forms.audits import IncidentForm, PackForm
from schools.operations import audits as operations
from schools.queries import audits as queries
from schools.queries.audit_papers import paper_of
from schools.queries.home import waiting_of
from schools.routes.blueprint import bp
from schools.rules.audits import due_day

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 16
DONE = frozenset({"entered"})


@bp.get("/o/<org>/minor-audits")
@requires(Permission.AUDITS_MAKE)
def audits(org: str) -> str:
    """Show the packs that were made, whose file is still there, and the register of incidents."""
    return render_template("schools/audits.html", **_page(org))


@bp.post("/o/<org>/minor-audits")
@requires(Permission.AUDITS_MAKE)
def make_audit(org: str) -> ResponseReturnValue:
    """Let the worker make the pack of a year; it holds numbers, and names nobody."""
    form = PackForm()
    way = require_fresh_factor()
    if way is not None:
        return way
    if form.accepts() and form.reads_well(form.chosen_year):
        year, words = form.chosen_year(), form.words.data or ""
        try:
            job = operations.start_pack(scope(), year, words, now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("jobs.job", code=job.code)
    return invalid("schools/audits.html", **_page(org, form))


@bp.post("/o/<org>/minor-audits/<code>/file")
@requires(Permission.AUDITS_MAKE)
def download_audit(org: str, code: str) -> ResponseReturnValue:
    """Give the workbook away, one line of the log each time."""
    del org
    by = Actor.of_scope(scope())
    try:
        pack = operations.take_pack(scope().place, code[:MAX_CODE], by=by, now=clock.now())
    except UnknownRowError:
        abort(404)
    kind = TYPES[FileFormat.XLSX]
    answer = Response(vault.pieces(pack.code), mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=f"audit-{pack.year}.xlsx")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@bp.get("/o/<org>/minor-audits/<code>/file")
@requires(Permission.AUDITS_MAKE)
def downloaded_audit(org: str, code: str) -> ResponseReturnValue:
    """Answer a reload of the download: the list of packs."""
    if queries.pack_at(scope().place.id, code[:MAX_CODE], clock.now()) is None:
        abort(404)
    return see_other("schools.audits", org=org)


@bp.get("/o/<org>/minor-audits/<code>/print")
@requires(Permission.AUDITS_MAKE)
def print_audit(org: str, code: str) -> str:
    """Show a pack as sheets of paper, while its file is kept."""
    now = clock.now()
    pack = queries.pack_at(scope().place.id, code[:MAX_CODE], now)
    if pack is None or not vault.is_kept(pack.code):
        abort(404)
    most = settings.value("rosters.print_rows", on=clock.today())
    return render_template(
        "schools/audit_print.html",
        org=org,
        place=scope().place,
        pack=pack,
        paper=paper_of(pack.code, most),
        printed_at=now,
    )


@bp.route("/o/<org>/minor-audits/incident", methods=["GET", "POST"])
@requires(Permission.AUDITS_MAKE)
def enter_incident(org: str) -> ResponseReturnValue:
    """Enter an incident with minors' data."""
    form = IncidentForm()
    if form.accepts() and form.reads_well(form.incident):
        by = Actor.of_scope(scope())
        operations.enter_incident(scope().place, form.incident(), by=by, now=clock.now())
        return see_other("schools.audits", org=org, done="entered")
    if form.is_submitted():
        return invalid("schools/incident.html", org=org, form=form)
    return render_template("schools/incident.html", org=org, form=form)


def _page(org: str, form: PackForm | None = None) -> dict[str, Any]:
    place_id, today, done = scope().place.id, clock.today(), asked("done")
    year = today.year - 1
    return {
        "org": org,
        "form": form or PackForm(formdata=None, data={"year": str(year)}),
        "packs": queries.packs_of(place_id),
        "incidents": queries.incidents_of(place_id),
        "now": clock.now(),
        "year": year,
        "due_on": due_day(year),
        "is_made": waiting_of(scope(), year, clock.now()).audits > 0,
        "done": done if done in DONE else "",
    }
