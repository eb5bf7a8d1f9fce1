"""Asking to have something put right about oneself, and where the request is (PRI-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from accounts.operations import send_code, use_code
from accounts.rules import CodePurpose, TooOftenError
from accounts.step_up import require_fresh_factor
from core import clock, settings
from core.access.marks import signed_in
from core.audit.operations import Actor
from core.extensions import limiter
from core.i18n import gettext as _
from core.rules import RuleViolation
from core.sessions import current_session, token_digest
from core.switches import home_path
from core.transactions import commit_anyway
from core.web import config_value, has_asked, invalid, principal, see_other
from people.forms import (
    BirthChangeForm,
    DocumentChangeForm,
    NameChangeForm,
    NewPhoneForm,
    PhoneChangeForm,
)
from people.operations.amending import check_free, check_new_phone
from people.operations.changes import request_change
from people.operations.changes import withdraw_change as take_back
from people.presence import home_of
from people.queries import get_person
from people.queries.changes import own_change, own_changes
from people.routes.blueprint import MAX_CODE, bp
from people.routes.words import shown
from people.rules.changes import (
    ChangeField,
    ChangeStatus,
    Known,
    fields_of,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

FORMS = {
    ChangeField.NAME: NameChangeForm,
    ChangeField.DOCUMENT: DocumentChangeForm,
    ChangeField.BORN_ON: BirthChangeForm,
}
SEND_LIMIT = "60 per 10 minutes"


@bp.get("/me/changes")
@signed_in
def changes() -> str:
    """Show what one may ask to have put right, and what one asked before."""
    person_id = principal().person_id
    person = get_person(person_id) if person_id else None
    is_kept = person is not None and home_of(person.id) is not None
    rows = own_changes(person.id) if person else []
    waiting = {row.field for row in rows if row.status is ChangeStatus.SUBMITTED}
    return render_template(
        "people/changes.html",
        rows=[(row, shown(row.before), shown(row.after)) for row in rows],
        fields=[one for one in _fields(person) if one not in waiting] if is_kept else [],
        is_kept=is_kept,
        phone=ChangeField.PHONE,
    )


@bp.route("/me/changes/new/<field>", methods=["GET", "POST"])
@signed_in
def new_change(field: str) -> ResponseReturnValue:
    """Ask for another name, document or birth day, with the reason."""
    person, wanted = _myself(), _field(field)
    if wanted not in FORMS or wanted not in _fields(person):
        abort(404)
    form = FORMS[wanted]()
    if form.accepts() and form.reads_well(form.value, form.reason):
        try:
            return _hand_in(person, wanted, form.value(), form.reason())
        except RuleViolation as violation:
            form.add_violation(violation)
    page: dict[str, Any] = {"form": form, "field": wanted, "fields": ChangeField, **_promise()}
    if request.method == "POST":
        return invalid("people/new_change.html", **page)
    return render_template("people/new_change.html", **page)


@bp.route("/me/changes/phone", methods=["GET", "POST"])
@signed_in
@limiter.limit(SEND_LIMIT)
def new_phone() -> ResponseReturnValue:
    """Send a code to the phone that one has now: only who holds it may ask for it."""
    person = _myself()
    way = require_fresh_factor()
    if way is not None:
        return way
    form = NewPhoneForm()
    if form.accepts():
        try:
            check_new_phone(person, form.phone.data)
            send_code(
                CodePurpose.NEW_PHONE, form.phone.data, _binding(), _sentence, now=clock.now()
            )
        except TooOftenError as wait:
            form.add_violation(wait)
            return render_template("people/new_phone.html", form=form, form_errors=True), 429
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            return see_other("people.phone_code")
    if request.method == "POST":
        return invalid("people/new_phone.html", form=form)
    return render_template("people/new_phone.html", form=form)


@bp.route("/me/changes/phone/code", methods=["GET", "POST"])
@signed_in
@limiter.limit(SEND_LIMIT)
def phone_code() -> ResponseReturnValue:
    """Take the code that came to the new phone, and hand the request in."""
    person, form = _myself(), PhoneChangeForm()
    if form.accepts() and form.reads_well(form.reason):
        try:
            phone = use_code(
                CodePurpose.NEW_PHONE, _binding(), form.code.data or "", now=clock.now()
            )
            check_free(phone)
            return _hand_in(person, ChangeField.PHONE, {"phone": phone}, form.reason())
        except RuleViolation as violation:
            commit_anyway()
            form.add_violation(violation)
    if request.method == "POST":
        return invalid("people/phone_code.html", form=form, **_promise())
    return render_template("people/phone_code.html", form=form, **_promise())


@bp.get("/me/changes/<code>")
@signed_in
def change(code: str) -> str:
    """Show where a request of one's own is, who has it and until when."""
    found = own_change(principal().person_id or 0, code[:MAX_CODE])
    if found is None:
        abort(404)
    return render_template(
        "people/change.html",
        change=found,
        before=shown(found.before),
        after=shown(found.after),
        states=ChangeStatus,
        is_new=has_asked("new"),
        is_late=found.status is ChangeStatus.SUBMITTED and found.due_on < clock.today(),
    )


@bp.post("/me/changes/<code>/withdraw")
@signed_in
def withdraw_change(code: str) -> ResponseReturnValue:
    """Take a request back that nobody answered yet."""
    take_back(principal().person_id or 0, code[:MAX_CODE], by=_actor(), now=clock.now())
    return see_other("people.change", code=code)


def _actor() -> Actor:
    return Actor.of_principal(principal())


def _myself() -> Any:
    """Return the own person where an organization keeps it, or answer 404."""
    person_id = principal().person_id
    person = get_person(person_id) if person_id else None
    if person is None or home_of(person.id) is None:
        abort(404)
    return person


def _field(text: str) -> ChangeField:
    if text not in set(ChangeField):
        abort(404)
    return ChangeField(text)


def _fields(person: Any) -> tuple[ChangeField, ...]:
    return fields_of(Known(person.id_type, person.id_number is not None, person.born_on))


def _promise() -> dict[str, int]:
    path = home_path(principal().person_id)
    return {"days": settings.value("changes.working_days", clock.today(), path)}


def _hand_in(person: Any, field: ChangeField, value: Any, why: str) -> ResponseReturnValue:
    found = request_change(person, field, value, why, by=_actor(), now=clock.now())
    return see_other("people.change", code=found.code, new=1)


def _binding() -> str:
    """Return what a code is bound to: the session of this browser (security.md AU-08)."""
    return token_digest(current_session().token)


def _sentence(code: str) -> str:
    brand = config_value("brand")
    words = _(
        "【%(brand)s】换手机号的验证码 %(code)s，10 分钟内有效。请勿告诉他人。",
        brand=brand,
        code=code,
    )
    return str(words)
