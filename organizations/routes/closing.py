"""Closing an organization: what hangs on it, where its people go, taking it back (MEM-45)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from core import clock, settings
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import gettext as _
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from organizations import operations, queries
from organizations.forms import ActForm, ClosingForm
from organizations.routes.blueprint import bp
from organizations.rules import (
    ORGANIZATION_TRANSITIONS,
    OrganizationAction,
    OrganizationStatus,
    is_grassroots,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MAX_TEXT, MAX_CODE = 60, 16


@bp.get("/o/<org>/closings")
@requires(Permission.ORGANIZATIONS_CLOSE)
def list_closings(org: str) -> str:
    """Show what a county closed, or a city of its own units, newest first."""
    page = queries.closings_at(scope().place.id, asked("after", MAX_CODE))
    return render_template("organizations/closings.html", org=org, page=page)


@bp.route("/o/<org>/closing", methods=["GET", "POST"])
@requires(Permission.ORGANIZATIONS_CLOSE)
def close(org: str) -> ResponseReturnValue:
    """Show what hangs on an organization; close it. A closed one shows how it was closed."""
    organization = queries.organization_of_id(scope().place.id)
    standing = queries.standing_closing(organization.id)
    if organization.status is OrganizationStatus.MERGED:
        return see_other("organizations.show_end", org=org)
    if standing is not None and request.method == "POST":  # another officer was first
        return see_other("organizations.close", org=org)
    if standing is not None:
        return _closed(org, standing, ActForm(formdata=None))
    action = OrganizationAction.DISSOLVE
    can_close = (organization.status, action) in ORGANIZATION_TRANSITIONS
    text, form = asked("q", MAX_TEXT), ClosingForm()
    places = queries.targets_in(organization, text, but_id=organization.id)
    hanging = operations.hanging_on(organization)
    people = operations.people_hanging(hanging)
    is_empty = not any(people.values())
    can_wait = is_empty or operations.may_wait(organization, people, clock.today())
    nowhere = _("没有人要转") if is_empty else _("先放在上级红十字会")
    form.offer(places, nowhere=nowhere if can_wait else "")
    left = {kind.value: count for kind, count in people.items()}
    if form.accepts() and form.reads_well(form.day, lambda: form.chosen(left)):
        try:
            plan = operations.Plan(form.document.data or "", form.day(), _target(form.chosen()))
            by = Actor.of_scope(scope())
            operations.close_organization(organization, plan, by=by, now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("organizations.close", org=org, done=1)
    page: dict[str, Any] = {
        "org": org,
        "form": form,
        "organization": organization,
        "can_close": can_close and is_grassroots(organization.kind),
        "text": text,
        "hanging": hanging,
        "can_wait": can_wait and not is_empty,
        "may_merge": scope().post.place.id == organization.branch_id,
        "branch": scope().post.place.code,
        "months": settings.value("closings.pending_months", on=clock.today()),
    }
    if request.method == "POST":
        return invalid("organizations/close.html", **page)
    return render_template("organizations/close.html", **page)


@bp.post("/o/<org>/closing/undo")
@requires(Permission.ORGANIZATIONS_CLOSE)
def undo_closing(org: str) -> ResponseReturnValue:
    """Take a closing back that was a mistake, while nothing followed."""
    organization = queries.organization_of_id(scope().place.id)
    if organization.status is OrganizationStatus.MERGED:  # a list is taken back as a whole
        return see_other("organizations.show_end", org=org)
    form = ActForm()
    try:
        by = Actor.of_scope(scope())
        operations.reopen_organization(organization, by=by, now=clock.now())
    except RuleViolation as violation:
        form.add_violation(violation)
        standing = queries.standing_closing(organization.id)
        if standing is None:
            abort(404)
        return _closed(org, standing, form), 422
    return see_other("supervision.home", org=org)


def _closed(org: str, standing: Any, form: ActForm) -> str:
    return render_template(
        "organizations/closed.html",
        org=org,
        form=form,
        closing=standing,
        done=asked("done", MAX_CODE),
    )


def _target(code: str) -> Any:
    """Return the organization behind a code, None for no target. Raises RuleViolation."""
    if not code:
        return None
    return queries.known_target(code[:MAX_CODE])
