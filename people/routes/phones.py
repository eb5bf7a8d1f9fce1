"""Another phone for somebody who lost the old one, at the desk of his branch (ux.md V14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from accounts.rules import TooOftenError
from accounts.step_up import require_fresh_factor
from core import clock
from core.access.marks import requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.extensions import limiter
from core.i18n import gettext as _
from core.rules import RuleViolation
from core.sessions import current_session, token_digest
from core.transactions import commit_anyway
from core.web import config_value, has_asked, invalid, principal, scope, see_other
from people.endings import is_in_charge
from people.forms import NewPhoneForm, PhoneChangeForm
from people.operations.phones import change_at_desk, send_desk_code
from people.queries import person_of_code
from people.routes.blueprint import MAX_CODE, bp
from people.routes.changes import SEND_LIMIT

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.route("/o/<org>/people/<code>/phone", methods=["GET", "POST"])
@requires(Permission.CHANGES_DECIDE)
@limiter.limit(SEND_LIMIT)
def desk_phone(org: str, code: str) -> ResponseReturnValue:
    """Name the new phone of somebody who stands at the desk; a code goes there."""
    person = _person(code)
    way = require_fresh_factor()
    if way is not None:
        return way
    form, status = NewPhoneForm(), 422
    if form.accepts():
        try:
            send_desk_code(person, form.phone.data, _binding(person), _sentence, **_act())
        except TooOftenError as wait:
            form.add_violation(wait)
            status = 429
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("people.desk_phone_code", org=org, code=code)
    page = {"org": org, "person": person, "form": form, "done": has_asked("done")}
    if request.method == "POST":
        return invalid("people/desk_phone.html", **page)[0], status
    return render_template("people/desk_phone.html", **page)


@bp.route("/o/<org>/people/<code>/phone/code", methods=["GET", "POST"])
@requires(Permission.CHANGES_DECIDE)
@limiter.limit(SEND_LIMIT)
def desk_phone_code(org: str, code: str) -> ResponseReturnValue:
    """Take the code that the person reads out, and keep the new phone."""
    person, form = _person(code), PhoneChangeForm()
    if form.accepts() and form.reads_well(form.reason):
        typed, why = form.code.data or "", form.reason()
        try:
            change_at_desk(person, typed, why, _binding(person), **_act())
        except RuleViolation as violation:
            commit_anyway()
            form.add_violation(violation)
        else:
            return see_other("people.desk_phone", org=org, code=code, done=1)
    page = {"org": org, "person": person, "form": form}
    if request.method == "POST":
        return invalid("people/desk_phone_code.html", **page)
    return render_template("people/desk_phone_code.html", **page)


def _person(code: str) -> Any:
    """Return the person whom the acting place has in charge, or answer 404; never oneself."""
    person = person_of_code(code[:MAX_CODE])
    if person is None or person.id == principal().person_id:
        abort(404)
    if not is_in_charge(person.id, scope().place.id, clock.today()):
        abort(404)
    return person


def _act() -> dict[str, Any]:
    return {"place_id": scope().place.id, "by": Actor.of_scope(scope()), "now": clock.now()}


def _binding(person: Any) -> str:
    """Return what a code is bound to: this session, for this person only."""
    return token_digest(f"{current_session().token}:{person.code}")


def _sentence(code: str) -> str:
    words = _(
        "【%(brand)s】%(organization)s正在给您换登录手机号，验证码 %(code)s，"
        "10 分钟内有效。只告诉当面办理的人；您没有去办，请不要理会。",
        brand=config_value("brand"),
        organization=scope().place.name,
        code=code,
    )
    return str(words)
