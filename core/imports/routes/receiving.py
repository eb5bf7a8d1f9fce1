"""Handing a list in: a file, or text that was pasted (ux.md S30, S36, S37)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, make_response, render_template, request

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import gettext as _
from core.imports import operations
from core.imports.books import MIME, template
from core.imports.forms import ColumnsForm, FileForm, PasteForm
from core.imports.queries import finished, samples_of, unfinished
from core.imports.reading import read_file, read_pasted
from core.imports.routes.blueprint import asked_subject, bp, go_to, held, shown
from core.imports.rules import ImportStatus
from core.imports.subjects import NEW, subject_of
from core.rules import RuleViolation
from core.uploads import takes_file
from core.web import asked, invalid, scope, see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from core.imports.queries import Import
    from core.imports.subjects import Subject
    from core.imports.tables import Table

MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_SUBJECT, MAX_INTO = 32, 16


@bp.route("/o/<org>/imports/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_ENTER)
@takes_file(MAX_FILE_BYTES)
def new(org: str) -> ResponseReturnValue:
    """Ask for a file, and take it; unfinished lists are offered to go on with."""
    form = FileForm()
    subject = asked_subject((form.subject.data or asked("subject"))[:MAX_SUBJECT])
    into = (form.into.data or asked("into"))[:MAX_INTO]
    if form.accepts():
        found = _receive_file(form, subject, into)
        if found is not None:
            return go_to(org, found)
    page = {
        "org": org,
        "form": form,
        "subject": subject,
        "into": into,
        "unfinished": unfinished(scope()),
        "finished": finished(scope()),
        "most": settings.value("imports.page_rows", on=clock.today()),
        "megabytes": MAX_FILE_BYTES // (1024 * 1024),
    }
    if request.method == "POST":
        return invalid("imports/new.html", **page)
    return render_template("imports/new.html", **page)


@bp.route("/o/<org>/imports/paste", methods=["GET", "POST"])
@requires(Permission.PEOPLE_ENTER)
def paste(org: str) -> ResponseReturnValue:
    """Take lines of a chat or cells of a spreadsheet."""
    form = PasteForm()
    subject = asked_subject((form.subject.data or asked("subject"))[:MAX_SUBJECT])
    into = (form.into.data or asked("into"))[:MAX_INTO]
    if form.accepts():
        try:
            table, remarks = read_pasted(form.text.data or "", subject.fields)
            found = _receive(table, subject, into, remarks)
        except RuleViolation as violation:
            _tell(form, "text", violation)
        else:
            return go_to(org, found)
    page = {"org": org, "form": form, "subject": subject, "into": into}
    if request.method == "POST":
        return invalid("imports/paste.html", **page)
    return render_template("imports/paste.html", **page)


@bp.get("/o/<org>/imports/template")
@requires(Permission.PEOPLE_ENTER)
def download_template(org: str) -> Response:
    """Return an empty list to fill in."""
    del org
    subject = asked_subject(asked("subject", MAX_SUBJECT))
    return workbook(template(subject.fields), f"{subject.code}-template")


@bp.route("/o/<org>/imports/<code>/map", methods=["GET", "POST"])
@requires(Permission.PEOPLE_ENTER)
def map_columns(org: str, code: str) -> ResponseReturnValue:
    """Ask which column is which, only for those that are not sure."""
    found = shown(code)
    if found.status is not ImportStatus.DRAFT:
        return go_to(org, found)
    form, layout = ColumnsForm(), found.layout
    chosen = {column: request.form.get(f"column-{column}", "") for column in layout["unsure"]}
    into, told = request.form.get("into", "")[:MAX_INTO], (form.into_new.data or "").strip()
    if form.accepts():
        into_all = into or (NEW + told if told else "")
        found = held(code)
        try:
            operations.choose_columns(found, chosen, scope(), now=clock.now(), into=into_all)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            operations.begin_check(found, scope(), now=clock.now())
            return go_to(org, found)
    subject = subject_of(found.subject)
    missing = [one for one in subject.fields if one.code in layout["missing"]]
    once = next((one for one in missing if one.told_once), None)
    page = {
        "org": org,
        "form": form,
        "found": found,
        "once": once,
        "offered": subject.offered(scope()) if once else [],
        "new_hint": getattr(subject, "new_hint", "") if once else "",
        "into": into,
        "headers": layout["headers"],
        "columns": samples_of(found, layout["unsure"]),
        "chosen": chosen,
        "fields": subject.fields,
        "missing": missing,
        "known": [one for one in subject.fields if one.code in found.assigned.values()],
    }
    if request.method == "POST":
        return invalid("imports/map.html", **page)
    return render_template("imports/map.html", **page)


@bp.post("/o/<org>/imports/<code>/drop")
@requires(Permission.PEOPLE_ENTER)
def drop(org: str, code: str) -> ResponseReturnValue:
    """Give a list up that was not confirmed."""
    operations.drop(held(code), by=Actor.of_scope(scope()), now=clock.now())
    return see_other("imports.new", org=org)


def workbook(content: bytes, name: str) -> Response:
    """Return a workbook to be saved; its name is made here, never taken from anybody."""
    response = make_response(content)
    response.headers["Content-Type"] = MIME
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _receive_file(form: FileForm, subject: Subject, into: str) -> Import | None:
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            form.file.errors = [*form.file.errors, _no_file()]
            return None
        return _receive(read_file(file.stream), subject, into)
    except RuleViolation as violation:
        _tell(form, "file", violation)
        return None


def _receive(table: Table, subject: Subject, into: str, remarks: list[int] | None = None) -> Import:
    now = clock.now()
    found = operations.receive(scope(), subject, table, now=now, remarks=remarks or [], into=into)
    if found.layout["missing"] or found.layout["unsure"]:
        return found
    operations.begin_check(found, scope(), now=now)
    return found


def _no_file() -> str:
    return str(_("请先选一个文件"))


def _tell(form: FileForm | PasteForm, field: str, violation: RuleViolation) -> None:
    """Put what is wrong with a list beside the field it came by."""
    if violation.field == "file":
        violation.field = field
    form.add_violation(violation)
