"""Mending one row: fill in what is missing, say that it is right, or that a phone is dead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template

from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.rules import N_, RuleViolation
from core.web import asked, invalid, scope, see_other
from supervision.quality import operations
from supervision.quality.forms import MendForm
from supervision.quality.queries.person import Doubtful, doubtful
from supervision.quality.routes.blueprint import MAX_CODE, MAX_KIND, bp
from supervision.quality.rules import Kind, kind_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/o/<org>/quality/people/<code>")
@requires(Permission.CHANGES_DECIDE)
def mend(org: str, code: str) -> str:
    """Show what is doubtful about somebody of the organization itself, and ask for it."""
    form = _form()
    return render_template("quality/mend.html", **_page(org, _found(code), form))


@bp.post("/o/<org>/quality/people/<code>")
@requires(Permission.CHANGES_DECIDE)
def fill(org: str, code: str) -> ResponseReturnValue:
    """Keep what was filled in; a value that is right is not changed here."""
    form, found = _form(), _found(code)
    if form.accepts():
        try:
            _fill(found, form)
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return _back(org, found)
    return invalid("quality/mend.html", **_page(org, found, form))


@bp.post("/o/<org>/quality/people/<code>/right")
@requires(Permission.CHANGES_DECIDE)
def confirm(org: str, code: str) -> ResponseReturnValue:
    """Keep that the data of somebody are still right today."""
    found = _found(code)
    operations.confirm(scope(), found.code, now=clock.now())
    return _back(org, found)


@bp.post("/o/<org>/quality/people/<code>/unreachable")
@requires(Permission.CHANGES_DECIDE)
def unreachable(org: str, code: str) -> ResponseReturnValue:
    """Keep that nobody is reached at the phone; another phone ends it."""
    found = _found(code)
    operations.unreachable(scope(), found.code, now=clock.now())
    return see_other("quality.mend", org=org, code=found.code, kind=Kind.INVALID_PHONE.value)


def _form() -> MendForm:
    form = MendForm()
    form.offer()
    return form


def _found(code: str) -> Doubtful:
    found = doubtful(scope().place, code[:MAX_CODE], clock.today())
    if found is None:
        abort(404)
    return found


def _fill(found: Doubtful, form: MendForm) -> None:
    """Keep the one thing that was typed. Raises RuleViolation where nothing was."""
    now, acting = clock.now(), scope()
    born_on = form.birth(clock.today())
    number, phone = (form.id_number.data or "").strip(), (form.phone.data or "").strip()
    if number:
        operations.fill_document(acting, found.code, form.chosen_type(), number, born_on, now=now)
    elif born_on is not None:
        operations.fill_birth(acting, found.code, born_on, now=now)
    elif not phone:
        raise RuleViolation("", N_("请至少填一项"))
    if phone:
        operations.fill_phone(acting, found.code, phone, now=now)


def _page(org: str, found: Doubtful, form: MendForm) -> dict[str, object]:
    return {
        "org": org,
        "found": found,
        "form": form,
        "kind": kind_of(asked("kind", MAX_KIND)),
    }


def _back(org: str, found: Doubtful) -> ResponseReturnValue:
    kind = kind_of(asked("kind", MAX_KIND)) or next(iter(found.kinds), Kind.STALE)
    return see_other("quality.list_rows", org=org, kind=kind.value, done="mended")
