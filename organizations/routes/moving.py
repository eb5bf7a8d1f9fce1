"""Putting an organization under another one of the same Red Cross (ORG-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import N_, RuleViolation
from core.web import scope, see_other
from organizations import lives, queries
from organizations.forms.life import ParentForm
from organizations.operations import move
from organizations.routes.blueprint import answer, bp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@bp.route("/o/<org>/parent", methods=["GET", "POST"])
@requires(Permission.ORGANIZATIONS_GUIDE)
def set_parent(org: str) -> ResponseReturnValue:
    """Put an organization, with all under it, under the county or one of its townships."""
    organization = queries.organization_of_id(scope().place.id)
    office, form = scope().post.place, ParentForm()
    form.offer(
        [
            (one.code, one.name)
            for one in lives.parents_for(office)
            if one.id not in {organization.id, organization.parent_id}
        ]
    )
    if form.accepts():
        by, now = Actor.of_scope(scope()), clock.now()
        try:
            parent = _parent(organization, form.parent.data or "")
            move(organization, parent, by=by, now=now, reason=form.reason.data or "")
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.card", org=org, done="moved")
    return answer("organizations/parent.html", org=org, form=form, organization=organization)


def _parent(organization: Any, code: str) -> Any:
    """Return where an organization goes, inside the viewer's Red Cross. Raises RuleViolation."""
    office = scope().post.place
    found = lives.organization_under(office, code[:MAX_CODE])
    if found is None or organization.id == office.id:
        raise RuleViolation("parent", N_("请重新选择"))
    return found
