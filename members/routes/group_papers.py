"""Papers of a unit at its Red Cross: licence files, certificate, plate, the contact's phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, url_for

from accounts.step_up import require_fresh_factor
from core import clock
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.files.serving import give_out, handed_in
from core.rules import RuleViolation
from core.switches import Module
from core.web import scope, see_other
from members import operations
from members.forms import ActForm
from members.forms.groups import FileForm, LookForm
from members.queries.groups import file_of, kept_groups
from members.routes.blueprint import MAX_CODE, bp, keeper
from members.routes.group_pages import paper
from members.routes.groups import group_page, unit
from members.rules.groups import GROUP_LIVE
from people.rules.reveals import RevealReason

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from members.queries import GroupMembership


@bp.post("/o/<org>/groups/<code>/files")
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def add_group_file(org: str, code: str) -> ResponseReturnValue:
    """Keep a licence file with the unit."""
    form, (name, data) = FileForm(), handed_in()
    found = unit(code)
    if form.accepts():
        try:
            operations.add_group_file(
                found.code,
                name,
                data,
                inside=kept_groups(scope()),
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.group", org=org, code=code, done="filed")
    return group_page(org, unit(code), ActForm(formdata=None), form), 422


@bp.get("/o/<org>/groups/files/<code>")
@module(Module.GROUPS)
@requires(Permission.GROUPS_VIEW)
def group_file(org: str, code: str) -> ResponseReturnValue:
    """Give out a licence file."""
    del org
    found = file_of(code[:MAX_CODE], kept_groups(scope()))
    return give_out(found) if found else abort(404)


@bp.post("/o/<org>/groups/files/<code>/remove")
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def drop_group_file(org: str, code: str) -> ResponseReturnValue:
    """Remove a licence file."""
    group = operations.drop_group_file(
        code[:MAX_CODE], inside=kept_groups(scope()), by=keeper(), now=clock.now()
    )
    return see_other("members.group", org=org, code=group.code, done="dropped")


@bp.get("/o/<org>/groups/<code>/certificate")
@module(Module.GROUPS)
@requires(Permission.GROUPS_VIEW)
def group_certificate(org: str, code: str) -> str:
    """Show the certificate of a group member, for paper."""
    return render_template("members/group_certificate.html", org=org, **paper(_member(code)))


@bp.get("/o/<org>/groups/<code>/plate")
@module(Module.GROUPS)
@requires(Permission.GROUPS_VIEW)
def group_plate(org: str, code: str) -> str:
    """Show the words of the plate, for who makes it."""
    return render_template("members/group_plate.html", org=org, group=_member(code))


@bp.get("/o/<org>/groups/<code>/phone")
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def ask_group_phone(org: str, code: str) -> ResponseReturnValue:
    """Ask why the contact's phone is looked at; a fresh second factor first."""
    found = unit(code)
    way = require_fresh_factor()
    if way is not None:
        return way
    return _phone_page(org, found, LookForm(formdata=None))


@bp.post("/o/<org>/groups/<code>/phone")
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def reveal_group_phone(org: str, code: str) -> ResponseReturnValue:
    """Show the contact's phone on this answer only; the contact reads who looked."""
    found, form = unit(code), LookForm()
    way = require_fresh_factor(back=url_for("members.ask_group_phone", org=org, code=code))
    if way is not None:
        return way
    if not form.accepts():
        return _phone_page(org, found, form), 422
    try:
        phone = operations.reveal_group_phone(
            found.code,
            RevealReason(form.reason.data),
            form.note.data or "",
            inside=kept_groups(scope()),
            by=keeper(),
            now=clock.now(),
        )
    except RuleViolation as violation:
        form.add_violation(violation)
        return _phone_page(org, found, form), 422
    return _phone_page(org, found, form, phone)


def _member(code: str) -> GroupMembership:
    """Return a unit that is a member, or answer 404: nobody else has such papers."""
    found = unit(code)
    if found.status not in GROUP_LIVE:
        abort(404)
    return found


def _phone_page(org: str, found: GroupMembership, form: LookForm, phone: str = "") -> str:
    return render_template("members/group_phone.html", org=org, group=found, form=form, phone=phone)
