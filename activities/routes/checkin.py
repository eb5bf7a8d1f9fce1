"""The page behind a code at an activity: one button, named by where somebody is (S12, V3, V4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask import abort, g, make_response, render_template, url_for

from activities import codes, operations, queries
from activities.forms import SignUpForm
from activities.operations import Seen, Wish
from activities.routes.blueprint import bp
from activities.routes.words import span
from activities.rules import (
    HOLDING,
    AttendanceFlag,
    AttendanceStatus,
    RefusedCode,
    rotated,
)
from core import clock
from core.access.marks import public, signed_in
from core.audit.operations import Actor
from core.devices import device_signal, device_token, new_device_token, with_device
from core.i18n import say
from core.logging import log
from core.rules import IllegalTransition, RuleViolation
from core.web import asked, invalid, principal, see_other, sent

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from activities.codes import Scan


class Turn(StrEnum):
    """What the page offers."""

    IN = "in"
    OUT = "out"
    HERE = "here"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Found:
    """A shift behind a code, what the code says if it is genuine, and who looks at it."""

    token: str
    shift: queries.Shift
    scan: Scan | None
    mine: queries.Present | None
    person_id: int | None


@bp.get("/q/<token>")
@public
def code_page(token: str) -> ResponseReturnValue:
    """Show activity, time and place with the one button; nothing is changed by looking."""
    device = device_token() or new_device_token()
    found = _found(token, device)
    page = render_template("activities/check_in.html", form=SignUpForm(), **_page(found, device))
    return with_device(make_response(page), device)


@bp.post("/q/<token>")
@signed_in
def use_code(token: str) -> ResponseReturnValue:
    """Check in or out, as the button said; the result is a page that may be read again."""
    device = device_token() or ""
    form, goes = SignUpForm(), sent("act") == Turn.OUT
    problem = ""
    if form.accepts():
        try:
            return _use(token, form, device, goes=goes)
        except IllegalTransition:
            raise
        except RuleViolation as violation:
            if violation.field:
                form.add_violation(violation)
            else:
                problem = say(violation)
                _count(violation)
    page = _page(_found(token, device), device)
    page["problem"] = problem or page["problem"]
    return invalid("activities/check_in.html", form=form, **page)


def _found(token: str, device: str) -> Found:
    """Return the shift of a code. Aborts with 404 for a code that nobody made."""
    token = token[: codes.MAX_TOKEN]
    shift = _shift(token)
    scan = _quick(token, device) or codes.read_rotating(token, shift)
    who = g.get("principal")
    person_id = who.person_id if who else None
    return Found(token, shift, scan, queries.own_presence(person_id, shift), person_id)


def _shift(token: str) -> queries.Shift:
    code = codes.shift_named(token)
    shift = queries.public_shift(code) if code else None
    if shift is None:
        abort(404)
    return shift


def _quick(token: str, device: str) -> Scan | None:
    """Return what a printed code or a pass says: neither asks the database."""
    return codes.read_fixed(token) or codes.read_pass(token, device)


def _use(token: str, form: SignUpForm, device: str, *, goes: bool) -> ResponseReturnValue:
    scan = _quick(token, device) or codes.read_rotating(token, _shift(token))
    if scan is None:
        raise rotated()
    digest = (form.digest.data or "")[:64] if form.agrees.data else ""
    wish = Wish(has_certificate=form.has_certificate.data is True, agreed_digest=digest)
    act = operations.check_out if goes else operations.check_in
    act(
        principal().person_id,
        Seen(scan, device_signal(device), wish),
        by=Actor.of_principal(principal()),
        now=clock.now(),
    )
    done = Turn.OUT if goes else Turn.IN
    return see_other("activities.code_page", token=token[: codes.MAX_TOKEN], done=done)


def _count(violation: RuleViolation) -> None:
    """Leave a line of what was refused, without who it was (QR-01)."""
    if isinstance(violation, RefusedCode):
        log.info("code_refused", why=violation.why, request_id=g.get("request_id", ""))


def _page(found: Found, device: str) -> dict[str, Any]:
    now, shift = clock.now(), found.shift
    turn, refusal = _turn(found)
    if refusal is not None:
        _count(refusal)
    mine = found.mine
    plan = queries.plan_of(shift)
    came = mine is not None and mine.came
    attendance = mine.attendance if mine is not None and came else None
    joins = mine is None or mine.signup.status not in HOLDING
    return {
        "shift": shift,
        "activity": shift.activity,
        "turn": turn,
        "why": refusal.why if refusal else None,
        "problem": say(refusal) if refusal else "",
        "done": asked("done"),
        "attendance": attendance,
        "served": queries.served_by(attendance, plan, now) if attendance else None,
        "needs_look": attendance is not None and attendance.needs_look,
        "joins": joins,
        "joined": attendance is not None and AttendanceFlag.ON_SPOT in attendance.flag_set,
        "waits": attendance is not None and queries.waits_to_join(found.person_id),
        "agreement": _agreement(found) if turn is Turn.IN else None,
        "is_signed_in": g.get("principal") is not None,
        "action": url_for("activities.use_code", token=_kept(found, device)),
        "span": span,
    }


def _agreement(found: Found) -> Any:
    """Return the agreement to accept with the button: on joining, or where the seat lacks it."""
    shift, mine = found.shift, found.mine
    if mine is not None and mine.signup.status in HOLDING:
        return queries.agreement_asked(mine.signup)
    return queries.agreement_of(shift.activity, shift) if shift.activity.ground_set else None


def _kept(found: Found, device: str) -> str:
    """Return the token that the page goes on with: a pass for this browser, or the printed code."""
    is_shown = found.scan is not None and found.token.startswith("r")
    if is_shown and found.scan is not None:
        return codes.pass_for(found.scan, clock.now(), device)
    return found.token


def _turn(found: Found) -> tuple[Turn, RefusedCode | None]:
    """Return what the page offers, and why not where it offers nothing."""
    now, attendance = clock.now(), found.mine.attendance if found.mine else None
    if attendance is not None and attendance.status is AttendanceStatus.OUT:
        return Turn.DONE, None
    is_in = attendance is not None and attendance.status is AttendanceStatus.IN
    try:
        if found.scan is None:
            raise rotated()
        operations.check_usable(
            found.scan, found.shift, now, settled=queries.is_settled(found.shift)
        )
        if not is_in and g.get("principal") is not None:
            operations.check_welcome(found.person_id, found.shift, found.mine)
    except RefusedCode as refusal:
        return (Turn.HERE, None) if is_in else (Turn.REFUSED, refusal)
    if attendance is None or not is_in:
        return Turn.IN, None
    shown_at = found.scan.shown_at
    is_spent = asked("done") == Turn.IN or (shown_at is not None and shown_at < attendance.in_at)
    return (Turn.HERE if is_spent else Turn.OUT), None
