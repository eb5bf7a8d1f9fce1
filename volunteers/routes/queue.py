"""Confirming hours at an organization: the queue (S26), groups, one record, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import say
from core.rules import N_, IllegalTransition, RuleViolation
from core.web import asked, invalid, principal, scope, see_other, sent_all
from volunteers import operations, queries
from volunteers.forms import CorrectionForm, RefusalForm
from volunteers.queries.holds import hold_over
from volunteers.routes.blueprint import bp
from volunteers.routes.words import own_note, record_story
from volunteers.rules import ServiceStatus, may_undo

if TYPE_CHECKING:
    from typing import Any

    from flask.typing import ResponseReturnValue

    from volunteers.queries import ServiceRecord

GROUP_LIMIT = 500
MANY_PEOPLE = 50


@bp.get("/o/<org>/hours")
@requires(Permission.HOURS_VIEW)
def confirm_queue(org: str) -> str:
    """Show what waits: groups with one button each, single ones, those to look at (B3)."""
    return render_template("volunteers/queue.html", **_queue(org))


def _queue(org: str) -> dict[str, Any]:
    here, reader = scope(), principal()
    after = asked("after", 12)
    part = asked("part")
    place_id = here.place.id
    groups = queries.groups(place_id, reader, after if part == "groups" else "")
    singles, doubtful = queries.waiting(
        place_id,
        reader,
        singles_after=after if part == "singles" else "",
        doubtful_after=after if part == "doubtful" else "",
    )
    return {
        "org": org,
        "groups": groups,
        "singles": singles,
        "doubtful": doubtful,
        "select_all": asked("select") == "all",
        "own_notes": {
            row.code: own_note(row, reader)
            for row in (*singles.rows, *doubtful.rows)
            if queries.is_own(row, reader)
        },
        "names_places": here.place.level != "unit",
        "may_confirm": here.may(Permission.HOURS_CONFIRM),
        "may_second": here.may(Permission.HOURS_SECOND),
        "may_enter": here.may(Permission.HOURS_ENTER),
        "may_decide_objections": here.may(Permission.OBJECTIONS_DECIDE),
        "many_people": MANY_PEOPLE,
        **_result(),
    }


def _result() -> dict[str, Any]:
    """Return the decision that the address names, and whether it may be undone."""
    code = asked("done", 16)
    decision = queries.decision_of(scope().place.id, code) if code else None
    if decision is None:
        return {"decision": None, "may_undo": False}
    now = clock.now()
    minutes = settings.value("decisions.undo_minutes", clock.local(now).date())
    in_time = may_undo(decision.decided_at, decision.undone_at, now, minutes)
    return {
        "decision": decision,
        "may_undo": in_time and scope().may(Permission.HOURS_CONFIRM),
    }


@bp.post("/o/<org>/hours/confirm")
@requires(Permission.HOURS_CONFIRM)
def confirm_records(org: str) -> ResponseReturnValue:
    """Confirm the ticked records in one decision, or one that was looked at on its page."""
    codes = sent_all("ids")
    return _confirm(org, codes, doubtful=codes == sent_all("looked_at"))


@bp.get("/o/<org>/hours/groups/<code>")
@requires(Permission.HOURS_VIEW)
def show_group(org: str, code: str) -> str:
    """Show the records of one service on one day, to confirm some or all of them."""
    title, day = _group(code)
    records = queries.group_records(scope().place.id, title, day, principal(), GROUP_LIMIT)
    return render_template(
        "volunteers/group.html",
        org=org,
        title=title,
        day=day,
        records=records,
        names_places=scope().place.level != "unit",
        limit=GROUP_LIMIT,
        may_confirm=scope().may(Permission.HOURS_CONFIRM),
    )


@bp.post("/o/<org>/hours/groups/<code>/confirm")
@requires(Permission.HOURS_CONFIRM)
def confirm_group(org: str, code: str) -> ResponseReturnValue:
    """Confirm a group as it was shown: refused where it grew meanwhile."""
    title, day = _group(code)
    expected = request.form.get("expected", "")
    records = queries.group_records(scope().place.id, title, day, principal(), GROUP_LIMIT)
    if expected != str(len(records)):
        violation = RuleViolation("", N_("这一组刚刚有变化，请再看一遍"))
        return _refused(org, violation)
    return _confirm(org, [record.code for record in records])


def _group(code: str) -> tuple[str, Any]:
    found = queries.group_of(scope().place.id, code)
    if found is None:
        abort(404)
    return found


def _confirm(org: str, codes: list[str], *, doubtful: bool = False) -> ResponseReturnValue:
    if not codes:
        return _refused(org, RuleViolation("", N_("先选要确认的记录")))
    if len(codes) > GROUP_LIMIT:
        abort(413)
    try:
        decision = operations.confirm(
            codes,
            handler_id=scope().place.id,
            by=Actor.of_scope(scope()),
            now=clock.now(),
            doubtful=doubtful and len(codes) == 1,
        )
    except RuleViolation as violation:
        return _refused(org, violation)
    return see_other("volunteers.confirm_queue", org=org, done=decision.code)


def _refused(org: str, violation: RuleViolation) -> ResponseReturnValue:
    """Return the queue again with the reason; nothing was changed."""
    if isinstance(violation, IllegalTransition):
        raise violation
    return invalid("volunteers/queue.html", problem=say(violation), **_queue(org))


@bp.post("/o/<org>/hours/decisions/<code>/undo")
@requires(Permission.HOURS_CONFIRM)
def undo_decision(org: str, code: str) -> ResponseReturnValue:
    """Take a decision back as a whole within ten minutes."""
    try:
        operations.undo(
            code, organization_id=scope().place.id, by=Actor.of_scope(scope()), now=clock.now()
        )
    except RuleViolation as violation:
        return _refused(org, violation)
    return see_other("volunteers.confirm_queue", org=org, done=code)


@bp.get("/o/<org>/hours/records/<code>")
@requires(Permission.HOURS_VIEW)
def show_record(org: str, code: str) -> str:
    """Show one record with its doubts, its history and what can be done."""
    record = _record(code)
    steps = queries.steps_of(record.id)
    return render_template(
        "volunteers/record.html",
        org=org,
        record=record,
        steps=steps,
        story=record_story(record, steps, clock.now()),
        done=asked("done", 12),
        is_own=queries.is_own(record, principal()),
        is_about_reader=record.person_id == principal().person_id,
        may_confirm=_may_confirm(record),
        sheet=queries.sheet_of(record),
        may_second=scope().may(Permission.HOURS_SECOND) and record.handler_id == scope().place.id,
        may_correct=_may_correct(record),
        pictures=queries.pictures_of(record),
        hold=hold_over(record),
    )


def _may_confirm(record: ServiceRecord) -> bool:
    here = scope().may(Permission.HOURS_CONFIRM) and record.handler_id == scope().place.id
    waits = record.status is ServiceStatus.PENDING and not record.is_held
    return here and waits and record.sheet_id is None


def _may_correct(record: ServiceRecord) -> bool:
    ours = scope().place.id in (record.organization_id, record.handler_id)
    may = scope().may(Permission.HOURS_CONFIRM) and ours and not record.is_held
    return may and record.status is ServiceStatus.CONFIRMED


def _record(code: str) -> ServiceRecord:
    record = queries.record_in_scope(scope(), code, clock.today())
    if record is None:
        abort(404)
    return record


@bp.route("/o/<org>/hours/records/<code>/refusal", methods=["GET", "POST"])
@requires(Permission.HOURS_CONFIRM)
def refuse_record(org: str, code: str) -> ResponseReturnValue:
    """Do not accept a record, with a reason the volunteer reads."""
    record = _record(code)
    form = RefusalForm()
    form.offer()
    if form.accepts():
        try:
            decision = operations.refuse(
                [code],
                form.chosen_reason(),
                form.note.data or "",
                handler_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.confirm_queue", org=org, done=decision.code)
    days = settings.value("hours.objection_days", clock.today())
    page = {"org": org, "record": record, "form": form, "objection_days": days}
    if request.method == "POST":
        return invalid("volunteers/refusal.html", **page)
    return render_template("volunteers/refusal.html", **page)


@bp.route("/o/<org>/hours/records/<code>/correction", methods=["GET", "POST"])
@requires(Permission.HOURS_CONFIRM)
def correct_record(org: str, code: str) -> ResponseReturnValue:
    """Give a confirmed record other minutes, with a reason that stays."""
    record = _record(code)
    form = CorrectionForm()
    if form.accepts() and form.reads_well(form.chosen_minutes, form.given_reason):
        try:
            operations.correct(
                code,
                form.chosen_minutes(),
                form.given_reason(),
                organization_id=scope().place.id,
                by=Actor.of_scope(scope()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.show_record", org=org, code=code, done="corrected")
    if request.method == "POST":
        return invalid("volunteers/correction.html", org=org, record=record, form=form)
    return render_template("volunteers/correction.html", org=org, record=record, form=form)
