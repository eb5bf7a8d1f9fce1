"""The second person's desk: what another line entered for volunteers, with reason and evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from activities.routes.words import span
from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.files.serving import give_out
from core.i18n import say
from core.rules import IllegalTransition, RuleViolation
from core.web import asked, invalid, principal, scope, see_other, sent, sent_all
from volunteers import operations, queries
from volunteers.forms import RefusalForm
from volunteers.queries.registering import shown_name
from volunteers.routes.blueprint import bp
from volunteers.routes.words import TONES
from volunteers.rules import ServiceStatus
from volunteers.rules.sheets import SheetStatus

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from volunteers.queries import ServiceRecord, ServiceSheet

MAX_CODE = 12


@bp.get("/o/<org>/seconds")
@requires(Permission.HOURS_SECOND)
def seconds(org: str) -> str:
    """Show what waits for a second person here, longest first."""
    asked_for = asked("done", 16)
    done = queries.decision_of(scope().place.id, asked_for) if asked_for else None
    stands = done is not None and done.undone_at is None
    return render_template(
        "volunteers/seconds.html",
        org=org,
        page=queries.waiting_seconds(scope().place.id, asked("after", MAX_CODE)),
        decision=done,
        may_undo=stands and scope().may(Permission.HOURS_CONFIRM),
        released=asked_for == "released",
        span=span,
    )


@bp.get("/o/<org>/seconds/<code>")
@requires(Permission.HOURS_SECOND)
def second(org: str, code: str) -> str:
    """Show who entered what for whom and why, with the evidence, and what can be decided."""
    return render_template("volunteers/second.html", **_page(org, _found(code)))


@bp.post("/o/<org>/seconds/<code>/confirm")
@requires(Permission.HOURS_SECOND)
def confirm_sheet(org: str, code: str) -> ResponseReturnValue:
    """Agree to the chosen people of a sheet."""
    found, chosen = _found(code), sent_all("ids")
    try:
        decision = operations.confirm_sheet(
            code,
            chosen,
            looked_at=bool(sent("looked_at")),
            handler_id=scope().place.id,
            by=Actor.of_scope(scope()),
            now=clock.now(),
        )
    except RuleViolation as violation:
        return _refused(org, found, violation)
    return see_other("volunteers.seconds", org=org, done=decision.code)


@bp.post("/o/<org>/seconds/<code>/release")
@requires(Permission.HOURS_SECOND)
def release_sheet(org: str, code: str) -> ResponseReturnValue:
    """Let a sheet go on that was held because one account entered much on that day."""
    found = _found(code)
    try:
        operations.release_sheet(
            code, handler_id=scope().place.id, by=Actor.of_scope(scope()), now=clock.now()
        )
    except RuleViolation as violation:
        return _refused(org, found, violation)
    return see_other("volunteers.seconds", org=org, done="released")


@bp.route("/o/<org>/seconds/<code>/refusal", methods=["GET", "POST"])
@requires(Permission.HOURS_SECOND)
def refuse_sheet(org: str, code: str) -> ResponseReturnValue:
    """Do not accept what still waits of a sheet, with a reason that everybody on it reads."""
    found, form = _found(code), RefusalForm()
    form.offer()
    if form.accepts():
        try:
            decision = operations.refuse_sheet(
                code,
                form.chosen_reason(),
                form.note.data or "",
                handler_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.seconds", org=org, done=decision.code)
    days = settings.value("hours.objection_days", clock.today())
    page = {**_page(org, found), "form": form, "objection_days": days}
    if request.method == "POST":
        return invalid("volunteers/second_refusal.html", **page)
    return render_template("volunteers/second_refusal.html", **page)


@bp.get("/o/<org>/seconds/<code>/evidence")
@requires(Permission.HOURS_SECOND)
def second_evidence(org: str, code: str) -> ResponseReturnValue:
    """Give out the evidence of a sheet to who has to agree to it."""
    del org
    file = queries.evidence_of(_found(code))
    return give_out(file) if file is not None else abort(404)


def _refused(org: str, found: ServiceSheet, violation: RuleViolation) -> ResponseReturnValue:
    """Return the page again with the reason; nothing was changed."""
    if isinstance(violation, IllegalTransition):
        raise violation
    return invalid("volunteers/second.html", problem=say(violation), **_page(org, found))


def _found(code: str) -> ServiceSheet:
    found = queries.second_at(scope().place.id, code[:MAX_CODE])
    return found if found is not None else abort(404)


def _page(org: str, found: ServiceSheet) -> dict[str, Any]:
    here, reader = scope().place.id, principal()
    records = queries.records_on(found)
    waiting = [
        one for one in records if one.status is ServiceStatus.PENDING and one.handler_id == here
    ]
    return {
        "org": org,
        "sheet": found,
        "records": records,
        "waiting": {one.code for one in waiting},
        "minutes": sum(one.minutes for one in waiting),
        "doubtful": any(one.doubts for one in waiting),
        "disowned": sum(one.status is ServiceStatus.DISOWNED for one in records),
        "is_held": found.status is SheetStatus.HELD,
        "is_own": any(queries.is_own(one, reader) for one in waiting),
        "operator": queries.operator_of(found),
        "same": queries.same_evidence(found),
        "days_late": (clock.local(found.sent_at or found.begun_at).date() - _day(found)).days,
        "tones": TONES,
        "done": asked("done", 12),
        "span": span,
        "name_of": _name_of,
    }


def _name_of(record: ServiceRecord) -> str:
    """Return a name; that of a minor is read at his own organization only (decisions.md D10)."""
    person = record.person
    return shown_name(scope(), person.name, person.born_on, record.organization_id)


def _day(found: ServiceSheet) -> Any:
    return clock.local(found.ends_at).date()
