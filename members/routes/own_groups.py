"""The side of a unit's contact: apply, follow, mend, leave, show the certificate (MEM-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import module, signed_in
from core.access.permissions import Level
from core.files.serving import give_out, handed_in
from core.rules import RuleViolation
from core.switches import Module
from core.web import asked, invalid, principal, see_other
from members import operations
from members.forms import ActForm
from members.forms.groups import FileForm, GroupForm, PartingForm
from members.queries.groups import (
    OWN_FORM,
    file_of,
    files_of,
    group_events,
    groups_of_account,
    own_forms,
    own_group,
    own_groups,
)
from members.queries.places import place_to_join
from members.routes.blueprint import MAX_CODE, bp, myself
from members.routes.group_pages import (
    TONES,
    allowed,
    band_of,
    dues_of,
    files_shown,
    history,
    paper,
    reads,
    told,
)
from members.rules.groups import GROUP_LIVE, GroupAction
from organizations.queries import place_texts
from organizations.rules import OPEN_STATES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from core.forms import AppForm
    from members.queries import GroupMembership


@bp.route("/j/<org>/group", methods=["GET", "POST"])
@module(Module.GROUPS)
@signed_in
def start_group(org: str) -> ResponseReturnValue:
    """Ask for what a unit has to tell, at the public page of a county."""
    place = place_to_join(org)
    if place is None or place.level is not Level.COUNTY or place.status not in OPEN_STATES:
        abort(404)
    form = GroupForm()
    form.offer()
    if reads(form):
        try:
            group = operations.enter_group(
                place, form.facts(), owner_id=principal().user_id, by=myself(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.own_group", code=group.code, done="entered")
    page = {"form": form, "place": place, "text": place_texts([place])[place.id], "group": None}
    if request.method == "POST":
        return invalid("members/own_group_form.html", **page)
    return render_template("members/own_group_form.html", **page)


@bp.get("/me/groups", endpoint="own_groups")
@module(Module.GROUPS)
@signed_in
def own_groups_page() -> str:
    """Show the units whose contact one is."""
    rows = groups_of_account(principal())
    return render_template("members/own_groups.html", rows=rows, tones=TONES)


@bp.get("/me/groups/<code>", endpoint="own_group")
@module(Module.GROUPS)
@signed_in
def own_group_page(code: str) -> str:
    """Show where a unit's application or membership is, and what can be done."""
    return _page(_mine(code), ActForm(formdata=None))


@bp.route("/me/groups/<code>/edit", methods=["GET", "POST"])
@module(Module.GROUPS)
@signed_in
def amend_own_group(code: str) -> ResponseReturnValue:
    """Change the form of a unit before it is handed in, or after it came back."""
    group = _mine(code)
    if group.status not in OWN_FORM:
        return see_other("members.own_group", code=code)
    form = GroupForm(data=told(group))
    form.offer()
    if reads(form):
        try:
            operations.amend_group(
                code, form.facts(), inside=own_forms(principal()), by=myself(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.own_group", code=code, done="amended")
    place = group.organization
    page = {"form": form, "place": place, "text": place_texts([place])[place.id], "group": group}
    if request.method == "POST":
        return invalid("members/own_group_form.html", **page)
    return render_template("members/own_group_form.html", **page)


@bp.post("/me/groups/<code>/files")
@module(Module.GROUPS)
@signed_in
def add_own_file(code: str) -> ResponseReturnValue:
    """Keep a licence file with the form."""
    group, form = _mine(code), FileForm()
    if group.status not in OWN_FORM:
        return see_other("members.own_group", code=code)
    name, data = handed_in()
    if form.accepts():
        try:
            operations.add_group_file(
                code, name, data, inside=own_forms(principal()), by=myself(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.own_group", code=code, done="filed")
    return _page(_mine(code), ActForm(formdata=None), form), 422


@bp.get("/me/groups/files/<code>")
@module(Module.GROUPS)
@signed_in
def own_file(code: str) -> ResponseReturnValue:
    """Give out a licence file that one handed in."""
    found = file_of(code[:MAX_CODE], own_groups(principal()))
    return give_out(found) if found else abort(404)


@bp.post("/me/groups/files/<code>/remove")
@module(Module.GROUPS)
@signed_in
def drop_own_file(code: str) -> ResponseReturnValue:
    """Remove a licence file from a form that may still be changed."""
    group = operations.drop_group_file(
        code[:MAX_CODE], inside=own_forms(principal()), by=myself(), now=clock.now()
    )
    return see_other("members.own_group", code=group.code, done="dropped")


@bp.post("/me/groups/<code>/submit")
@module(Module.GROUPS)
@signed_in
def submit_own_group(code: str) -> ResponseReturnValue:
    """Hand the form in."""
    group, form = _mine(code), ActForm()
    try:
        operations.submit_group(
            group.code, inside=own_groups(principal()), by=myself(), now=clock.now()
        )
    except RuleViolation as violation:
        form.add_violation(violation)
        return _page(_mine(code), form), 422
    return see_other("members.own_group", code=code, done="submitted")


@bp.post("/me/groups/<code>/cancel")
@module(Module.GROUPS)
@signed_in
def cancel_own_group(code: str) -> ResponseReturnValue:
    """Take the application back."""
    operations.cancel_group(
        code[:MAX_CODE], inside=own_groups(principal()), by=myself(), now=clock.now()
    )
    return see_other("members.own_group", code=code, done="cancelled")


@bp.route("/me/groups/<code>/leave", methods=["GET", "POST"])
@module(Module.GROUPS)
@signed_in
def leave_own_group(code: str) -> ResponseReturnValue:
    """Say what leaving means; let the unit leave."""
    group, form = _mine(code), PartingForm()
    if group.status not in GROUP_LIVE:
        return see_other("members.own_group", code=code)
    if form.accepts():
        try:
            operations.leave_group(
                code,
                form.note.data or "",
                inside=own_groups(principal()),
                by=myself(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.own_group", code=code, done="left")
    days = settings.value("withdrawals.undo_working_days", on=clock.today())
    if request.method == "POST":
        return invalid("members/leave_group.html", form=form, group=group, undo_days=days)
    return render_template("members/leave_group.html", form=form, group=group, undo_days=days)


@bp.post("/me/groups/<code>/leave/undo")
@module(Module.GROUPS)
@signed_in
def undo_leaving_own_group(code: str) -> ResponseReturnValue:
    """Take the withdrawal back."""
    group, form = _mine(code), ActForm()
    try:
        operations.undo_leaving_group(
            group.code, inside=own_groups(principal()), by=myself(), now=clock.now()
        )
    except RuleViolation as violation:
        form.add_violation(violation)
        return _page(_mine(code), form), 422
    return see_other("members.own_group", code=code, done="back")


@bp.get("/me/groups/<code>/certificate")
@module(Module.GROUPS)
@signed_in
def own_certificate(code: str) -> str:
    """Show the certificate of a group member, for paper."""
    group = _mine(code)
    if group.status not in GROUP_LIVE:
        abort(404)
    return render_template("members/group_certificate.html", org=None, **paper(group))


def _mine(code: str) -> GroupMembership:
    found = own_group(principal(), code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def _page(group: GroupMembership, form: AppForm, file_form: FileForm | None = None) -> str:
    is_open = group.status in OWN_FORM
    return render_template(
        "members/own_group.html",
        group=group,
        form=form,
        file_form=file_form or FileForm(formdata=None),
        files=files_shown(files_of(group.id)),
        entries=history(group_events(group.id)),
        band=band_of(group),
        **dues_of(group),
        is_open=is_open,
        is_live=group.status in GROUP_LIVE,
        may=allowed(group.status),
        acts=GroupAction,
        may_undo=group.undo_until is not None and clock.today() <= group.undo_until,
        tone=TONES.get(group.status, "neutral"),
        done=asked("done", MAX_CODE),
    )
