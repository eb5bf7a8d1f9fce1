"""A table on its own page and on paper, as a file, and the files of whoever asked (S48, S54)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, abort, render_template, url_for

from core import clock
from core.access.marks import requires, signed_in
from core.access.permissions import Permission
from core.exports.writing import TYPES, FileFormat
from core.rules import RuleViolation
from core.web import asked, asked_all, invalid, principal, scope, see_other
from supervision.blueprint import bp
from supervision.tables import PARAMETER_MAX, TableKind, kind_named
from supervision.tabling import operations, queries
from supervision.tabling.forms import TakeForm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

MAX_CODE = 16


@bp.get("/o/<org>/tables/<name>")
@requires(Permission.FIGURES_VIEW)
def table(org: str, name: str) -> str:
    """Show a table with its source and day; ``print=1`` shows it as it goes on paper."""
    page = "supervision/table_print.html" if asked("print", 1) else "supervision/table.html"
    return render_template(page, **_shown(org, _kind(name), TakeForm()))


@bp.post("/o/<org>/tables/<name>.xlsx")
@requires(Permission.FIGURES_VIEW)
def export_table(org: str, name: str) -> ResponseReturnValue:
    """Give a table as a workbook; a long one is written in the background."""
    kind, form = _kind(name), TakeForm()
    parameters = _parameters(kind)
    if not form.accepts():
        return invalid("supervision/table.html", **_shown(org, kind, form))
    try:
        if operations.is_long(kind, parameters, scope()):
            operations.ask(kind, parameters, form.chosen(), scope(), now=clock.now())
            return see_other("supervision.list_files", org=org, done="begun")
        found = operations.take_at_once(kind, parameters, form.chosen(), scope())
    except RuleViolation as violation:
        form.add_violation(violation)
        return invalid("supervision/table.html", **_shown(org, kind, form))
    return _file([found], f"{kind.name}-{clock.today().isoformat()}.xlsx")


@bp.get("/o/<org>/tables/<name>.xlsx")
@requires(Permission.FIGURES_VIEW)
def exported_table(org: str, name: str) -> ResponseReturnValue:
    """Answer a reload of the download: the page of the table."""
    kind = _kind(name)
    return see_other("supervision.table", org=org, name=name, **_parameters(kind))


@bp.get("/o/<org>/files")
@requires(Permission.FIGURES_VIEW)
def list_files(org: str) -> str:
    """Show the tables that one asked for at an organization, and until when they are kept."""
    return render_template(
        "supervision/files.html",
        org=org,
        page=queries.own_files(scope(), asked("after", MAX_CODE)),
        kind_named=kind_named,
        done=asked("done", MAX_CODE),
        now=clock.now(),
    )


@bp.post("/me/tables/<code>/file")
@signed_in
def download_table(code: str) -> ResponseReturnValue:
    """Give the file to who asked for it, once more asking for the right (AZ-11)."""
    found = operations.take(_own(code).code, principal(), now=clock.now())
    day = clock.local(found.created_at).date()
    return _file(queries.pieces_of(found), f"{found.name}-{day.isoformat()}-{found.code}.xlsx")


@bp.get("/me/tables/<code>/file")
@signed_in
def downloaded_table(code: str) -> ResponseReturnValue:
    """Answer a reload of the download: the list of files."""
    return see_other("supervision.list_files", org=_own(code).organization_code)


@bp.post("/me/tables/<code>/remove")
@signed_in
def remove_table(code: str) -> ResponseReturnValue:
    """Give a file up; it is gone at once."""
    found = operations.remove(_own(code).code, principal())
    return see_other("supervision.list_files", org=found.organization_code, done="removed")


def _kind(name: str) -> TableKind:
    kind = kind_named(name)
    if kind is None:
        abort(404)
    if not scope().may(kind.permission):
        abort(403)
    return kind


def _parameters(kind: TableKind) -> dict[str, str]:
    """Return the values of the address that a table takes. One given twice is refused (422)."""
    if any(len(asked_all(name)) > 1 for name in kind.takes):
        abort(422)
    found = {name: asked(name, PARAMETER_MAX) for name in kind.takes}
    return {name: value for name, value in found.items() if value}


def _shown(org: str, kind: TableKind, form: TakeForm) -> dict[str, object]:
    parameters, after = _parameters(kind), asked("after", MAX_CODE)
    found = kind.build(scope(), parameters, after)
    here: dict[str, Any] = {"org": org, "name": kind.name, **parameters}
    return {
        "org": org,
        "place": scope().place,
        "table": found,
        "form": form,
        "export_url": url_for("supervision.export_table", **here),
        "print_url": url_for("supervision.table", **here, print="1"),
        "more_url": url_for("supervision.table", **here, after=found.next_after)
        if found.next_after
        else None,
        "back_url": url_for("supervision.table", **here),
        "printed_at": clock.now(),
    }


def _own(code: str) -> queries.TableFile:
    found = queries.own_file(principal().user_id, code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def _file(content: list[bytes] | Iterator[bytes], name: str) -> Response:
    """Return an answer that is saved, under a name of ASCII letters only (FILE-07)."""
    answer = Response(content, mimetype=TYPES[FileFormat.XLSX])
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
