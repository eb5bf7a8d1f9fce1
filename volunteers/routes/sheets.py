"""Entering hours for others: the list, the head of a sheet, its grid, sending (S26, B4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from activities.routes.words import span
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.files.rules import MAX_BYTES, read_content
from core.files.serving import give_out, handed_in
from core.i18n import say
from core.rules import IllegalTransition, RuleViolation
from core.web import asked, invalid, scope, see_other, sent
from organizations.queries import organization_of_id
from volunteers import operations, queries
from volunteers.operations import LineProblems, TotalsDiffer, taking_back
from volunteers.routes.blueprint import bp
from volunteers.routes.words import TONES
from volunteers.rules import ServiceField, WorkKind
from volunteers.rules.sheets import SheetAction, SheetFacts, SheetKind, SheetStatus
from volunteers.sheet_forms import Grid, GridForm, Reading, SheetForm, named_on

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from activities.queries import Shift
    from volunteers.queries import ServiceSheet

MAX_CODE = 12
BLANKS, MORE_BLANKS = 3, 10


@bp.get("/o/<org>/sheets")
@requires(Permission.HOURS_ENTER)
def list_sheets(org: str) -> str:
    """Show what was entered for others at an organization, newest first."""
    page = queries.sheets_at(scope(), asked("after", MAX_CODE))
    return render_template(
        "volunteers/sheets.html", org=org, page=page, done=asked("done", 12), span=span
    )


@bp.route("/o/<org>/sheets/new", methods=["GET", "POST"])
@requires(Permission.HOURS_ENTER)
def new_sheet(org: str) -> ResponseReturnValue:
    """Begin a sheet: what was done, when, why, and the evidence."""
    form, now, kind = SheetForm(), clock.now(), SheetKind.MANUAL
    shifts = queries.shifts_to_key(scope(), now)
    form.offer([(row.code, f"{row.title} {span(row.starts_at, row.ends_at)}") for row in shifts])
    if form.accepts():
        shift = _chosen_shift(form)
        known = _facts_of(shift) if shift else None
        facts = form.facts(kind, known, clock.today())
        if facts is not None and _reads_file(form):
            try:
                sheet = operations.begin_sheet(
                    facts, organization=_place(), by=_acting(), now=now, shift=shift
                )
                _keep_file(sheet)
            except RuleViolation as violation:
                form.add_violation(violation)
            else:
                return see_other("volunteers.sheet", org=org, code=sheet.code)
    if request.method == "GET":
        form.shift.data, form.day.data = asked("shift", MAX_CODE), clock.today().isoformat()
        form.field.data, form.work.data = ServiceField.OTHER, WorkKind.SERVICE
    page = _head_page(org, form, kind)
    if request.method == "POST":
        return invalid("volunteers/sheet_form.html", **page)
    return render_template("volunteers/sheet_form.html", **page)


def _head_page(
    org: str, form: SheetForm, kind: SheetKind, sheet: ServiceSheet | None = None
) -> dict[str, Any]:
    return {"org": org, "form": form, "kind": kind, "sheet": sheet, "most": MAX_BYTES}


@bp.post("/o/<org>/shifts/<code>/sheet")
@requires(Permission.HOURS_ENTER)
def begin_roll(org: str, code: str) -> ResponseReturnValue:
    """Begin to key a roll call back that was taken on paper; once begun, go on."""
    shift = queries.shift_to_key(scope().place.id, code[:MAX_CODE], clock.now())
    if shift is None:
        abort(404)
    sheet = operations.begin_roll(shift, organization=_place(), by=_acting(), now=clock.now())
    return see_other("volunteers.edit_sheet", org=org, code=sheet.code)


@bp.route("/o/<org>/sheets/<code>/edit", methods=["GET", "POST"])
@requires(Permission.HOURS_ENTER)
def edit_sheet(org: str, code: str) -> ResponseReturnValue:
    """Change the head of a draft: the totals of the paper come first, then its people."""
    sheet, form = _draft(code), SheetForm()
    form.offer()
    if form.accepts():
        known = sheet.facts if sheet.shift_id is not None else None
        facts = form.facts(sheet.kind, known, clock.today())
        if facts is not None and _reads_file(form):
            try:
                operations.change_facts(code, facts, by=_acting(), now=clock.now())
                _keep_file(sheet)
            except RuleViolation as violation:
                form.add_violation(violation)
            else:
                return see_other("volunteers.sheet", org=org, code=code)
    page = _head_page(org, form, sheet.kind, sheet)
    if request.method == "POST":
        return invalid("volunteers/sheet_form.html", **page)
    form.fill(sheet.facts)
    return render_template("volunteers/sheet_form.html", **page)


@bp.route("/o/<org>/sheets/<code>", methods=["GET", "POST"])
@requires(Permission.HOURS_ENTER)
def sheet(org: str, code: str) -> ResponseReturnValue:
    """Key the people of a sheet and send it; sent, show what became of it."""
    found = _found(code)
    if request.method == "POST":
        return _key(org, found)
    if found.status is not SheetStatus.DRAFT:
        return render_template("volunteers/sheet_sent.html", **_sent_page(org, found))
    lines = queries.lines_on(found)
    form = GridForm(formdata=None)
    blanks = MORE_BLANKS if asked("more") else BLANKS if lines else 2 * BLANKS
    form.show(lines, blanks)
    return render_template("volunteers/sheet.html", **_grid_page(org, found, form))


def _key(org: str, found: ServiceSheet) -> ResponseReturnValue:
    if found.status is not SheetStatus.DRAFT:
        raise IllegalTransition(found.status, SheetAction.SEND)
    form, act = GridForm(), sent("do", 8)
    if form.accepts() and (grid := _read(form, found, fill=act == "fill")).is_whole:
        try:
            _keep(found, grid, act)
        except LineProblems as problems:
            for place, violation in problems.lines.items():
                grid.rows[place].add_violation(violation)
            form.tell_errors()
        except TotalsDiffer as differing:
            form.form_errors += [say(one) for one in differing.differences]
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            more = {"more": 1} if act == "more" else {}
            done = "sent" if act == "send" else "saved"
            return see_other("volunteers.sheet", org=org, code=found.code, done=done, **more)
    return invalid("volunteers/sheet.html", **_grid_page(org, found, form))


def _keep(found: ServiceSheet, grid: Grid, act: str) -> None:
    operations.keep_lines(found.code, grid.lines, by=_acting())
    if act == "send":
        operations.send_sheet(found.code, by=_acting(), now=clock.now())


def _read(form: GridForm, found: ServiceSheet, *, fill: bool) -> Grid:
    like = queries.volunteers_like(scope(), form.typed_names(), clock.today())
    reading = Reading(found.facts, found.kind, named_on(queries.lines_on(found)), like)
    try:
        return form.read(reading, fill=fill)
    except RuleViolation as violation:  # of the time that fills the column
        form.add_violation(violation)
        return Grid(is_whole=False)


def _grid_page(org: str, found: ServiceSheet, form: GridForm) -> dict[str, Any]:
    lines = queries.lines_on(found)
    names = {line.volunteer.code: line.volunteer for line in lines}
    return {
        "org": org,
        "sheet": found,
        "form": form,
        "names": names,
        "keyed": operations.keyed_sums(lines),
        "same": queries.same_evidence(found),
        "done": asked("done", 12),
        "span": span,
    }


def _sent_page(org: str, found: ServiceSheet) -> dict[str, Any]:
    records = queries.records_on(found)
    return {
        "org": org,
        "sheet": found,
        "records": records,
        "holders": sorted({one.handler.short_name for one in records if one.status in TONES}),
        "same": queries.same_evidence(found),
        "operator": queries.operator_of(found),
        "may_take_back": taking_back.may_take_back(found, records, scope().post.place.id),
        "tones": TONES,
        "done": asked("done", 12),
        "span": span,
    }


@bp.post("/o/<org>/sheets/<code>/drop")
@requires(Permission.HOURS_ENTER)
def drop_sheet(org: str, code: str) -> ResponseReturnValue:
    """Remove a draft."""
    operations.drop_sheet(_found(code).code, by=_acting())
    return see_other("volunteers.list_sheets", org=org, done="dropped")


@bp.post("/o/<org>/sheets/<code>/take-back")
@requires(Permission.HOURS_ENTER)
def take_back_sheet(org: str, code: str) -> ResponseReturnValue:
    """Make a draft again of a sheet that nobody worked on."""
    found = _found(code)
    try:
        draft = taking_back.take_back_sheet(found.code, by=_acting(), now=clock.now())
    except IllegalTransition:
        raise
    except RuleViolation as violation:
        page = _sent_page(org, found)
        return invalid("volunteers/sheet_sent.html", problem=say(violation), **page)
    return see_other("volunteers.sheet", org=org, code=draft.code, done="back")


@bp.get("/o/<org>/sheets/<code>/evidence")
@requires(Permission.HOURS_ENTER)
def sheet_evidence(org: str, code: str) -> ResponseReturnValue:
    """Give out the evidence of a sheet."""
    del org
    file = queries.evidence_of(_found(code))
    return give_out(file) if file is not None else abort(404)


def _found(code: str) -> ServiceSheet:
    found = queries.sheet_at(scope(), code[:MAX_CODE])
    return found if found is not None else abort(404)


def _draft(code: str) -> ServiceSheet:
    found = _found(code)
    if found.status is not SheetStatus.DRAFT:
        abort(404)
    return found


def _chosen_shift(form: SheetForm) -> Shift | None:
    code = (form.shift.data or "")[:MAX_CODE]
    return queries.shift_to_key(scope().place.id, code, clock.now()) if code else None


def _facts_of(shift: Shift) -> SheetFacts:
    activity = shift.activity
    field, work = ServiceField(activity.field.value), WorkKind(activity.work.value)
    return SheetFacts(activity.title, field, work, shift.starts_at, shift.ends_at)


def _reads_file(form: SheetForm) -> bool:
    """Return whether the file, where one was sent, is one that is taken."""
    _name, data = handed_in()
    return not data or form.reads_well(lambda: read_content(data))


def _keep_file(found: ServiceSheet) -> None:
    _name, data = handed_in()
    if data:
        operations.keep_evidence(found.code, data, by=_acting(), now=clock.now())


def _place() -> Any:
    return organization_of_id(scope().place.id)


def _acting() -> Actor:
    return Actor.of_scope(scope())
