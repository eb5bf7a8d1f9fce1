"""Taking a list as a file: asking, my files, downloading (ux.md S48, security.md EXP)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, abort, render_template, url_for

from accounts.step_up import require_fresh_factor
from core import clock, settings
from core.access.marks import requires, signed_in
from core.access.permissions import Permission
from core.exports.writing import TYPES, FileFormat
from core.rules import RuleViolation
from core.web import asked, principal, scope, see_other
from members import operations
from members.exporting import source_of
from members.forms.lists import ExportForm
from members.operations import Wish
from members.queries.exports import own_export, own_exports, pieces_of
from members.queries.rows import seen_by
from members.routes.blueprint import MAX_CODE, after, bp
from members.routes.narrowing import address, asked_filters, shown_columns
from members.rules.exports import ExportPurpose, ExportSubject
from members.rules.roster import Use, parameters_of
from members.sources import MEMBERS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from members.queries.exports import Export
    from members.rostering import Roster


@bp.route("/o/<org>/members/export", methods=["GET", "POST"])
@requires(Permission.MEMBERS_EXPORT)
def ask_export(org: str) -> ResponseReturnValue:
    """Tell how many rows the file will have, ask what for, and begin."""
    return export_page(MEMBERS, org)


def export_page(roster: Roster, org: str) -> ResponseReturnValue:
    """Answer the page on which a list is asked for as a file; a fresh factor comes first."""
    filters, subject = seen_by(roster.subject, scope(), asked_filters(roster)), roster.subject
    parameters = parameters_of(filters)
    values: dict[str, Any] = {"org": org, **parameters}
    here = url_for(roster.pages.export, **values)
    back = address(roster, org, parameters)
    way = require_fresh_factor(back=here)
    if way is not None:
        return way
    form, source, today = ExportForm(), source_of(subject), clock.today()
    offered = source.offered(scope())
    always = source.columns(scope(), ())
    form.offer({name: label for name, label in offered if name not in always})
    if form.accepts():
        export = _begin(form, subject, parameters)
        if export is not None:
            done = "asked" if export.grounds else "begun"
            return see_other("members.list_exports", org=org, done=done)
    if not form.is_submitted():
        columns = shown_columns(roster, filters, Use.SCREEN)
        form.columns.data = [column.value for column in columns]
    names = dict(offered)
    page = render_template(
        "members/export.html",
        org=org,
        form=form,
        title=source.title,
        here=here,
        back=back,
        count=source.count(scope(), parameters),
        words=source.words(scope(), parameters),
        always=[names[name] for name in always],
        quota=settings.value("exports.rows_per_day", on=today),
        hours=settings.value("exports.hours", on=today),
    )
    return page, 422 if form.errors or form.form_errors else 200


def _begin(form: ExportForm, subject: ExportSubject, parameters: dict[str, str]) -> Export | None:
    """Return the export that a form asked for; None where the form says why not."""
    wish = Wish(
        subject,
        parameters,
        tuple(form.columns.data or ()),
        FileFormat(form.format.data),
        ExportPurpose(form.purpose.data),
        form.words.data or "",
    )
    try:
        return operations.ask_for_export(scope(), wish, now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return None


@bp.get("/o/<org>/exports")
@requires(Permission.MEMBERS_EXPORT)
def list_exports(org: str) -> str:
    """Show the files that one asked for at an organization: purpose, state, until when."""
    return render_template(
        "members/exports.html",
        org=org,
        page=own_exports(scope(), after()),
        title_of=lambda export: source_of(export.subject).title,
        done=asked("done", 12),
        now=clock.now(),
    )


@bp.post("/me/exports/<code>/start")
@signed_in
def start_export(code: str) -> ResponseReturnValue:
    """Gather what was approved; a fresh factor comes first."""
    export = _own(code)
    way = require_fresh_factor(back=_files(export))
    if way is not None:
        return way
    operations.start_export(export.code, principal(), now=clock.now())
    return see_other("members.list_exports", org=export.organization_code, done="begun")


@bp.post("/me/exports/<code>/remove")
@signed_in
def remove_export(code: str) -> ResponseReturnValue:
    """Give an export up; its file is gone at once."""
    export = operations.remove_export(_own(code).code, principal())
    return see_other("members.list_exports", org=export.organization_code, done="removed")


@bp.post("/me/exports/<code>/file")
@signed_in
def download_export(code: str) -> ResponseReturnValue:
    """Give the file to who asked for it, once more asking for right and factor; one line of log."""
    export = _own(code)
    way = require_fresh_factor(back=_files(export))
    if way is not None:
        return way
    taken = operations.take_export(export.code, principal(), now=clock.now())
    answer = Response(pieces_of(taken), mimetype=TYPES[taken.format])
    answer.headers["Content-Type"] = TYPES[taken.format]
    answer.headers.set("Content-Disposition", "attachment", filename=_file_name(taken))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@bp.get("/me/exports/<code>/file")
@signed_in
def downloaded_export(code: str) -> ResponseReturnValue:
    """Answer a reload of the download: the list of files."""
    return see_other("members.list_exports", org=_own(code).organization_code)


def _own(code: str) -> Export:
    export = own_export(principal().user_id, code[:MAX_CODE])
    if export is None:
        abort(404)
    return export


def _files(export: Export) -> str:
    return url_for("members.list_exports", org=export.organization_code)


def _file_name(export: Export) -> str:
    """Return a name of ASCII letters only, so that no header can go wrong (FILE-07)."""
    day = clock.local(export.created_at).date()
    return f"{export.subject}-{day.isoformat()}-{export.code}.{export.format}"
