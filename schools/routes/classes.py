"""Classes of a school in this school year: list, one class, its paper (ux.md S35)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.imports.queries import unfinished
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from schools.forms.classes import ActForm, ClassForm
from schools.operations import classes as operations
from schools.queries import classes as queries
from schools.queries.register import school_of_branch
from schools.routes.blueprint import bp, school_here
from schools.rules.classes import school_year_of
from schools.titles import class_title

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from schools.queries.classes import SchoolClass

MAX_CODE, MAX_TEXT = 12, 30


@bp.get("/o/<org>/classes")
@requires(Permission.PUPILS_VIEW)
def list_classes(org: str) -> str:
    """Show the classes of this school year with their numbers, and find a pupil by name.

    A school that the county has not put on its list yet learns that.
    """
    school, today, text = school_of_branch(scope().place.id), clock.today(), asked("q", MAX_TEXT)
    rows = queries.classes_of(scope().place.id, school_year_of(today), today)
    return render_template(
        "schools/classes.html",
        org=org,
        school=school,
        name=scope().place.name,
        year=school_year_of(today),
        rows=rows,
        totals={
            name: sum(getattr(row, name) for row in rows)
            for name in ("pupils", "members", "given", "missing")
        },
        text=text,
        found=queries.pupils_like(scope().place.id, text) if text else (),
        title=class_title,
        may_keep=_may_keep(),
        open_lists=[one for one in unfinished(scope()) if one.subject == "pupils"],
        done=asked("done", MAX_CODE),
    )


@bp.get("/o/<org>/classes/<code>")
@requires(Permission.PUPILS_VIEW)
def show_class(org: str, code: str) -> str:
    """Show a class with its pupils, each with the word of his consent."""
    found = class_here(code)
    return render_template(
        "schools/class.html",
        org=org,
        row=queries.row_of(found, clock.today()),
        page=queries.pupils_of(found.id, asked("after", MAX_CODE)),
        gone=queries.gone_from(found.id),
        is_past=found.year != school_year_of(clock.today()),
        title=class_title,
        may_keep=_may_keep(),
        done=asked("done", MAX_CODE),
    )


@bp.get("/o/<org>/classes/<code>/print")
@requires(Permission.PUPILS_VIEW)
def print_class(org: str, code: str) -> str:
    """Show the roster of a class as sheets of paper: names and consents, nothing else."""
    found, today = class_here(code), clock.today()
    most = settings.value("rosters.print_rows", on=today)
    per_sheet = settings.value("rosters.sheet_rows", on=today)
    rows = queries.pupils_of(found.id, limit=most).rows
    return render_template(
        "schools/class_print.html",
        place=scope().place,
        row=queries.row_of(found, today),
        sheets=[rows[at : at + per_sheet] for at in range(0, len(rows), per_sheet)],
        per_sheet=per_sheet,
        count=len(rows),
        printed_at=clock.now(),
        title=class_title,
        org=org,
    )


@bp.route("/o/<org>/classes/new", methods=["GET", "POST"])
@requires(Permission.PUPILS_KEEP)
def open_class(org: str) -> ResponseReturnValue:
    """Make a class of this school year."""
    school, form = school_of_branch(scope().place.id), ClassForm()
    if school is None:
        return see_other("schools.list_classes", org=org)
    form.offer(school.stage)
    if form.accepts():
        try:
            made = operations.open_class(
                scope().place.id,
                school.stage,
                school_year_of(clock.today()),
                form.facts(),
                by=Actor.of_scope(scope()),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_class", org=org, code=made.code, done="made")
    page: dict[str, Any] = {"org": org, "form": form, "row": None, "title": class_title}
    if form.is_submitted():
        return invalid("schools/class_form.html", **page)
    return render_template("schools/class_form.html", **page)


@bp.route("/o/<org>/classes/<code>/edit", methods=["GET", "POST"])
@requires(Permission.PUPILS_KEEP)
def edit_class(org: str, code: str) -> ResponseReturnValue:
    """Change number, name and teacher of a class."""
    found, school, form = class_here(code), school_here(), ClassForm()
    form.offer(school.stage)
    if form.accepts():
        try:
            by = Actor.of_scope(scope())
            operations.change_class(found, school.stage, form.facts(), by=by)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_class", org=org, code=code, done="kept")
    row = queries.row_of(found, clock.today())
    page: dict[str, Any] = {"org": org, "form": form, "row": row, "title": class_title}
    if form.is_submitted():
        return invalid("schools/class_form.html", **page)
    form.fill(found)
    return render_template("schools/class_form.html", **page)


@bp.post("/o/<org>/classes/<code>/delete")
@requires(Permission.PUPILS_KEEP)
def delete_class(org: str, code: str) -> ResponseReturnValue:
    """Remove a class that nobody was ever in."""
    found, school, act = class_here(code), school_here(), ActForm()
    if act.accepts():
        try:
            operations.delete_class(found, by=Actor.of_scope(scope()))
        except RuleViolation as violation:
            act.add_violation(violation)
        else:
            return see_other("schools.list_classes", org=org, done="deleted")
    form = ClassForm(formdata=None)
    form.offer(school.stage)
    form.fill(found)
    form.form_errors.extend(act.form_errors)
    row = queries.row_of(found, clock.today())
    return invalid("schools/class_form.html", org=org, form=form, row=row, title=class_title)


def class_here(code: str) -> SchoolClass:
    """Return a class of the school whose page it is, or answer 404."""
    school_here()
    found = queries.class_at(scope().place.id, code[:MAX_CODE])
    return found if found is not None else abort(404)


def _may_keep() -> bool:
    return scope().may(Permission.PUPILS_KEEP)
