"""Units at their Red Cross: queue, list, one unit, entering a form on behalf (MEM-01, MEM-11)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request, url_for

from core import clock
from core.access.marks import module, requires
from core.access.permissions import Permission
from core.i18n import gettext as _
from core.rules import RuleViolation
from core.switches import Module
from core.web import asked, has_asked, invalid, scope, see_other
from members import operations
from members.forms import ActForm
from members.forms.groups import FileForm, GroupForm
from members.labels import LABELS
from members.queries.groups import (
    LISTED,
    files_of,
    grades_of_group,
    group_at,
    group_events,
    group_queue,
    groups_page,
    is_credit_code,
    kept_groups,
    twins_of,
)
from members.routes.blueprint import MAX_CODE, after, bp, keeper
from members.routes.group_pages import (
    TONES,
    allowed,
    band_of,
    dues_of,
    files_shown,
    history,
    reads,
    told,
)
from members.rules.groups import (
    GROUP_LIVE,
    GroupAction,
    GroupStatus,
    group_search_tells_too_much,
    read_group_search,
)
from organizations.figures import STOCK, values
from organizations.queries import organization_of_id
from organizations.rules import Measure

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from core.forms import AppForm
    from members.queries import GroupMembership

MAX_TEXT = 40


@bp.get("/o/<org>/groups")
@module(Module.GROUPS)
@requires(Permission.GROUPS_VIEW)
def groups(org: str) -> ResponseReturnValue:
    """Show the group members of a Red Cross: by name, credit code or member number."""
    text = asked("q", MAX_TEXT)
    is_code = is_credit_code(text)
    if group_search_tells_too_much(text, is_credit_code=is_code):
        return see_other("members.groups", org=org, short=1)
    status, place_id = _status(), scope().place.id
    page = groups_page(
        scope(),
        (status,) if status else LISTED if text else GROUP_LIVE,
        read_group_search(text, is_credit_code=is_code),
        after(),
    )
    figures = values([place_id], [Measure.GROUP_MEMBERS, Measure.GROUPS_WAITING])
    return render_template(
        "members/groups.html",
        org=org,
        page=page,
        text=text,
        status=status,
        states=_states(org, status, text),
        total=figures.get((place_id, Measure.GROUP_MEMBERS, STOCK), 0),
        tones=TONES,
        asks_for_less=has_asked("short"),
        may_enter=scope().may(Permission.GROUPS_DECIDE),
        sees_people=scope().may(Permission.MEMBERS_VIEW),
    )


@bp.get("/o/<org>/groups/applications", endpoint="group_queue")
@module(Module.GROUPS)
@requires(Permission.GROUPS_VIEW)
def group_queue_page(org: str) -> str:
    """Show the units on their way to become a member, each with what is next."""
    return render_template(
        "members/group_queue.html",
        org=org,
        page=group_queue(scope(), after()),
        tones=TONES,
        today=clock.today(),
        may_enter=scope().may(Permission.GROUPS_DECIDE),
    )


@bp.route("/o/<org>/groups/new", methods=["GET", "POST"])
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def enter_group(org: str) -> ResponseReturnValue:
    """Enter the form of a unit that came on paper."""
    form = GroupForm()
    form.offer()
    if reads(form):
        try:
            group = operations.enter_group(
                organization_of_id(scope().place.id),
                form.facts(),
                owner_id=None,
                by=keeper(),
                now=clock.now(),
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.group", org=org, code=group.code, done="entered")
    if request.method == "POST":
        return invalid("members/group_form.html", org=org, form=form, group=None)
    return render_template("members/group_form.html", org=org, form=form, group=None)


@bp.get("/o/<org>/groups/<code>")
@module(Module.GROUPS)
@requires(Permission.GROUPS_VIEW)
def group(org: str, code: str) -> str:
    """Show one unit: what it told, its files, what was found, its history, what is next."""
    return group_page(org, unit(code), ActForm(formdata=None))


@bp.route("/o/<org>/groups/<code>/edit", methods=["GET", "POST"])
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def amend_group(org: str, code: str) -> ResponseReturnValue:
    """Mend the form, or keep the contact of a member up to date; its credit code stands."""
    found = unit(code)
    form = GroupForm(data=told(found))
    form.offer()
    form.keep_phone()
    is_member = found.status in GROUP_LIVE
    if is_member:
        del form.credit_code
    if reads(form):
        try:
            facts = form.facts(found.credit_code if is_member else "")
            operations.amend_group(
                code, facts, inside=kept_groups(scope()), by=keeper(), now=clock.now()
            )
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("members.group", org=org, code=code, done="amended")
    if request.method == "POST":
        return invalid("members/group_form.html", org=org, form=form, group=found)
    return render_template("members/group_form.html", org=org, form=form, group=found)


@bp.post("/o/<org>/groups/<code>/submit")
@module(Module.GROUPS)
@requires(Permission.GROUPS_DECIDE)
def submit_group(org: str, code: str) -> ResponseReturnValue:
    """Hand in a form that was entered on behalf of the unit."""
    found, form = unit(code), ActForm()
    try:
        operations.submit_group(
            found.code, inside=kept_groups(scope()), by=keeper(), now=clock.now()
        )
    except RuleViolation as violation:
        form.add_violation(violation)
        return group_page(org, unit(code), form), 422
    return see_other("members.group", org=org, code=code, done="submitted")


def unit(code: str) -> GroupMembership:
    """Return a unit that the Red Cross of the address keeps, or answer 404."""
    found = group_at(scope(), code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def group_page(
    org: str, found: GroupMembership, form: AppForm, file_form: FileForm | None = None
) -> str:
    """Return the page of a unit."""
    may_decide = scope().may(Permission.GROUPS_DECIDE)
    return render_template(
        "members/group.html",
        org=org,
        group=found,
        form=form,
        file_form=file_form or FileForm(formdata=None),
        files=files_shown(files_of(found.id)),
        grades=grades_of_group(found.id),
        entries=history(group_events(found.id)),
        twins=twins_of(found),
        band=band_of(found),
        **dues_of(found),
        tone=TONES.get(found.status, "neutral"),
        is_live=found.status in GROUP_LIVE,
        is_late=found.status is GroupStatus.DUES_PENDING
        and found.dues_due_on is not None
        and found.dues_due_on < clock.today(),
        may=allowed(found.status) if may_decide else set(),
        may_grade=scope().may(Permission.GRADES_SET),
        acts=GroupAction,
        done=asked("done", MAX_CODE),
    )


def _status() -> GroupStatus | None:
    wanted = asked("status")
    if not wanted:
        return None
    if wanted not in set(LISTED):
        abort(404)
    return GroupStatus(wanted)


def _states(org: str, status: GroupStatus | None, text: str) -> list[dict[str, Any]]:
    """Return the chips of states; each is a link that keeps the rest of the address."""
    address = partial(url_for, "members.groups", org=org, q=text or None)
    chips: list[dict[str, Any]] = [
        {"label": _("全部"), "url": address(), "current": status is None}
    ]
    return chips + [
        {
            "label": LABELS[GroupStatus][one],
            "url": address(status=one.value),
            "current": one is status,
        }
        for one in LISTED
    ]
