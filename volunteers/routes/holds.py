"""The desk for hours that are looked at: the list, one finding, what came of it (LED-15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import abort, render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from volunteers.forms import HoldForm
from volunteers.operations import holds as deciding
from volunteers.queries import holds as reading
from volunteers.routes.blueprint import bp
from volunteers.routes.hold_words import reason_of
from volunteers.rules.holds import HOLDING, HoldStatus

if TYPE_CHECKING:
    from typing import Any

    from flask.typing import ResponseReturnValue

TONES = {
    HoldStatus.OPEN: "warn",
    HoldStatus.ASKED: "info",
    HoldStatus.RELEASED: "ok",
    HoldStatus.REFUSED: "neutral",
}


@bp.get("/o/<org>/holds")
@requires(Permission.HOLDS_REVIEW)
def holds(org: str) -> str:
    """Show what waits, by pattern, the oldest first."""
    done = asked("done", 12)
    return render_template(
        "volunteers/holds.html",
        org=org,
        page=reading.holds_at(scope(), asked("after", 12)),
        decided=reading.hold_at(scope(), done) if done else None,
        before=asked("before", 32),
        reason_of=reason_of,
        tones=TONES,
    )


@bp.get("/o/<org>/holds/<code>")
@requires(Permission.HOLDS_REVIEW)
def show_hold(org: str, code: str) -> str:
    """Show one finding: why, its records side by side, its history."""
    return render_template("volunteers/hold.html", **_page(org, _hold(code)))


@bp.post("/o/<org>/holds/<code>/release")
@requires(Permission.HOLDS_REVIEW)
def release_hold(org: str, code: str) -> ResponseReturnValue:
    """Let the records go on as if nothing had been found."""
    return _decide(org, code, deciding.release)


@bp.post("/o/<org>/holds/<code>/refuse")
@requires(Permission.HOLDS_REVIEW)
def refuse_hold(org: str, code: str) -> ResponseReturnValue:
    """Do not let the records count; what was credited is reversed."""
    return _decide(org, code, deciding.refuse)


@bp.post("/o/<org>/holds/<code>/ask")
@requires(Permission.HOLDS_REVIEW)
def ask_about_hold(org: str, code: str) -> ResponseReturnValue:
    """Ask the branch; the records stay held."""
    return _decide(org, code, deciding.ask)


def _decide(org: str, code: str, decide: Callable[..., object]) -> ResponseReturnValue:
    form, found = HoldForm(), _hold(code)
    if form.accepts():
        try:
            decide(
                code,
                form.note.data or "",
                desk_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.holds", org=org, done=code)
    return invalid("volunteers/hold.html", **_page(org, found, form))


def _hold(code: str) -> reading.Listed:
    found = reading.hold_at(scope(), code)
    if found is None:
        abort(404)
    return found


def _page(org: str, found: reading.Listed, form: HoldForm | None = None) -> dict[str, Any]:
    return {**page_of(org, found, form), "open": found.hold.status in HOLDING}


def page_of(org: str, found: reading.Listed, form: HoldForm | None = None) -> dict[str, Any]:
    """Return what the pages of the desk and of the branch show of a finding."""
    return {
        "org": org,
        "found": found,
        "hold": found.hold,
        "reason": reason_of(found.hold),
        "proofs": reading.proofs_of(scope(), found.hold.id),
        "most": reading.MOST,
        "steps": reading.steps_of_hold(found.hold.id),
        "form": form or HoldForm(),
        "tones": TONES,
    }
