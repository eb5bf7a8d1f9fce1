"""The desk of who leads an activity without a post: his activity, in its window (domain.md 1.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import abort, render_template

from accounts.devices import read_packet
from activities import operations, queries
from activities.operations import leading
from activities.queries.leading import led_shift, led_signup
from activities.routes.blueprint import MAX_CODE, bp
from activities.routes.roll import ALL_AT_ONCE, Ways, act_at, back_to, desk_page, shown_codes
from activities.routes.words import span
from activities.rules.marks import MarkAct
from core import clock
from core.access.marks import signed_in
from core.audit.operations import Actor
from core.i18n import say
from core.rules import IllegalTransition, RuleViolation
from core.web import invalid, principal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from accounts.rules.packets import Packet


def _shift(code: str) -> queries.Shift:
    shift = led_shift(principal().person_id, code[:MAX_CODE])
    if shift is None:
        abort(404)
    return shift


def _ways() -> Ways:
    return Ways(leader=principal().person_id)


def _acting(shift: queries.Shift) -> dict[str, Any]:
    return {
        "organization_id": shift.activity.organization_id,
        "by": Actor.of_principal(principal()),
        "now": clock.now(),
    }


def _closed(shift: queries.Shift) -> str:
    """Return why the desk is closed to its leader now, or nothing."""
    try:
        leading.check_leading(shift, principal().person_id, clock.now())
    except RuleViolation as violation:
        return say(violation)
    return ""


@bp.get("/me/desk/<code>")
@signed_in
def own_desk(code: str) -> str:
    """Show the code and everybody to tick; before and after the window nobody's name."""
    shift = _shift(code)
    why = _closed(shift)
    if why:
        return render_template("activities/desk_closed.html", shift=shift, why=why, span=span)
    return render_template("activities/desk.html", **desk_page(_ways(), shift, [shift]))


@bp.get("/me/desk/<code>/code")
@signed_in
def own_code_screen(code: str) -> str:
    """Show the code alone, while the window is open."""
    shift = _shift(code)
    why = _closed(shift)
    if why:
        return render_template("activities/desk_closed.html", shift=shift, why=why, span=span)
    return render_template(
        "activities/code_screen.html",
        shift=shift,
        activity=shift.activity,
        counts=queries.counted(shift),
        ways=_ways(),
        span=span,
        **shown_codes(shift),
    )


@bp.post("/me/desk/<code>/arrivals")
@signed_in
def own_tick_all(code: str) -> ResponseReturnValue:
    """Call out everybody else who has a seat as present."""
    shift, packet, me = _shift(code), read_packet(clock.now()), principal().person_id
    closed = _held(shift, packet)
    if closed is not None:
        return closed
    if packet is None:
        absent = queries.absent_codes(shift, ALL_AT_ONCE, without=me)
        if not absent:
            return back_to(_ways(), shift)
        how = _acting(shift)
        return act_at(_ways(), shift, lambda: operations.tick(absent, **how), done="all")
    since = packet.happened_at or clock.now()
    seated = queries.seated_codes(shift, since, ALL_AT_ONCE, without=me)
    if not seated:
        return back_to(_ways(), shift)
    come = MarkAct.COME
    return _act_late(shift, lambda: operations.replay(seated, come, packet, **_acting(shift)))


@bp.post("/me/desk/signups/<code>/arrival")
@signed_in
def own_tick_one(code: str) -> ResponseReturnValue:
    """Call out one as present."""
    return _of_row(code, lambda one, how: operations.tick([one], **how), MarkAct.COME)


@bp.post("/me/desk/signups/<code>/arrival/undo")
@signed_in
def own_untick_one(code: str) -> ResponseReturnValue:
    """Take back that somebody was there."""
    return _of_row(code, lambda one, how: operations.untick(one, **how), MarkAct.UNDO)


@bp.post("/me/desk/signups/<code>/departure")
@signed_in
def own_let_go(code: str) -> ResponseReturnValue:
    """Note that somebody goes now."""
    return _of_row(code, lambda one, how: operations.let_go(one, **how), MarkAct.GO)


@bp.post("/me/desk/signups/<code>/vouch")
@signed_in
def own_vouch(code: str) -> ResponseReturnValue:
    """Say that the person of a doubtful check-in is really here."""
    return _of_row(code, lambda one, how: operations.vouch(one, **how))


def _of_row(
    code: str, act: Callable[[str, dict[str, Any]], object], mark: MarkAct | None = None
) -> ResponseReturnValue:
    """Do an act over somebody else's row, as a phone without network kept it where it did."""
    me = principal().person_id
    signup = led_signup(me, code[:MAX_CODE])
    if signup is None:
        abort(404)
    packet = read_packet(clock.now()) if mark else None
    shift = signup.shift
    closed = _held(shift, packet)
    if closed is not None:
        return closed

    def do() -> object:
        leading.check_others([signup], me)
        if packet is None or mark is None:
            return act(signup.code, _acting(shift))
        operations.replay([signup.code], mark, packet, **_acting(shift))
        return signup

    if packet is not None:
        return _act_late(shift, do, only=signup.code)
    return act_at(_ways(), shift, do, only=signup.code)


def _act_late(
    shift: queries.Shift, act: Callable[[], object], only: str = ""
) -> ResponseReturnValue:
    """Do what a phone kept; a refusal after the window shows nobody's name any more."""
    if not _closed(shift):
        return act_at(_ways(), shift, act, only=only)
    try:
        act()
    except IllegalTransition:
        raise
    except RuleViolation as violation:
        return _refused(shift, violation)
    return back_to(_ways(), shift, only=only)


def _refused(shift: queries.Shift, violation: RuleViolation) -> ResponseReturnValue:
    page = {"shift": shift, "why": say(violation), "span": span}
    return invalid("activities/desk_closed.html", **page)


def _held(shift: queries.Shift, packet: Packet | None) -> ResponseReturnValue | None:
    """Hold the desk for what is done there now; return the page where it is closed.

    From here to the end of the request nobody names another leader or moves the shift.
    """
    claimed_at = packet.believed_at if packet is not None else None
    me, now = principal().person_id, clock.now()
    try:
        leading.hold_desk(shift.code, me, claimed_at=claimed_at, now=now)
    except RuleViolation as violation:
        return _refused(shift, violation)
    return None
