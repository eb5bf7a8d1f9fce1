"""Founding organizations of every kind in place: draft, reply, meeting, council (ORG-16, 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, url_for

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import gettext as _
from core.rules import N_, RuleViolation
from core.web import asked, invalid, scope, see_other, sent
from organizations import lives
from organizations.forms.life import CouncilForm, FoundingForm, MeetingForm, ReplyForm
from organizations.operations import foundings as operations
from organizations.queries import organization_of_id
from organizations.routes.blueprint import answer, bp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_CODE = 12
DRAFT = "draft"


@bp.get("/o/<org>/organizations/foundings")
@requires(Permission.FOUNDINGS_KEEP)
def list_foundings(org: str) -> str:
    """Show the foundings that a place entered or replies to, newest first."""
    page = lives.foundings_at(scope().place, asked("after", MAX_CODE))
    return render_template("organizations/foundings.html", org=org, page=page)


@bp.route("/o/<org>/organizations/new", methods=["GET", "POST"])
@requires(Permission.FOUNDINGS_KEEP)
def new_founding(org: str) -> ResponseReturnValue:
    """Enter that somebody asks for an organization here, or keep the draft of that."""
    form = _offered(FoundingForm())
    if form.accepts() and form.reads_well(form.told_kind, form.told_division, form.told_asking):
        try:
            row = operations.ask(_told(form), form.facts(), is_draft=_is_draft(), **_by())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.founding", org=org, code=row.code, done="applied")
    return answer(
        "organizations/founding_apply.html",
        with_subject=True,
        form=form,
        founding=None,
        name=scope().place.name,
        action=url_for("organizations.new_founding", org=org),
        back=url_for("organizations.list_foundings", org=org),
    )


@bp.get("/o/<org>/organizations/foundings/<code>")
@requires(Permission.FOUNDINGS_KEEP)
def founding(org: str, code: str) -> str:
    """Show how far a founding is, and what comes next."""
    page = _page(org, code, ReplyForm(formdata=None))
    return render_template("organizations/founding.html", **page)


@bp.route("/o/<org>/organizations/foundings/<code>/edit", methods=["GET", "POST"])
@requires(Permission.FOUNDINGS_KEEP)
def edit_founding(org: str, code: str) -> ResponseReturnValue:
    """Change a draft or an application that went back, and hand it in."""
    row = _own(code)
    told = {
        "kind": row.kind.value,
        "name": row.name,
        "parent": row.parent.code,
        "decider": row.decider.code,
        "division": row.division_code or "",
        "applied_on": row.applied_on.isoformat(),
        "contact": row.contact,
        "words": row.words,
    }
    form = _offered(FoundingForm(data=told))
    if form.accepts() and form.reads_well(form.told_kind, form.told_division, form.told_asking):
        held = operations.founding_for(row.code, maker_id=scope().place.id)
        try:
            operations.change(held, form.facts(), _told(form), is_draft=_is_draft(), **_by())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.founding", org=org, code=code, done="applied")
    return answer(
        "organizations/founding_apply.html",
        with_subject=True,
        form=form,
        founding=row,
        name=row.name,
        action=url_for("organizations.edit_founding", org=org, code=code),
        back=url_for("organizations.founding", org=org, code=code),
    )


@bp.post("/o/<org>/organizations/foundings/<code>/reply")
@requires(Permission.FOUNDINGS_DECIDE)
def reply_to_founding(org: str, code: str) -> ResponseReturnValue:
    """Reply to an application, or let it go back."""
    row, form = _founding(code), ReplyForm()
    act = sent("act")
    if form.accepts():
        place_id = scope().place.id
        side = "maker_id" if act == "withdraw" else "decider_id"
        held = operations.founding_for(row.code, **{side: place_id})
        try:
            if act == "return":
                operations.give_back(held, form.note.data or "", **_by())
            elif act == "withdraw":
                operations.withdraw(held, **_by())
            else:
                operations.approve(held, form.facts(), **_by())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.founding", org=org, code=code, done="decided")
    return invalid("organizations/founding.html", **_page(org, code, form))


@bp.post("/o/<org>/organizations/foundings/<code>/withdraw")
@requires(Permission.FOUNDINGS_KEEP)
def withdraw_founding(org: str, code: str) -> ResponseReturnValue:
    """End a founding that nobody wants any more."""
    held = operations.founding_for(_own(code).code, maker_id=scope().place.id)
    operations.withdraw(held, **_by())
    return see_other("organizations.founding", org=org, code=code, done="decided")


@bp.route("/o/<org>/organizations/foundings/<code>/meeting", methods=["GET", "POST"])
@requires(Permission.FOUNDINGS_KEEP)
def meet_founding(org: str, code: str) -> ResponseReturnValue:
    """Record the founding meeting: from now on the organization counts."""
    row, form = _own(code), MeetingForm(data={"method": "equal_ballot"})
    form.offer()
    form.offer_branches([])
    readers = (form.told_day, form.told_due, form.told_present, form.told_method)
    if form.accepts() and form.reads_well(*readers):
        held = operations.founding_for(row.code, maker_id=scope().place.id)
        try:
            operations.hold_meeting(held, form.facts(), **_by())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.founding", org=org, code=code, done="founded")
    return answer(
        "organizations/founding_meeting.html",
        form=form,
        founding=row,
        name=row.name,
        with_branches=False,
        action=url_for("organizations.meet_founding", org=org, code=code),
        back=url_for("organizations.founding", org=org, code=code),
    )


@bp.route("/o/<org>/organizations/foundings/<code>/council", methods=["GET", "POST"])
@requires(Permission.FOUNDINGS_KEEP)
def seat_founding(org: str, code: str) -> ResponseReturnValue:
    """Record the council that the founding meeting elected, and its term."""
    row = _own(code)
    form = CouncilForm(data={"starts_on": row.held_on.isoformat() if row.held_on else ""})
    if form.accepts() and form.reads_well(form.told_start, form.told_end):
        held = operations.founding_for(row.code, maker_id=scope().place.id)
        try:
            operations.seat_council(held, form.council(), **_by())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.founding", org=org, code=code, done="seated")
    return answer(
        "organizations/founding_council.html",
        form=form,
        name=row.name,
        is_school=row.kind == "school",
        small=False,
        action=url_for("organizations.seat_founding", org=org, code=code),
        back=url_for("organizations.founding", org=org, code=code),
    )


def _by() -> dict[str, Any]:
    return {"by": Actor.of_scope(scope()), "now": clock.now()}


def _is_draft() -> bool:
    return sent("act") == DRAFT


def _offered(form: FoundingForm) -> FoundingForm:
    place = scope().place
    parents = [(one.code, one.name) for one in lives.parents_for(place)]
    deciders = [(one.code, one.name) for one in lives.deciders_for(place)]
    form.offer(lives.kinds_for(place), parents, deciders)
    return form


def _told(form: FoundingForm) -> operations.NewFounding:
    """Return what the form asks for. Raises RuleViolation for places that were not offered."""
    place = scope().place
    kind = form.told_kind()
    if kind not in lives.kinds_for(place):
        raise RuleViolation("kind", N_("这一类不在这里建，学校请到学校名录办理"))
    parents = {one.code: one for one in lives.parents_for(place)}
    deciders = {one.code: one for one in lives.deciders_for(place)}
    parent = parents.get(form.parent.data or "")
    decider = deciders.get(form.decider.data or "")
    if parent is None:
        raise RuleViolation("parent", N_("请重新选择"))
    if decider is None:
        raise RuleViolation("decider", N_("请重新选择"))
    return operations.NewFounding(
        kind, form.name.data or "", parent, decider, place.id, form.told_division()
    )


def _founding(code: str) -> Any:
    found = lives.founding_at(scope().place, code[:MAX_CODE])
    if found is None or found.school_id is not None:
        abort(404)
    return found


def _own(code: str) -> Any:
    """Return a founding that this place entered: who only replies does not change it."""
    found = _founding(code)
    if found.maker_id != scope().place.id:
        abort(404)
    return found


def _page(org: str, code: str, form: ReplyForm) -> dict[str, Any]:
    row, place = _founding(code), scope().place
    here: dict[str, Any] = {"org": org, "code": code}
    decides = row.decider_id == place.id and scope().may(Permission.FOUNDINGS_DECIDE)
    keeps = row.maker_id == place.id
    return {
        "founding": row,
        "name": row.name,
        "is_school": False,
        "councils": lives.councils_of(row.organization_id),
        "steps": lives.steps_of(row.id),
        "keeps": keeps,
        "decides": decides,
        "maker": organization_of_id(row.maker_id).name,
        "form": form,
        "done": asked("done", MAX_CODE),
        "to": {
            "reply": url_for("organizations.reply_to_founding", **here),
            "withdraw": url_for("organizations.withdraw_founding", **here),
            "edit": url_for("organizations.edit_founding", **here),
            "meeting": url_for("organizations.meet_founding", **here),
            "council": url_for("organizations.seat_founding", **here),
            "back": url_for("organizations.list_foundings", org=org),
            "back_label": _("建会办理"),
        },
    }
