"""What a Red Cross does with a unit: visit, decide, ask for dues, end; each act with its page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from core import clock
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.rules import IllegalTransition, RuleViolation
from core.switches import Module
from core.web import invalid, scope, see_other
from members import operations
from members.dues_forms import PayForm
from members.forms import ActForm
from members.forms.groups import ReasonForm, VisitForm
from members.queries.dues_due import outstanding_of_group
from members.queries.groups import kept_groups
from members.routes.blueprint import bp, keeper
from members.routes.dues import booked_day
from members.routes.group_pages import allowed, band_of, year_to_pay
from members.routes.groups import group_page, unit
from members.rules import yuan
from members.rules.groups import GroupAction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from core.forms import AppForm
    from members.queries import GroupMembership


@bp.route("/o/<org>/groups/<code>/visit", methods=["GET", "POST"])
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def visit_group(org: str, code: str) -> ResponseReturnValue:
    """Record who looked into the unit, when, and what was found."""
    group, form = _ready(code, GroupAction.VISIT), VisitForm()
    if form.accepts():
        try:
            operations.visit_group(
                code, form.visit(), inside=kept_groups(scope()), by=keeper(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.group", org=org, code=code, done="visited")
    return _form("members/group_visit.html", org, group, form)


@bp.post("/o/<org>/groups/<code>/approve")
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def approve_group(org: str, code: str) -> ResponseReturnValue:
    """Admit the unit."""
    return _do(org, code, "approved", operations.approve_group)


@bp.post("/o/<org>/groups/<code>/approve/undo")
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def undo_group_approval(org: str, code: str) -> ResponseReturnValue:
    """Take an approval back within minutes."""
    return _do(org, code, "undone", operations.undo_group_approval)


@bp.post("/o/<org>/groups/<code>/dues/ask")
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def ask_group_dues(org: str, code: str) -> ResponseReturnValue:
    """Tell the unit until when its dues are due."""
    return _do(org, code, "asked", operations.ask_group_dues)


@bp.route("/o/<org>/groups/<code>/dues", methods=["GET", "POST"])
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def receive_group_dues(org: str, code: str) -> ResponseReturnValue:
    """Record what a unit paid for a year against its charge, with the receipt."""
    group, form = _ready(code, GroupAction.RECEIVE_DUES), PayForm()
    year = year_to_pay(group)
    outstanding = outstanding_of_group(group, year)
    if request.method == "GET":
        form.amount.data, form.paid_on.data = yuan(outstanding), clock.today().isoformat()
    elif form.accepts() and form.reads_well(form.paper, partial(booked_day, form), form.fen):
        try:
            receipt = operations.receive_group_dues(
                code,
                year,
                form.fen(),
                form.paper(),
                form.day(),
                inside=kept_groups(scope()),
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.dues_receipt", org=org, code=receipt.code, done="paid")
    page = {"org": org, "group": group, "form": form, "year": year, "outstanding": outstanding}
    return _page("members/group_dues.html", band=band_of(group), **page)


@bp.route("/o/<org>/groups/<code>/return", methods=["GET", "POST"])
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def return_group(org: str, code: str) -> ResponseReturnValue:
    """Give the form back with what has to be changed."""
    return _act(org, code, GroupAction.RETURN)


@bp.route("/o/<org>/groups/<code>/reject", methods=["GET", "POST"])
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def reject_group(org: str, code: str) -> ResponseReturnValue:
    """Refuse the unit, with the reason."""
    return _act(org, code, GroupAction.REJECT)


@bp.route("/o/<org>/groups/<code>/cancel", methods=["GET", "POST"])
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def cancel_group(org: str, code: str) -> ResponseReturnValue:
    """Take an application back because the unit asked for it on paper."""
    return _act(org, code, GroupAction.CANCEL)


@bp.route("/o/<org>/groups/<code>/withdraw", methods=["GET", "POST"])
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def withdraw_group(org: str, code: str) -> ResponseReturnValue:
    """Let a unit leave that asked for it on paper."""
    return _act(org, code, GroupAction.WITHDRAW)


@bp.route("/o/<org>/groups/<code>/dissolve", methods=["GET", "POST"])
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def dissolve_group(org: str, code: str) -> ResponseReturnValue:
    """Note that a unit exists no more (MEM-45)."""
    return _act(org, code, GroupAction.DISSOLVE)


@bp.route("/o/<org>/groups/<code>/arrears", methods=["GET", "POST"])
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def note_group_arrears(org: str, code: str) -> ResponseReturnValue:
    """Note that the dues of a year did not come."""
    return _act(org, code, GroupAction.FALL_BEHIND)


@bp.route("/o/<org>/groups/<code>/propose", methods=["GET", "POST"])
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def propose_group(org: str, code: str) -> ResponseReturnValue:
    """Propose to deregister a unit that paid nothing for two full years (2.3)."""
    return _act(org, code, GroupAction.PROPOSE)


@bp.route("/o/<org>/groups/<code>/keep", methods=["GET", "POST"])
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def keep_group(org: str, code: str) -> ResponseReturnValue:
    """Keep a unit that was proposed for deregistration."""
    return _act(org, code, GroupAction.KEEP)


@bp.route("/o/<org>/groups/<code>/deregister", methods=["GET", "POST"])
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def deregister_group(org: str, code: str) -> ResponseReturnValue:
    """Deregister a unit that was proposed and told."""
    return _act(org, code, GroupAction.DEREGISTER)


def _ready(code: str, action: GroupAction) -> GroupMembership:
    """Return the unit. Raises IllegalTransition where its state does not let the act happen."""
    group = unit(code)
    if action not in allowed(group.status):
        raise IllegalTransition(group.status, action)
    return group


def _act(org: str, code: str, action: GroupAction) -> ResponseReturnValue:
    """Ask why; do it."""
    group, form = _ready(code, action), ReasonForm()
    if form.accepts():
        try:
            operations.act_on_group(
                code,
                action,
                form.note.data,
                inside=kept_groups(scope()),
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.group", org=org, code=code, done=action.value)
    return _form("members/group_act.html", org, group, form, action)


def _do(
    org: str, code: str, done: str, operate: Callable[..., GroupMembership]
) -> ResponseReturnValue:
    """Do what asks no question; a refusal stands on the page of the unit."""
    group, form = unit(code), ActForm()
    try:
        operate(group.code, inside=kept_groups(scope()), by=keeper(), now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        return group_page(org, unit(code), form), 422
    return see_other("members.group", org=org, code=code, done=done)


def _form(
    template: str,
    org: str,
    group: GroupMembership,
    form: AppForm,
    action: GroupAction | None = None,
) -> ResponseReturnValue:
    return _page(template, org=org, group=group, form=form, action=action)


def _page(template: str, **page: Any) -> ResponseReturnValue:
    if request.method == "POST":
        return invalid(template, **page)
    return render_template(template, **page)
