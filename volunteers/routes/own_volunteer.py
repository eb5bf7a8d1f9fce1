"""What one is as a volunteer: card, grade and what is missing for the next one (VOL-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request, url_for

from core import clock
from core.access.marks import signed_in
from core.audit.operations import Actor
from core.forms import AppForm
from core.rules import RuleViolation
from core.web import asked, config_value, invalid, principal, see_other
from members.qr import qr_path
from people.rules import is_minor_on
from volunteers import queries
from volunteers.operations import registering
from volunteers.queries.cards import volunteer_token
from volunteers.queries.registering import (
    events_of,
    is_rolling,
    needs_of,
    registration_of,
    steps_of_registration,
)
from volunteers.queries.skills import profile_of, qualifications_of, trainings_of
from volunteers.routes.blueprint import bp
from volunteers.routes.own import not_yet
from volunteers.routes.skills import expiry
from volunteers.rules import MAY_LEAVE, SERVING, VolunteerStatus
from volunteers.rules.registering import REGISTRATION_OPEN, RegistrationStatus, is_ready
from volunteers.rules.skills import Expiry

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from volunteers.queries import Volunteer


@bp.get("/me/volunteer")
@signed_in
def own_volunteer() -> str:
    """Show card and standing, and the ways to what belongs to a volunteer."""
    volunteer = queries.volunteer_of(principal().person_id)
    if volunteer is None:
        return not_yet()
    certificates = qualifications_of(volunteer.id)
    return render_template(
        "volunteers/own_volunteer.html",
        volunteer=volunteer,
        serves=volunteer.status in SERVING,
        may_leave=volunteer.status in MAY_LEAVE,
        qr=_qr(volunteer),
        events=events_of(volunteer.id),
        profile=profile_of(volunteer.id),
        qualifications=certificates,
        trainings=trainings_of(volunteer.id),
        expiry=expiry,
        has_ending=any(expiry(one.expires_on) is not Expiry.OPEN for one in certificates),
        registration=registration_of(volunteer.id),
        may_register=volunteer.status is VolunteerStatus.ENTERED,
        done=asked("done", 12),
    )


def _qr(volunteer: Volunteer) -> object:
    """Return the code to hold out; a minor is not told of to anybody (PRV-12)."""
    born_on = volunteer.person.born_on
    if born_on is not None and is_minor_on(born_on, clock.today()):
        return None
    token = volunteer_token(volunteer.code)
    return qr_path(config_value("origin") + url_for("members.verify", token=token))


@bp.route("/me/volunteer/registration", methods=["GET", "POST"])
@signed_in
def own_registration() -> ResponseReturnValue:
    """Say what the registered grade asks for and what is missing; apply for it (scenario 8)."""
    volunteer = queries.volunteer_of(principal().person_id)
    if volunteer is None:
        return not_yet()
    form = AppForm()
    if form.accepts():
        try:
            registering.apply_for_registration(
                volunteer.person_id, by=Actor.of_principal(principal()), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_registration", done="sent")
    page = _page(volunteer, form)
    if request.method == "POST":
        return invalid("volunteers/own_registration.html", **page)
    return render_template("volunteers/own_registration.html", **page)


def _page(volunteer: Volunteer, form: AppForm) -> dict[str, Any]:
    registration = registration_of(volunteer.id)
    is_open = registration is not None and registration.status in REGISTRATION_OPEN
    waits = registration is not None and registration.status is RegistrationStatus.SUBMITTED
    found = needs_of(volunteer, clock.now())
    return {
        "volunteer": volunteer,
        "form": form,
        "registration": registration if is_open else None,
        "steps": steps_of_registration(registration.id) if registration else [],
        "needs": found,
        "is_rolling": is_rolling(clock.today()),
        "may_apply": is_ready(found) and not waits,
        "done": asked("done", 12),
    }


@bp.post("/me/volunteer/registration/withdraw")
@signed_in
def withdraw_own_registration() -> ResponseReturnValue:
    """Take the application back before it is decided."""
    person_id = principal().person_id
    if person_id is None or queries.volunteer_of(person_id) is None:
        abort(404)
    registering.withdraw_registration(
        person_id, by=Actor.of_principal(principal()), now=clock.now()
    )
    return see_other("volunteers.own_registration", done="withdrawn")
