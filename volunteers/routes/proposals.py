"""A time that others proposed: right or wrong; and the photos of records (S6, S11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import abort, render_template, request

from core import clock
from core.access.marks import requires, signed_in
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.files.rules import MAX_BYTES
from core.files.serving import give_out, handed_in
from core.rules import RuleViolation
from core.web import invalid, principal, scope, see_other
from volunteers import operations, queries
from volunteers.forms import ObjectionForm
from volunteers.operations.proposals import SAID
from volunteers.routes.blueprint import bp
from volunteers.routes.own_acts import own_of, reads_picture
from volunteers.rules import ServiceStatus, is_proposed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from volunteers.queries import ServiceRecord, Step
    from volunteers.queries.pictures import Photo

MAX_CODE = 12


def may_answer(record: ServiceRecord, steps: Sequence[Step]) -> bool:
    """Return whether the volunteer may still say what he thinks of a proposed time."""
    proposed = is_proposed(record.attendance_id, record.submitted_by_id, principal().user_id)
    said = any(one.action in SAID for one in steps)
    return proposed and record.status is ServiceStatus.PENDING and not said


@bp.post("/me/hours/<code>/agree")
@signed_in
def agree_own(code: str) -> ResponseReturnValue:
    """Call the time right that somebody else proposed."""
    operations.agree(code, by=Actor.of_principal(principal()), now=clock.now())
    return see_other("volunteers.own_record", code=code, done="agreed")


@bp.route("/me/hours/<code>/dispute", methods=["GET", "POST"])
@signed_in
def dispute_own(code: str) -> ResponseReturnValue:
    """Call the proposed time wrong, with what is right and a photo where there is one."""
    record = own_of(code)
    if not may_answer(record, queries.steps_of(record.id)):
        abort(404)
    form = ObjectionForm()
    _name, data = handed_in()
    if form.accepts() and reads_picture(form, data):
        try:
            operations.dispute(
                code,
                form.note.data or "",
                by=Actor.of_principal(principal()),
                now=clock.now(),
                picture=data,
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("volunteers.own_record", code=code, done="disputed")
    page = {"form": form, "record": record, "most": MAX_BYTES}
    if request.method == "POST":
        return invalid("volunteers/dispute.html", **page)
    return render_template("volunteers/dispute.html", **page)


@bp.get("/me/hours/pictures/<code>")
@signed_in
def own_picture(code: str) -> ResponseReturnValue:
    """Give a volunteer back the photo that he handed in."""
    record, file = _picture(code)
    own_of(record)
    return give_out(file)


@bp.get("/o/<org>/hours/pictures/<code>")
@requires(Permission.HOURS_VIEW)
def record_picture(org: str, code: str) -> ResponseReturnValue:
    """Give out a photo to who may read the record it belongs to."""
    del org
    record, file = _picture(code)
    if queries.record_in_scope(scope(), record, clock.today()) is None:
        abort(404)
    return give_out(file)


def _picture(code: str) -> Photo:
    found = queries.picture_of(code[:MAX_CODE])
    if found is None:
        abort(404)
    return found
