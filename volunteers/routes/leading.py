"""Who leads an activity on the spot: a volunteer, named by its keeper (domain.md 1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from activities.operations import name_leader
from activities.queries import Activity, activity_in
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import say
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other, sent
from volunteers import queries
from volunteers.queries.attendance import to_lead
from volunteers.routes.blueprint import bp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@bp.route("/o/<org>/events/<code>/leader", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def choose_leader(org: str, code: str) -> ResponseReturnValue:
    """Find a volunteer by name or last digits and let him work the desk; nobody takes it away."""
    activity = activity_in(scope(), code[:MAX_CODE])
    if activity is None:
        abort(404)
    if request.method == "GET":
        return render_template("volunteers/choose_leader.html", **_page(org, activity))
    try:
        name_leader(
            activity.code,
            _chosen(),
            organization_id=scope().place.id,
            by=Actor.of_scope(scope()),
            now=clock.now(),
        )
    except RuleViolation as violation:
        page = _page(org, activity)
        return invalid("volunteers/choose_leader.html", problem=say(violation), **page)
    return see_other("volunteers.choose_leader", org=org, code=activity.code, done="1")


def _chosen() -> int | None:
    """Return the person of the button that was pressed. Aborts with 404 for one elsewhere."""
    code = sent("who", MAX_CODE)
    if not code:
        return None
    person_id = queries.person_at(scope(), code)
    if person_id is None:
        abort(404)
    return person_id


def _page(org: str, activity: Activity) -> dict[str, Any]:
    words = (sent if request.method == "POST" else asked)("q")
    return {
        "org": org,
        "activity": activity,
        "leader": activity.leader,
        "words": words,
        "rows": to_lead(scope(), words) if words else [],
        "done": asked("done"),
    }
