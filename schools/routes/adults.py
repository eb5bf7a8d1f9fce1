"""Coming of age: the person's own answer, and the list of those who are asked (peers.md 4.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from core import clock, settings
from core.access.marks import requires, signed_in
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation, UnknownRowError
from core.web import asked, invalid, principal, scope, see_other
from schools.forms.consents import ActForm
from schools.operations import adults as operations
from schools.queries import adults as queries
from schools.routes.blueprint import bp, school_here
from schools.rules.adults import FACTS, QUESTION, undo_until

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@bp.get("/me/of-age")
@signed_in
def own_coming_of_age() -> str:
    """Ask somebody who is of age whether to stay as an adult member; show what was answered."""
    return render_template("schools/of_age.html", **_question(ActForm(formdata=None)))


@bp.post("/me/of-age/stay")
@signed_in
def stay_of_age() -> ResponseReturnValue:
    """Become an adult member by own consent."""
    return _answer(operations.convert)


@bp.post("/me/of-age/leave")
@signed_in
def leave_of_age() -> ResponseReturnValue:
    """Leave: as easy as staying."""
    return _answer(operations.leave)


@bp.post("/me/of-age/undo")
@signed_in
def undo_of_age() -> ResponseReturnValue:
    """Take leaving back, within the days of the setting."""
    try:
        return _answer(operations.undo_leaving)
    except RuleViolation as violation:
        form = ActForm()
        form.add_violation(violation)
        return invalid("schools/of_age.html", **_question(form))


def _question(form: ActForm) -> dict[str, Any]:
    person_id, now = principal().person_id, clock.now()
    today = clock.local(now).date()
    answer = queries.answer_of(person_id) if person_id else None
    days = settings.value("adults.undo_days", on=today)
    until = undo_until(answer.answered_at, days) if answer and answer.answered_at else None
    return {
        "form": form,
        "membership": queries.youth_membership_of_adult(person_id, today) if person_id else None,
        "answer": answer,
        "undo_until": clock.local(until).date() if until and now <= until else None,
        "question": QUESTION,
        "facts": FACTS,
    }


def _answer(act: operations.Answer) -> ResponseReturnValue:
    person_id = principal().person_id
    if person_id is None:
        abort(404)
    try:
        act(person_id, by=Actor.of_principal(principal()), now=clock.now())
    except UnknownRowError:  # not of age, no youth member, or another tap was first
        return see_other("schools.own_coming_of_age")
    return see_other("schools.own_coming_of_age")


@bp.get("/o/<org>/of-age")
@requires(Permission.PUPILS_KEEP)
def list_of_age(org: str) -> str:
    """Show who of the school is of age and has not answered yet."""
    school = school_here()
    page = queries.asked_at_school(school.organization_id, asked("after", MAX_CODE))
    return render_template("schools/of_age_list.html", org=org, page=page)


@bp.get("/o/<org>/schools/of-age")
@requires(Permission.SCHOOLS_KEEP)
def count_of_age(org: str) -> str:
    """Show how many of each school are of age and have not answered: numbers only."""
    rows = queries.numbers_below(scope().place.id)
    return render_template(
        "schools/of_age_county.html",
        org=org,
        rows=rows,
        floor=settings.value("figures.small_group", on=clock.today()),
    )
