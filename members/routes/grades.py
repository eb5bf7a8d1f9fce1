"""Making a person or a unit an ordinary, a special or a permanent member (MEM-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import IllegalTransition, RuleViolation
from core.web import invalid, scope, see_other
from members import operations
from members.forms.groups import GradeForm
from members.queries.groups import kept_groups
from members.queries.roster import member_at, visible
from members.routes.blueprint import MAX_CODE, bp, keeper
from members.routes.group_pages import allowed
from members.routes.groups import unit
from members.rules import MembershipKind
from members.rules.groups import GroupAction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.route("/o/<org>/members/<code>/grade", methods=["GET", "POST"])
@requires(Permission.GRADES_SET)
def grade_member(org: str, code: str) -> ResponseReturnValue:
    """Set the grade of a member, from a day on, with the reason."""
    membership = member_at(scope(), code[:MAX_CODE])
    if membership is None or membership.kind is not MembershipKind.ADULT:
        abort(404)
    form = GradeForm(data={"valid_from": clock.today().isoformat()})
    form.offer()
    if _reads(form):
        try:
            operations.set_grade(
                code, form.facts(), inside=visible(scope()), by=keeper(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.member", org=org, code=code, done="graded")
    return _page(
        form,
        org=org,
        name=membership.person.name,
        number=membership.number,
        grade=membership.grade,
        code=code,
        is_unit=False,
    )


@bp.route("/o/<org>/groups/<code>/grade", methods=["GET", "POST"])
@requires(Permission.GRADES_SET)
def grade_group(org: str, code: str) -> ResponseReturnValue:
    """Set the grade of a group member, likewise."""
    group = unit(code)
    if GroupAction.REGRADE not in allowed(group.status):
        raise IllegalTransition(group.status, GroupAction.REGRADE)
    form = GradeForm(data={"valid_from": clock.today().isoformat()})
    form.offer()
    if _reads(form):
        try:
            operations.set_group_grade(
                code, form.facts(), inside=kept_groups(scope()), by=keeper(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.group", org=org, code=code, done="graded")
    return _page(
        form,
        org=org,
        name=group.name,
        number=group.number,
        grade=group.grade,
        code=code,
        is_unit=True,
    )


def _reads(form: GradeForm) -> bool:
    return form.is_submitted() and bool(form.validate() & form.reads_well(form.chosen_grade))


def _page(form: GradeForm, **page: Any) -> ResponseReturnValue:
    if request.method == "POST":
        return invalid("members/grade.html", form=form, **page)
    return render_template("members/grade.html", form=form, **page)
