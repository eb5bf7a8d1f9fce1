"""What a volunteer does about a record of his own: take back, disown, object, appeal (S14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import signed_in
from core.audit.operations import Actor
from core.files.rules import MAX_BYTES, read_content
from core.files.serving import handed_in
from core.rules import RuleViolation
from core.web import invalid, principal, see_other
from volunteers import operations, queries
from volunteers.forms import ObjectionForm
from volunteers.operations.hours_notices import is_entered, object_to_entered
from volunteers.routes.blueprint import bp
from volunteers.rules import (
    ServiceStatus,
    may_appeal,
    may_object,
    may_withdraw,
)
from volunteers.rules.sheets import may_disown

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from volunteers.queries import ServiceRecord


def own_of(code: str) -> ServiceRecord:
    """Return one of one's own records. Aborts with 404 for any other."""
    person_id = principal().person_id
    record = queries.own_record(person_id, code) if person_id is not None else None
    if record is None:
        abort(404)
    return record


def can_disown(record: ServiceRecord, now: datetime) -> bool:
    days = settings.value("hours.objection_days", clock.local(now).date())
    stands = record.status in (ServiceStatus.PENDING, ServiceStatus.CONFIRMED)
    by_others = record.sheet_id is not None and record.submitted_by_id != principal().user_id
    return stands and by_others and may_disown(record.submitted_at, now, days)


def can_withdraw(record: ServiceRecord, now: datetime) -> bool:
    hours = settings.value("hours.withdraw_hours", clock.local(now).date())
    waits = record.status is ServiceStatus.PENDING and record.sheet_id is None
    return waits and may_withdraw(record.submitted_at, now, hours)


def can_object(record: ServiceRecord, now: datetime) -> bool:
    days = settings.value("hours.objection_days", clock.local(now).date())
    refused = record.status is ServiceStatus.REFUSED
    entered = is_entered(record, principal().user_id) and not record.is_held
    return (refused or entered) and may_object(record.decided_at, now, days)


def can_appeal(record: ServiceRecord, now: datetime) -> bool:
    days = settings.value("hours.appeal_days", clock.local(now).date())
    upheld = record.status is ServiceStatus.UPHELD and record.handler.parent_id is not None
    return upheld and may_appeal(record.decided_at, record.appealed_at, now, days)


@bp.post("/me/hours/<code>/withdraw")
@signed_in
def withdraw_own(code: str) -> ResponseReturnValue:
    """Take an own record back within 24 hours."""
    operations.withdraw(code, by=Actor.of_principal(principal()), now=clock.now())
    return see_other("volunteers.own_record", code=code, done="withdrawn")


@bp.route("/me/hours/<code>/not-me", methods=["GET", "POST"])
@signed_in
def disown_own(code: str) -> ResponseReturnValue:
    """Say that hours entered by somebody else are not one's own: they count no more."""
    record = own_of(code)
    if not can_disown(record, clock.now()):
        abort(404)
    form = ObjectionForm()
    if form.accepts():
        try:
            operations.disown(
                code,
                form.note.data or "",
                by=Actor.of_principal(principal()),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_record", code=code, done="disowned")
    if request.method == "POST":
        return invalid("volunteers/not_me.html", form=form, record=record)
    return render_template("volunteers/not_me.html", form=form, record=record)


@bp.route("/me/hours/<code>/objection", methods=["GET", "POST"])
@signed_in
def object_own(code: str) -> ResponseReturnValue:
    """Object to a refusal, or to hours that others entered wrongly: the county decides (V15)."""
    if is_entered(own_of(code), principal().user_id):
        return _ask_again(code, object_to_entered, ServiceStatus.CONFIRMED)
    return _ask_again(code, operations.object_, ServiceStatus.REFUSED)


@bp.route("/me/hours/<code>/appeal", methods=["GET", "POST"])
@signed_in
def appeal_own(code: str) -> ResponseReturnValue:
    """Ask the next level about a refusal that was upheld: once (VOL-29)."""
    return _ask_again(code, operations.appeal, ServiceStatus.UPHELD)


def reads_picture(form: ObjectionForm, data: bytes) -> bool:
    """Return whether the photo, where one was handed in, is one that is taken."""
    return not data or form.reads_well(lambda: read_content(data))


def _ask_again(
    code: str, ask: Callable[..., object], from_status: ServiceStatus
) -> ResponseReturnValue:
    record = own_of(code)
    form = ObjectionForm()
    _name, data = handed_in()
    if form.accepts() and reads_picture(form, data):
        try:
            ask(
                code,
                form.note.data or "",
                by=Actor.of_principal(principal()),
                now=clock.now(),
                picture=data,
            )
        except RuleViolation as violation:
            if record.status is not from_status:
                raise
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_record", code=code, done="objected")
    is_appeal = from_status is ServiceStatus.UPHELD
    page = {"form": form, "record": record, "is_appeal": is_appeal, "most": MAX_BYTES}
    if request.method == "POST":
        return invalid("volunteers/objection_form.html", **page)
    return render_template("volunteers/objection_form.html", **page)
