"""Venues of other organizations: looked for, asked for with an activity, agreed to or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from activities.operations import uses as operations
from activities.queries import uses as queries
from activities.queries.venue_times import others_at, times_of, told_times
from activities.routes.blueprint import MAX_CODE, bp
from activities.routes.shifts import ask_reason
from activities.routes.words import span
from activities.rules.holding import UseStatus
from core import clock
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import say
from core.rules import IllegalTransition, RuleViolation
from core.switches import Module
from core.web import asked, invalid, scope, see_other, sent

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/o/<org>/venue-askings")
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def list_askings(org: str) -> str:
    """Show who asks for a venue of this organization, when, and what else is held there then."""
    return render_template("activities/askings.html", **_page(org))


@bp.post("/o/<org>/venue-askings/<code>/agree")
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def agree_use(org: str, code: str) -> ResponseReturnValue:
    """Agree that an activity of another organization is held at a venue of this one."""
    use, seen = _found(code), sent("seen")
    try:
        operations.answer_use(use.id, agrees=True, seen=seen, **_acting())
    except IllegalTransition:  # somebody answered meanwhile
        raise
    except RuleViolation as violation:
        return invalid("activities/askings.html", **_page(org, say(violation)))
    return see_other("activities.list_askings", org=org, done="agreed")


@bp.route("/o/<org>/venue-askings/<code>/refuse", methods=["GET", "POST"])
@module(Module.VENUES)
@requires(Permission.VENUES_KEEP)
def refuse_use(org: str, code: str) -> ResponseReturnValue:
    """Say why not."""
    use = _found(code)
    page = {
        "org": org,
        "what": "use",
        "activity": use.activity,
        "lead": f"{use.activity.organization.short_name} · {use.activity.title}",
        "count": 0,
    }
    return ask_reason(
        page,
        lambda reason: operations.answer_use(use.id, agrees=False, reason=reason, **_acting()),
        lambda: see_other("activities.list_askings", org=org, done="refused"),
    )


def _page(org: str, problem: str = "") -> dict[str, Any]:
    askings = queries.askings_at(scope().place.id)
    ids = [one.activity_id for one in askings]
    return {
        "org": org,
        "askings": askings,
        "times": times_of(ids),
        "told_times": told_times,
        "others": others_at(ids),
        "span": span,
        "problem": problem,
        "done": asked("done"),
    }


def _found(code: str) -> queries.VenueUse:
    use = queries.asking_at(scope().place.id, code[:MAX_CODE])
    if use is None or use.status is UseStatus.WITHDRAWN:
        abort(404)
    return use


def _acting() -> dict[str, Any]:
    return {"keeper_id": scope().place.id, "by": Actor.of_scope(scope()), "now": clock.now()}
