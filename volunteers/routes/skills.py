"""A volunteer's own skills and certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import signed_in
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, principal, see_other
from volunteers import queries
from volunteers.operations import skills
from volunteers.queries.skills import own_qualification, profile_of, qualifications_of
from volunteers.routes.blueprint import bp
from volunteers.routes.own import not_yet
from volunteers.rules.skills import Expiry, QualificationStatus, expiry_of
from volunteers.skills_forms import ProfileForm, QualificationForm

if TYPE_CHECKING:
    from datetime import date

    from flask.typing import ResponseReturnValue

    from volunteers.queries import Qualification

MAX_CODE = 12
STATE_TONES = {
    QualificationStatus.SUBMITTED: "warn",
    QualificationStatus.CHECKED: "ok",
    QualificationStatus.RETURNED: "error",
}


def expiry(expires_on: date | None) -> Expiry:
    """Return how near the end of a certificate is today."""
    today = clock.today()
    return expiry_of(expires_on, today, settings.value("qualifications.remind_days", today))


@bp.route("/me/volunteer/skills", methods=["GET", "POST"])
@signed_in
def own_skills() -> ResponseReturnValue:
    """Say what one can do and where one wants to serve."""
    volunteer = queries.volunteer_of(principal().person_id)
    if volunteer is None:
        return not_yet()
    profile = profile_of(volunteer.id)
    form = ProfileForm(
        data={"fields": profile.field_list, "skills": profile.skills} if profile else None
    )
    form.offer()
    if form.accepts() and form.reads_well(form.chosen_fields):
        try:
            skills.set_profile(
                volunteer.person_id,
                form.skills.data or "",
                form.chosen_fields(),
                by=Actor.of_principal(principal()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_volunteer", done="skills")
    if request.method == "POST":
        return invalid("volunteers/own_skills.html", form=form)
    return render_template("volunteers/own_skills.html", form=form)


@bp.get("/me/volunteer/qualifications")
@signed_in
def own_qualifications() -> str:
    """Show one's certificates with their state and end."""
    volunteer = queries.volunteer_of(principal().person_id)
    if volunteer is None:
        return not_yet()
    return render_template(
        "volunteers/own_qualifications.html",
        rows=qualifications_of(volunteer.id),
        expiry=expiry,
        tones=STATE_TONES,
        done=asked("done", MAX_CODE),
    )


@bp.route("/me/volunteer/qualifications/new", methods=["GET", "POST"])
@signed_in
def add_qualification() -> ResponseReturnValue:
    """Name a certificate; a keeper looks at the original."""
    volunteer = queries.volunteer_of(principal().person_id)
    if volunteer is None:
        return not_yet()
    form = QualificationForm()
    form.offer()
    if _reads(form):
        try:
            skills.add_qualification(
                volunteer.person_id,
                form.facts(),
                by=Actor.of_principal(principal()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_qualifications", done="added")
    return _form(form=form, qualification=None)


@bp.route("/me/volunteer/qualifications/<code>", methods=["GET", "POST"])
@signed_in
def amend_qualification(code: str) -> ResponseReturnValue:
    """Mend or renew a certificate: it is looked at anew."""
    person_id = principal().person_id
    qualification = own_qualification(person_id, code[:MAX_CODE])
    if qualification is None or person_id is None:
        abort(404)
    form = QualificationForm(data=_known(qualification))
    form.offer()
    if _reads(form):
        try:
            skills.amend_qualification(
                person_id,
                qualification.code,
                form.facts(),
                by=Actor.of_principal(principal()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_qualifications", done="added")
    return _form(form=form, qualification=qualification)


@bp.post("/me/volunteer/qualifications/<code>/remove")
@signed_in
def remove_qualification(code: str) -> ResponseReturnValue:
    """Take a certificate out of sight."""
    person_id = principal().person_id
    if person_id is None:
        abort(404)
    skills.remove_qualification(
        person_id, code[:MAX_CODE], by=Actor.of_principal(principal()), now=clock.now()
    )
    return see_other("volunteers.own_qualifications", done="removed")


def _known(qualification: Qualification) -> dict[str, Any]:
    ends = qualification.expires_on
    return {
        "kind": qualification.kind,
        "name": qualification.name,
        "number": qualification.plain_number,
        "issuer": qualification.issuer,
        "issued_on": qualification.issued_on.isoformat(),
        "expires_on": ends.isoformat() if ends else "",
    }


def _reads(form: QualificationForm) -> bool:
    return form.accepts() and form.reads_well(form.chosen_kind, form.first_day, form.last_day)


def _form(**page: Any) -> ResponseReturnValue:
    if request.method == "POST":
        return invalid("volunteers/own_qualification.html", **page)
    return render_template("volunteers/own_qualification.html", **page)
