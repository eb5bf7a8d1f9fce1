"""Founding a school's branch, step by step: what the county records (ORG-16, ORG-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, url_for

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import gettext as _
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other, sent
from organizations import lives
from organizations.forms.life import AskingForm, CouncilForm, MeetingForm, ReplyForm
from schools.operations import foundings as operations
from schools.queries import foundings as queries
from schools.routes.blueprint import bp
from schools.routes.register import answer, school_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12
DRAFT = "draft"


@bp.route("/o/<org>/schools/<code>/founding", methods=["GET", "POST"])
@requires(Permission.SCHOOLS_KEEP)
def apply_founding(org: str, code: str) -> ResponseReturnValue:
    """Record that a school asks for a branch, or keep the draft of that."""
    school, form = school_of(code), AskingForm()
    if form.accepts() and form.reads_well(form.facts):
        is_draft = sent("act") == DRAFT
        try:
            founding = operations.apply(school.code, form.facts(), is_draft=is_draft, **_keeper())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_founding", org=org, code=founding.code, done="applied")
    return answer(
        "organizations/founding_apply.html",
        with_subject=False,
        form=form,
        founding=None,
        name=school.name,
        action=url_for("schools.apply_founding", org=org, code=code),
        back=url_for("schools.show_school", org=org, code=code),
    )


@bp.get("/o/<org>/foundings/<code>")
@requires(Permission.FIGURES_VIEW)
def show_founding(org: str, code: str) -> str:
    """Show how far the founding of a branch is, and what comes next."""
    page = _page(org, code, ReplyForm(formdata=None))
    return render_template("organizations/founding.html", **page)


@bp.route("/o/<org>/foundings/<code>/again", methods=["GET", "POST"])
@requires(Permission.SCHOOLS_KEEP)
def reapply_founding(org: str, code: str) -> ResponseReturnValue:
    """Change a draft, or record that an application that went back came again."""
    founding = _founding(code)
    told = {
        "applied_on": founding.applied_on.isoformat(),
        "contact": founding.contact,
        "words": founding.words,
    }
    form = AskingForm(data=told)
    if form.accepts() and form.reads_well(form.facts):
        is_draft = sent("act") == DRAFT
        try:
            operations.apply_again(founding.code, form.facts(), is_draft=is_draft, **_keeper())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_founding", org=org, code=code, done="applied")
    return answer(
        "organizations/founding_apply.html",
        with_subject=False,
        form=form,
        founding=founding,
        name=founding.school.name,
        action=url_for("schools.reapply_founding", org=org, code=code),
        back=url_for("schools.show_founding", org=org, code=code),
    )


@bp.post("/o/<org>/foundings/<code>/reply")
@requires(Permission.SCHOOLS_KEEP)
def reply_founding(org: str, code: str) -> ResponseReturnValue:
    """Record the county's reply, or that the application goes back or is withdrawn."""
    founding, form = _founding(code), ReplyForm()
    act = sent("act")
    if form.accepts():
        try:
            _reply(founding.code, act, form)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_founding", org=org, code=code, done="decided")
    return invalid("organizations/founding.html", **_page(org, code, form))


@bp.route("/o/<org>/foundings/<code>/meeting", methods=["GET", "POST"])
@requires(Permission.SCHOOLS_KEEP)
def record_meeting(org: str, code: str) -> ResponseReturnValue:
    """Record the founding meeting: from now on the school counts."""
    founding, form = _founding(code), MeetingForm(data={"method": "equal_ballot"})
    form.offer()
    form.offer_branches(queries.unlisted_branches(scope().place.id))
    readers = (form.told_day, form.told_due, form.told_present, form.told_method)
    if form.accepts() and form.reads_well(*readers):
        branch = (form.branch.data or "")[:MAX_CODE]
        try:
            operations.hold_meeting(founding.code, form.facts(), branch, **_keeper())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_founding", org=org, code=code, done="founded")
    return answer(
        "organizations/founding_meeting.html",
        form=form,
        founding=founding,
        name=founding.school.name,
        with_branches=True,
        action=url_for("schools.record_meeting", org=org, code=code),
        back=url_for("schools.show_founding", org=org, code=code),
    )


@bp.route("/o/<org>/foundings/<code>/council", methods=["GET", "POST"])
@requires(Permission.SCHOOLS_KEEP)
def seat_council(org: str, code: str) -> ResponseReturnValue:
    """Record the council that the meeting elected, and its term."""
    founding = _founding(code)
    held = founding.held_on.isoformat() if founding.held_on else ""
    form = CouncilForm(data={"starts_on": held})
    if form.accepts() and form.reads_well(form.told_start, form.told_end):
        try:
            operations.seat_council(founding.code, form.council(), **_keeper())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("schools.show_founding", org=org, code=code, done="seated")
    return answer(
        "organizations/founding_council.html",
        form=form,
        name=founding.school.name,
        is_school=True,
        small=False,
        action=url_for("schools.seat_council", org=org, code=code),
        back=url_for("schools.show_founding", org=org, code=code),
    )


def _reply(code: str, act: str, form: ReplyForm) -> None:
    if act == "return":
        operations.give_back(code, form.note.data or "", **_keeper())
    elif act == "withdraw":
        operations.withdraw(code, **_keeper())
    else:
        operations.approve(code, form.facts(), **_keeper())


def _keeper() -> dict[str, Any]:
    by = Actor.of_scope(scope())
    return {"county_id": scope().place.id, "by": by, "now": clock.now()}


def _founding(code: str) -> Any:
    found = queries.founding_at(scope().place, code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def _page(org: str, code: str, form: ReplyForm) -> dict[str, Any]:
    founding = _founding(code)
    may_keep = scope().may(Permission.SCHOOLS_KEEP)
    here: dict[str, Any] = {"org": org, "code": code}
    return {
        "founding": founding,
        "name": founding.school.name,
        "is_school": True,
        "councils": lives.councils_of(founding.organization_id),
        "steps": lives.steps_of(founding.id),
        "keeps": may_keep,
        "decides": may_keep,
        "form": form,
        "done": asked("done", MAX_CODE),
        "to": {
            "reply": url_for("schools.reply_founding", **here),
            "withdraw": url_for("schools.reply_founding", **here),
            "edit": url_for("schools.reapply_founding", **here),
            "meeting": url_for("schools.record_meeting", **here),
            "council": url_for("schools.seat_council", **here),
            "back": url_for("schools.show_school", org=org, code=founding.school.code),
            "back_label": _("返回学校"),
        },
    }
