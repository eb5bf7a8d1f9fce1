"""The desk for the registered grade, and who may have one (domain.md 1.2, VOL-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Level, Permission
from core.audit.operations import Actor
from core.forms import AppForm
from core.rules import RuleViolation
from core.web import asked, invalid, principal, scope, see_other
from organizations.queries import organization_of_id
from volunteers.forms import RegistrationReturnForm
from volunteers.operations import registering
from volunteers.queries.counting import grades_of
from volunteers.queries.registering import (
    authority_of,
    needs_of,
    registration_at,
    registrations_at,
    shown_name,
    steps_of_registration,
)
from volunteers.routes.blueprint import bp
from volunteers.rules.registering import RegistrationStatus

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from volunteers.queries import Registration

MAX_CODE = 12


@bp.get("/o/<org>/registrations")
@requires(Permission.VOLUNTEERS_REGISTER)
def list_registrations(org: str) -> str:
    """Show the applications that wait here, the oldest first."""
    return render_template(
        "volunteers/registrations.html",
        org=org,
        page=registrations_at(scope(), asked("after", MAX_CODE)),
        done=asked("done", MAX_CODE),
    )


@bp.get("/o/<org>/registrations/<code>")
@requires(Permission.VOLUNTEERS_REGISTER)
def show_registration(org: str, code: str) -> str:
    """Show one application: what it rests on, its history, and what can be done."""
    return render_template("volunteers/registration.html", **_page(org, _registration(code)))


@bp.post("/o/<org>/registrations/<code>/approve")
@requires(Permission.VOLUNTEERS_REGISTER)
def approve_registration(org: str, code: str) -> ResponseReturnValue:
    """Make the volunteer a registered one."""
    registration, form = _registration(code), RegistrationReturnForm()
    form.offer()
    if form.accepts():
        try:
            registering.approve_registration(
                code, handler_id=scope().place.id, by=Actor.of_scope(scope()), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.list_registrations", org=org, done="approved")
    return invalid("volunteers/registration.html", **_page(org, registration, form))


@bp.post("/o/<org>/registrations/<code>/return")
@requires(Permission.VOLUNTEERS_REGISTER)
def return_registration(org: str, code: str) -> ResponseReturnValue:
    """Give the application back with a reason."""
    registration, form = _registration(code), RegistrationReturnForm()
    form.offer()
    if form.accepts() and form.reads_well(form.chosen_reason):
        try:
            registering.return_registration(
                code,
                form.chosen_reason(),
                form.note.data or "",
                handler_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.list_registrations", org=org, done="returned")
    return invalid("volunteers/registration.html", **_page(org, registration, form))


def _registration(code: str) -> Registration:
    registration = registration_at(scope(), code[:MAX_CODE])
    if registration is None:
        abort(404)
    return registration


def _page(
    org: str, registration: Registration, form: RegistrationReturnForm | None = None
) -> dict[str, Any]:
    volunteer = registration.volunteer
    person = volunteer.person
    if form is None:
        form = RegistrationReturnForm(formdata=None)
        form.offer()
    return {
        "org": org,
        "registration": registration,
        "name": shown_name(scope(), person.name, person.born_on, volunteer.organization_id),
        "needs": needs_of(volunteer, clock.now()),
        "grades": grades_of(person.id),
        "steps": steps_of_registration(registration.id),
        "waits": registration.status is RegistrationStatus.SUBMITTED,
        "is_own": person.id == principal().person_id,
        "form": form,
    }


@bp.route("/o/<org>/registration-authority", methods=["GET", "POST"])
@requires(Permission.VOLUNTEERS_AUTHORIZE)
def registration_authority(org: str) -> ResponseReturnValue:
    """Let an organization of the grassroots decide about the registered grade, or no longer."""
    place, form = scope().place, AppForm()
    organization, in_force = organization_of_id(place.id), authority_of(place.id)
    if form.accepts():
        act = registering.end_authority if in_force else registering.authorize_registrar
        try:
            act(organization, by=Actor.of_scope(scope()), now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            done = "ended" if in_force else "given"
            return see_other("volunteers.registration_authority", org=org, done=done)
    page = {
        "org": org,
        "place": place,
        "authority": in_force,
        "decides_anyway": place.level not in (Level.UNIT, Level.TOWNSHIP),
        "form": form,
        "done": asked("done", MAX_CODE),
    }
    if form.is_submitted():
        return invalid("volunteers/registration_authority.html", **page)
    return render_template("volunteers/registration_authority.html", **page)
