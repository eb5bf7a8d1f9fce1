"""One pupil on a roster: entering, the page, another class, taking off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.imports.forms import choice_of
from core.imports.rules import RowChoice, RowVerdict
from core.imports.subjects import Checked
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from schools.forms.classes import MoveForm, OffForm, PupilForm
from schools.operations import roster as operations
from schools.operations.intake import judge, read_row
from schools.queries import classes as queries
from schools.queries.intake import meet, surroundings_of
from schools.routes.blueprint import bp, school_here
from schools.routes.classes import MAX_CODE, class_here
from schools.rules.pupils import ON_ROSTER
from schools.rules.taking_off import read_reason
from schools.titles import class_title

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from schools.operations.intake import Child
    from schools.queries.classes import Pupil, SchoolClass


@bp.route("/o/<org>/classes/<code>/add", methods=["GET", "POST"])
@requires(Permission.PUPILS_KEEP)
def add_pupil(org: str, code: str) -> ResponseReturnValue:
    """Enter one pupil of a class as a draft."""
    found, form = class_here(code), PupilForm()
    form.offer()
    is_asked = False
    if form.accepts():
        row = _judged(form, found)
        if row is not None and row.verdict is RowVerdict.GOOD:
            child: Child = row.facts
            place, by = scope().place, Actor.of_scope(scope())
            made = operations.enter_child(child, place.id, found.year, by=by, now=clock.now())
            return see_other("schools.show_pupil", org=org, code=made, done="entered")
        is_asked = row is not None and row.verdict is RowVerdict.DOUBTFUL
    page: dict[str, Any] = {"org": org, "form": form, "found": found, "title": class_title}
    if form.is_submitted():
        return invalid("schools/pupil_form.html", is_asked=is_asked, **page)
    return render_template("schools/pupil_form.html", is_asked=False, **page)


@bp.get("/o/<org>/pupils/<code>")
@requires(Permission.PUPILS_VIEW)
def show_pupil(org: str, code: str) -> str:
    """Show one pupil: masked identity, state, guardians, what happened."""
    found = pupil_here(code)
    return render_template(
        "schools/pupil.html",
        org=org,
        pupil=found,
        person=found.person,
        guardians=queries.guardians_of(found.person_id),
        events=queries.events_of(found.id),
        is_here=found.status in ON_ROSTER,
        title=class_title,
        may_keep=scope().may(Permission.PUPILS_KEEP),
        done=asked("done", MAX_CODE),
    )


@bp.route("/o/<org>/pupils/<code>/move", methods=["GET", "POST"])
@requires(Permission.PUPILS_KEEP)
def move_pupil(org: str, code: str) -> ResponseReturnValue:
    """Put a pupil in another class of this year."""
    found, form = _on_roster(code), MoveForm()
    form.offer(queries.classes_beside(found, clock.today()))
    if form.accepts():
        target = queries.class_at(scope().place.id, (form.school_class.data or "")[:MAX_CODE])
        try:
            operations.change_place(found, target, by=Actor.of_scope(scope()))
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_pupil", org=org, code=code, done="moved")
    page = {"org": org, "form": form, "pupil": found, "title": class_title}
    if form.is_submitted():
        return invalid("schools/pupil_move.html", **page)
    return render_template("schools/pupil_move.html", **page)


@bp.route("/o/<org>/pupils/<code>/remove", methods=["GET", "POST"])
@requires(Permission.PUPILS_KEEP)
def remove_pupil(org: str, code: str) -> ResponseReturnValue:
    """Take a pupil off the roster, with a reason."""
    found, form = _on_roster(code), OffForm()
    form.offer()
    if form.accepts():
        try:
            reason = read_reason(form.reason.data or "")
            operations.take_off(found, reason, by=Actor.of_scope(scope()), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_pupil", org=org, code=code, done="removed")
    days = settings.value("consents.kept_days", on=clock.today())
    page = {"org": org, "form": form, "pupil": found, "forget_days": days}
    if form.is_submitted():
        return invalid("schools/pupil_remove.html", **page)
    return render_template("schools/pupil_remove.html", **page)


def pupil_here(code: str) -> Pupil:
    """Return a pupil of the school whose page it is, or answer 404."""
    school_here()
    found = queries.pupil_at(scope().place.id, code[:MAX_CODE])
    return found if found is not None else abort(404)


def _on_roster(code: str) -> Pupil:
    found = pupil_here(code)
    if found.status not in ON_ROSTER or found.school_class is None:
        abort(404)
    return found


def _judged(form: PupilForm, found: SchoolClass) -> Checked | None:
    """Return what the form says, judged as a row of a list; None where a field is wrong."""
    today = clock.today()
    around = surroundings_of(scope().place.id, found.year, today)
    if around is None:
        abort(404)
    around.first = (found.grade, found.number)
    row = Checked(0, form.values(), choice_of(form.choice.data))
    row.facts = read_row(row, around, today)
    if row.facts is not None:
        child: Child = row.facts
        indexes = [child.id_index] if child.id_index else []
        meet(around, indexes, [(child.match_key, child.born_on)])
        judge(row, around)
    if row.verdict is RowVerdict.DOUBTFUL and row.choice is RowChoice.OTHER:
        row.verdict = RowVerdict.GOOD
    for field, (message, params) in row.problems.items():
        form.add_violation(RuleViolation(field, message, **params))
    return row if row.facts is not None else None
