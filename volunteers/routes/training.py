"""The keeper's desk for certificates, and for training entered for many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, principal, scope, see_other
from organizations.queries import organization_of_id
from volunteers.operations import skills, training
from volunteers.queries.registering import shown_name
from volunteers.queries.skills import (
    qualification_at,
    qualifications_at,
    steps_of_qualification,
    trainees_of,
    training_at,
    trainings_at,
)
from volunteers.routes.blueprint import bp
from volunteers.routes.skills import MAX_CODE, STATE_TONES, expiry
from volunteers.rules.skills import QualificationStatus
from volunteers.skills_forms import ReasonForm, TrainingForm

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from volunteers.queries import Qualification, Training


@bp.get("/o/<org>/qualifications")
@requires(Permission.QUALIFICATIONS_CHECK)
def list_qualifications(org: str) -> str:
    """Show the certificates that wait for a look, the oldest first."""
    return render_template(
        "volunteers/qualifications.html",
        org=org,
        page=qualifications_at(scope(), asked("after", MAX_CODE)),
        done=asked("done", MAX_CODE),
    )


@bp.get("/o/<org>/qualifications/<code>")
@requires(Permission.QUALIFICATIONS_CHECK)
def show_qualification(org: str, code: str) -> str:
    """Show one certificate to compare with its original."""
    page = _page(org, _qualification(code), ReasonForm(formdata=None))
    return render_template("volunteers/qualification.html", **page)


@bp.post("/o/<org>/qualifications/<code>/check")
@requires(Permission.QUALIFICATIONS_CHECK)
def check_qualification(org: str, code: str) -> ResponseReturnValue:
    """Note that the original was seen."""
    qualification, form = _qualification(code), ReasonForm()
    if form.accepts():
        try:
            skills.check_certificate(
                code, handler_id=scope().place.id, by=Actor.of_scope(scope()), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.list_qualifications", org=org, done="checked")
    return invalid("volunteers/qualification.html", **_page(org, qualification, form))


@bp.post("/o/<org>/qualifications/<code>/return")
@requires(Permission.QUALIFICATIONS_CHECK)
def return_qualification(org: str, code: str) -> ResponseReturnValue:
    """Give a certificate back with a reason."""
    qualification, form = _qualification(code), ReasonForm()
    if form.accepts():
        try:
            skills.return_certificate(
                code,
                form.note.data or "",
                handler_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.list_qualifications", org=org, done="returned")
    return invalid("volunteers/qualification.html", **_page(org, qualification, form))


def _qualification(code: str) -> Qualification:
    qualification = qualification_at(scope(), code[:MAX_CODE])
    if qualification is None:
        abort(404)
    return qualification


def _page(org: str, qualification: Qualification, form: ReasonForm) -> dict[str, Any]:
    volunteer = qualification.volunteer
    person = volunteer.person
    return {
        "org": org,
        "name": shown_name(scope(), person.name, person.born_on, volunteer.organization_id),
        "qualification": qualification,
        "expiry": expiry,
        "tones": STATE_TONES,
        "steps": steps_of_qualification(qualification.id),
        "waits": qualification.status is QualificationStatus.SUBMITTED,
        "is_own": volunteer.person_id == principal().person_id,
        "form": form,
    }


@bp.get("/o/<org>/trainings")
@requires(Permission.TRAININGS_RECORD)
def list_trainings(org: str) -> str:
    """Show what the organization taught, the newest first."""
    page = trainings_at(scope(), asked("after", MAX_CODE))
    return render_template("volunteers/trainings.html", org=org, page=page)


@bp.route("/o/<org>/trainings/new", methods=["GET", "POST"])
@requires(Permission.TRAININGS_RECORD)
def record_training(org: str) -> ResponseReturnValue:
    """Enter a training for all who took part."""
    form = TrainingForm()
    if form.accepts() and form.reads_well(form.day, form.minutes):
        try:
            made = training.record_training(
                organization_of_id(scope().place.id),
                form.facts(),
                form.people.data or "",
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.show_training", org=org, code=made.code, done="new")
    if request.method == "POST":
        return invalid("volunteers/training_form.html", org=org, form=form)
    return render_template("volunteers/training_form.html", org=org, form=form)


@bp.get("/o/<org>/trainings/<code>")
@requires(Permission.TRAININGS_RECORD)
def show_training(org: str, code: str) -> str:
    """Show a training and who took part."""
    page = _training_page(org, _training(code), ReasonForm(formdata=None))
    return render_template("volunteers/training.html", **page)


@bp.post("/o/<org>/trainings/<code>/revoke")
@requires(Permission.TRAININGS_RECORD)
def revoke_training(org: str, code: str) -> ResponseReturnValue:
    """Take back what was entered by mistake, with the reason."""
    found, form = _training(code), ReasonForm()
    if form.accepts():
        try:
            training.revoke_training(
                code,
                form.note.data or "",
                organization_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.show_training", org=org, code=code, done="revoked")
    return invalid("volunteers/training.html", **_training_page(org, found, form))


def _training(code: str) -> Training:
    found = training_at(scope(), code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def _training_page(org: str, found: Training, form: ReasonForm) -> dict[str, Any]:
    return {
        "org": org,
        "training": found,
        "people": trainees_of(scope(), found.id, clock.today()),
        "form": form,
        "done": asked("done", MAX_CODE),
    }
