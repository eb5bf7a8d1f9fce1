"""Closing one's own account, and keeping it after all (ux.md S20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request, url_for

from accounts.directory import present_session
from accounts.routes.blueprint import LANDINGS
from core import clock, settings
from core.access.marks import signed_in
from core.audit.operations import Actor
from core.rules import N_, RuleViolation
from core.sessions import current_session
from core.web import invalid, principal, see_other
from people.forms import CloseForm
from people.operations.erasures import ask_erasure, matters_of, undo_erasure
from people.queries.erasures import asked_erasure
from people.routes.blueprint import bp

if TYPE_CHECKING:
    from typing import Any

    from flask.typing import ResponseReturnValue


@bp.route("/me/account/close", methods=["GET", "POST"])
@signed_in
def close_account() -> ResponseReturnValue:
    """Say what goes and what stays, what has to end first; then close the account."""
    form = CloseForm()
    if form.accepts():
        try:
            _close(form)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            answer = see_other("accounts.sign_in", closing=1)
            answer.headers["Clear-Site-Data"] = '"cache", "storage"'
            return answer
    if request.method == "POST":
        return invalid("people/close_account.html", form=form, **_page())
    return render_template("people/close_account.html", form=form, **_page())


def _close(form: CloseForm) -> None:
    if form.sure.data is not True:
        raise RuleViolation("sure", N_("请先勾选"))
    ask_erasure(principal().user_id, by=Actor.of_principal(principal()), now=clock.now())
    current_session().rotate()


def _page() -> dict[str, Any]:
    user, today = present_session().user, clock.today()
    erasure = asked_erasure(user.id)
    return {
        "erasure": erasure,
        "matters": [] if erasure else matters_of(user, today),
        "days": settings.value("accounts.closing_days", on=today),
    }


@bp.post("/me/account/keep")
@signed_in
def keep_account() -> ResponseReturnValue:
    """Keep the account that was to be closed."""
    undo_erasure(principal().user_id, by=Actor.of_principal(principal()), now=clock.now())
    return see_other("accounts.settings", done="kept")


def landing(user_id: int) -> str | None:
    """Return the page that somebody sees first whose account is about to be closed."""
    return url_for("people.close_account") if asked_erasure(user_id) else None


LANDINGS.append(landing)
