"""Councils of an organization, term by term; re-election; a record that goes back (ORG-10..17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import N_, RuleViolation
from core.web import asked, scope, see_other
from organizations import lives, queries
from organizations.forms.life import ReelectionForm, WordsForm
from organizations.operations import councils as operations
from organizations.routes.blueprint import answer, bp
from organizations.rules.life import SEATS, CouncilStatus

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@bp.get("/o/<org>/councils")
@requires(Permission.FIGURES_VIEW)
def list_councils(org: str) -> str:
    """Show who leads an organization, and who led it in earlier terms."""
    organization = queries.organization_of_id(scope().place.id)
    councils = lives.councils_of(organization.id)
    guides = scope().may(Permission.ORGANIZATIONS_GUIDE)
    return render_template(
        "organizations/councils.html",
        org=org,
        organization=organization,
        is_school=organization.kind == "school",
        standing=lives.standing_of(organization, clock.today()),
        councils=councils,
        may_keep=scope().may(Permission.ORGANIZATION_KEEP),
        may_return=guides and scope().place.id != scope().post.place.id,
        done=asked("done", MAX_CODE),
    )


@bp.route("/o/<org>/councils/new", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_KEEP)
def reelect(org: str) -> ResponseReturnValue:
    """Record a re-election: the meeting, the vote, the council; the term starts anew (S18)."""
    organization = queries.organization_of_id(scope().place.id)
    form = _form({"method": "equal_ballot"})
    if form.accepts() and _is_right(organization, form):
        try:
            operations.reelect(organization, form.facts(), form.council(), **_by())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.list_councils", org=org, done="elected")
    return _answer(org, organization, form, None)


@bp.route("/o/<org>/councils/<code>/edit", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_KEEP)
def correct_council(org: str, code: str) -> ResponseReturnValue:
    """Put the record of a re-election right that went back."""
    organization = queries.organization_of_id(scope().place.id)
    council = _council(code, CouncilStatus.RETURNED)
    told = {name: getattr(council, name) for name in SEATS}
    for name in ("held_on", "due", "present", "method", "result", "minutes"):
        told[name] = getattr(council, name)
    told |= {"starts_on": council.starts_on, "ends_on": council.ends_on}
    form = _form({key: "" if value is None else str(value) for key, value in told.items()})
    if form.accepts() and _is_right(organization, form):
        try:
            operations.correct(organization, code, form.facts(), form.council(), **_by())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.list_councils", org=org, done="corrected")
    return _answer(org, organization, form, council)


@bp.route("/o/<org>/councils/<code>/return", methods=["GET", "POST"])
@requires(Permission.ORGANIZATIONS_GUIDE)
def return_council(org: str, code: str) -> ResponseReturnValue:
    """Let the record of a lower organization go back; nobody edits it from above."""
    organization = queries.organization_of_id(scope().place.id)
    council, form = _council(code, CouncilStatus.SEATED), WordsForm()
    if form.accepts():
        try:
            _check_above()
            operations.give_back(organization, code, form.words.data or "", **_by())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.list_councils", org=org, done="returned")
    return answer(
        "organizations/council_return.html",
        org=org,
        form=form,
        organization=organization,
        council=council,
    )


def _check_above() -> None:
    """Raise RuleViolation for the own organization: its records are returned from above."""
    if scope().place.id == scope().post.place.id:
        raise RuleViolation("", N_("本组织的登记由上级退回"))


def _form(data: dict[str, str]) -> ReelectionForm:
    form = ReelectionForm(data=data)
    form.offer()
    return form


def _is_right(organization: Any, form: ReelectionForm) -> bool:
    """Return whether a record may be kept; everything wrong stands beside its field at once.

    What cannot be read counts as something right, so that the rest is judged in the same round.
    """
    met = (form.told_day, form.told_due, form.told_present, form.told_method)
    form.reads_well(*met, form.told_start, form.told_end)
    meeting, council = form.readable()
    for mistake in operations.mistakes_in(organization, meeting, council, clock.now()):
        if mistake.field not in form.errors:
            form.add_violation(mistake)
    return not form.errors


def _council(code: str, status: CouncilStatus) -> Any:
    found = lives.council_at(scope().place.id, code[:MAX_CODE])
    if found is None or found.status is not status:
        abort(404)
    return found


def _answer(org: str, organization: Any, form: ReelectionForm, council: Any) -> ResponseReturnValue:
    return answer(
        "organizations/reelection.html",
        org=org,
        form=form,
        organization=organization,
        council=council,
        is_school=organization.kind == "school",
        standing=lives.standing_of(organization, clock.today()),
        least=settings.value("organizations.head_only_below", on=clock.today()),
    )


def _by() -> dict[str, Any]:
    return {"by": Actor.of_scope(scope()), "now": clock.now()}
