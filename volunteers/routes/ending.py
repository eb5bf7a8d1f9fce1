"""Ending a shift and giving hours: 给 18 人各记 2.5 小时, changes by chips, undo (S32, B5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from activities import operations as activities
from activities import queries as events
from activities.routes.words import span
from activities.rules import HoursRule, Served, most_minutes
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import say
from core.rules import N_, IllegalTransition, RuleViolation
from core.web import asked, invalid, scope, see_other, sent
from volunteers import operations, queries
from volunteers.forms import MinutesForm
from volunteers.operations import Asked
from volunteers.routes.blueprint import bp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One person of the page, with the time that would be given."""

    present: events.Present
    served: Served


@bp.route("/o/<org>/shifts/<code>/end", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def end_shift(org: str, code: str) -> ResponseReturnValue:
    """Show how many hours everybody would get, and give them; afterwards what became of it."""
    shift = _shift(code)
    if request.method == "POST":
        try:
            return _end(org, shift)
        except IllegalTransition:
            raise
        except RuleViolation as violation:
            return invalid("volunteers/end_shift.html", problem=say(violation), **_page(org, shift))
    return render_template("volunteers/end_shift.html", **_page(org, shift))


def _end(org: str, shift: events.Shift) -> ResponseReturnValue:
    asked_for = Asked(
        rule=_rule(shift, sent("rule")),
        expected=_numbers(sent("expected")),
        may_confirm=scope().may(Permission.HOURS_CONFIRM),
    )
    operations.credit_attendance(shift.code, asked_for, **_acting())
    return see_other("volunteers.end_shift", org=org, code=shift.code, done="ended")


def _numbers(text: str) -> tuple[int, int]:
    """Return people and minutes as the page had shown them; nonsense matches nothing."""
    people, _, minutes = text.partition(":")
    if not (people.isascii() and people.isdigit() and minutes.isascii() and minutes.isdigit()):
        return -1, -1
    return int(people), int(minutes)


def _rule(shift: events.Shift, typed: str) -> HoursRule:
    return HoursRule(typed) if typed in set(HoursRule) else shift.activity.hours_rule


def _shift(code: str) -> events.Shift:
    shift = events.shift_in(scope(), code[:MAX_CODE])
    if shift is None:
        abort(404)
    return shift


def _acting() -> dict[str, Any]:
    return {
        "organization_id": scope().place.id,
        "by": Actor.of_scope(scope()),
        "now": clock.now(),
    }


def _page(org: str, shift: events.Shift) -> dict[str, Any]:
    now = clock.now()
    rule = _rule(shift, asked("rule") or sent("rule"))
    plan = operations.plan_until(shift, rule, now)
    lines = [
        Line(one, events.served_by(one.attendance, plan, now))
        for one in events.presences(shift)
        if one.attendance is not None
    ]
    given = [line for line in lines if line.served.minutes]
    ended = queries.settled_rows(shift)
    signups = [one.present.signup for one in lines] + [one.signup for one in ended]
    lengths = {line.served.minutes for line in given}
    return {
        "org": org,
        "shift": shift,
        "activity": shift.activity,
        "rule": rule,
        "rules": list(HoursRule),
        "lines": lines,
        "people": len(given),
        "same": lengths.pop() if len(lengths) == 1 else None,
        "total": sum(line.served.minutes for line in given),
        "absent": len(events.absent_codes(shift, 2000)) if lines else 0,
        "round_to": plan.round_to,
        "has_begun": now >= shift.starts_at,
        "endings": queries.endings_of(shift, now),
        "ended": ended,
        "names": events.names_of(shift.activity, signups),
        "done": asked("done"),
        "span": span,
    }


@bp.route("/o/<org>/signups/<code>/minutes", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def set_minutes(org: str, code: str) -> ResponseReturnValue:
    """Change how long one was there, by chips."""
    signup = events.signup_in(scope(), code[:MAX_CODE])
    if signup is None:
        abort(404)
    shift = _shift(signup.shift.code)
    form = MinutesForm()
    plan = replace(events.plan_of(shift), ends_at=min(shift.ends_at, clock.now()))
    form.offer(most_minutes(plan) - plan.window)
    if form.accepts() and form.reads_well(form.chosen):
        try:
            activities.set_minutes(code, form.chosen(), **_acting())
        except IllegalTransition:
            raise
        except RuleViolation as violation:
            violation.field = "length"
            form.add_violation(violation)
        else:
            return see_other("volunteers.end_shift", org=org, code=shift.code, done="changed")
    name = events.names_of(shift.activity, [signup])[signup.person_id]
    page = {"org": org, "shift": shift, "signup": signup, "name": name, "form": form, "span": span}
    if request.method == "POST":
        return invalid("volunteers/set_minutes.html", **page)
    return render_template("volunteers/set_minutes.html", **page)


@bp.post("/o/<org>/endings/<code>/undo")
@requires(Permission.ACTIVITIES_KEEP)
def undo_ending(org: str, code: str) -> ResponseReturnValue:
    """Take an ending back whole within a day, with the hours that it gave."""
    ending = queries.ending_in(scope(), code[:MAX_CODE])
    if ending is None:
        abort(404)
    shift = _shift(ending.shift.code)
    try:
        operations.undo_ending(code, **_acting())
    except IllegalTransition:
        raise
    except RuleViolation as violation:
        return invalid("volunteers/end_shift.html", problem=say(violation), **_page(org, shift))
    return see_other("volunteers.end_shift", org=org, code=shift.code, done="undone")


@bp.route("/o/<org>/shifts/<code>/join", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_KEEP)
def add_on_spot(org: str, code: str) -> ResponseReturnValue:
    """Find a volunteer of the organization by name or last digits, and note him as present."""
    shift = _shift(code)
    problem = ""
    if request.method == "POST":
        try:
            activities.add_present(_chosen(), shift.code, **_acting())
        except IllegalTransition:
            raise
        except RuleViolation as violation:
            problem = say(violation)
        else:
            there = {"code": shift.activity.code, "shift": shift.code, "done": "added"}
            return see_other("activities.desk", org=org, **there)
    words = (sent if request.method == "POST" else asked)("q")
    page = {
        "org": org,
        "shift": shift,
        "words": words,
        "rows": queries.to_add(scope(), shift, words) if words else [],
        "span": span,
        "problem": problem,
    }
    if request.method == "POST":
        return invalid("volunteers/add_on_spot.html", **page)
    return render_template("volunteers/add_on_spot.html", **page)


def _chosen() -> int:
    """Return the person of the button that was pressed. Aborts with 404 for one elsewhere."""
    code = sent("who", MAX_CODE)
    if not code:
        raise RuleViolation("", N_("请先选一个人"))
    person_id = queries.person_at(scope(), code)
    if person_id is None:
        abort(404)
    return person_id
