"""Entering somebody who has no phone, with the paper that was signed (ux.md S29)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from accounts.queries import current_account
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.imports.rules import RowVerdict
from core.rules import RuleViolation
from core.web import asked, invalid, scope, see_other
from members import operations
from members.forms.entering import EntryForm
from members.routes.blueprint import MAX_CODE, bp
from members.rules import ApplicationKind

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from core.imports.subjects import Checked

LISTS = {
    ApplicationKind.MEMBER: "members.list_members",
    ApplicationKind.VOLUNTEER: "volunteers.list_volunteers",
}


@bp.route("/o/<org>/members/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_ENTER)
def enter(org: str) -> ResponseReturnValue:
    """Enter one person; who it may be already is shown before anything is written."""
    form = EntryForm(kind=_wanted())
    form.offer()
    row = None
    if request.method == "POST":
        is_shaped, now = form.accepts(), clock.now()
        row = _compare(form)
        if is_shaped and not form.errors and operations.is_free(row):
            kind = form.chosen_kind()
            try:
                found = operations.enter_one(kind, row, form.paper(), scope(), now=now)
            except RuleViolation as violation:
                form.add_violation(violation)
            else:
                done = "handed" if found.is_doubtful else "entered"
                return see_other(
                    "members.enter", org=org, kind=found.kind.value, done=done, paper=found.code
                )
    if request.method == "GET":
        account = current_account()
        form.begin(clock.today(), account.display_name if account else "")
    page = {
        "org": org,
        "form": form,
        "row": row if row and row.verdict in {RowVerdict.DOUBTFUL, RowVerdict.PRESENT} else None,
        "done": asked("done", 12),
        "paper": asked("paper", MAX_CODE),
        "list_endpoint": LISTS[_kind(form)],
    }
    if request.method == "POST":
        return invalid("members/enter.html", **page)
    return render_template("members/enter.html", **page)


def _compare(form: EntryForm) -> Checked:
    form.reads_well(form.chosen_kind)
    row = operations.compare(_kind(form), form.values(), form.chosen(), scope(), clock.now())
    if row.verdict is RowVerdict.WRONG:
        for field, (message, params) in row.problems.items():
            form.add_violation(RuleViolation(field, message, **params))
    form.reads_well(form.paper)
    return row


def _kind(form: EntryForm) -> ApplicationKind:
    try:
        return form.chosen_kind()
    except RuleViolation:
        return ApplicationKind.MEMBER


def _wanted() -> str:
    is_volunteer = asked("kind") == ApplicationKind.VOLUNTEER
    return (ApplicationKind.VOLUNTEER if is_volunteer else ApplicationKind.MEMBER).value
