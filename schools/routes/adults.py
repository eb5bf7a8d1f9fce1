"""Coming of age: the person's own answer, and the list of those who are asked (peers.md 4.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template

from core import clock, settings
from core.access.marks import requires, signed_in
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import UnknownRowError
from core.web import asked, principal, scope, see_other
from schools.operations import adults as operations
from schools.queries import adults as queries
from schools.routes.blueprint import bp, school_here
from schools.rules.adults import FACTS, QUESTION

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@bp.get("/me/of-age")
@signed_in
def own_coming_of_age() -> str:
    """Ask somebody who is of age whether to stay as an adult member; show what was answered."""
    person_id = principal().person_id
    today = clock.today()
    return render_template(
        "schools/of_age.html",
        membership=queries.youth_membership_of_adult(person_id, today) if person_id else None,
        answer=queries.answer_of(person_id) if person_id else None,
        question=QUESTION,
        facts=FACTS,
    )


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
