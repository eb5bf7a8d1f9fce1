"""One's own page and data, who looked at them, and looking at others with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, current_app, render_template, url_for

from accounts.queries import current_account
from accounts.step_up import require_fresh_factor
from core import clock
from core.access.guard import is_open_endpoint
from core.access.marks import requires, signed_in
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.i18n import gettext as _
from core.rules import RuleViolation
from core.web import asked, principal, scope, see_other
from people.forms import OwnForm, RevealForm
from people.look_lines import looks_of
from people.operations.checks import confirm as confirm_data
from people.operations.reveals import number_of
from people.operations.reveals import reveal as reveal_value
from people.presence import is_present, kept_of, standings_of
from people.queries import checked_on, get_person, person_of_code, survivor_code
from people.queries import phone_of_account as phone_of
from people.queries.minors import approval_page
from people.routes.blueprint import MAX_CODE, bp
from people.rules import mask_id, mask_phone
from people.rules.checks import CheckWay
from people.rules.reveals import RevealField, RevealReason

if TYPE_CHECKING:
    from typing import Any

    from flask.typing import ResponseReturnValue


@bp.get("/me/profile")
@signed_in
def profile() -> str:
    """Show the ways from one's own page."""
    person_id = principal().person_id
    account = current_account()
    return render_template(
        "people/profile.html",
        person=get_person(person_id) if person_id else None,
        phone=mask_phone(phone_of(account)) if account else "",
        standings=standings_of(person_id) if person_id else [],
        ways=[
            {"label": label, "url": url_for(endpoint), "count": _unread_at(endpoint)}
            for label, endpoint in _ways()
            if endpoint in current_app.view_functions and is_open_endpoint(endpoint)
        ],
    )


def _unread_at(endpoint: str) -> int | None:
    """Return how many messages were not read, beside the way to them."""
    return principal().unread or None if endpoint == "accounts.messages" else None


def _ways() -> list[tuple[str, str]]:
    """Return what one's own page leads to; pages of packages that are not installed fall out."""
    return [
        (_("消息"), "accounts.messages"),
        (_("会员证"), "members.card"),
        (_("我的星级"), "volunteers.own_stars"),
        (_("开证明"), "volunteers.own_certificates"),
        (_("我的申请"), "members.own_applications"),
        (_("我的荣誉"), "members.own_honours"),
        (_("我的会费"), "members.own_dues"),
        (_("我的单位"), "members.own_groups"),
        (_("我的时长"), "volunteers.own_hours"),
        (_("我的信息和谁看过"), "people.my_data"),
        (_("谁能看到我"), "people.seen_by"),
        (_("职务邀请和交接单"), "accounts.own_posts"),
        (_("更正信息"), "people.changes"),
        (_("我的办件"), "people.own_matters"),
        (_("设置"), "accounts.settings"),
    ]


@bp.get("/me/data")
@signed_in
def my_data() -> str:
    """Show what is kept of oneself, masked, and who looked at it."""
    return _own_page(shown=False)


@bp.post("/me/data/show")
@signed_in
def show_own() -> str:
    """Show one's own values in full, on this answer only."""
    return _own_page(shown=True)


@bp.get("/me/data/show")
@signed_in
def shown_own() -> str:
    """Answer a reload of the page before: masked again."""
    return _own_page(shown=False)


@bp.post("/me/data/right")
@signed_in
def confirm_own() -> ResponseReturnValue:
    """Keep that one's own data are still right today."""
    person_id = principal().person_id
    if person_id is None:
        abort(404)
    by = Actor.of_principal(principal())
    confirm_data(person_id, way=CheckWay.SELF, by=by, now=clock.now())
    return see_other("people.my_data", done="right")


@bp.get("/o/<org>/people/<code>/reveal")
@requires(Permission.PEOPLE_REVEAL)
def ask_reveal(org: str, code: str) -> ResponseReturnValue:
    """Ask for the reason; a second factor older than ten minutes is asked for first.

    The code of a record that was merged away leads to the one that stays.
    """
    stays = _stays_as(code)
    if stays is not None:
        return see_other("people.ask_reveal", org=org, code=stays)
    person = _found(code)
    way = require_fresh_factor()
    if way is not None:
        return way
    chosen = asked("field")
    form = RevealForm(data={"field": chosen} if chosen in set(RevealField) else None)
    return _reveal_page(org, person, form)


@bp.post("/o/<org>/people/<code>/reveal")
@requires(Permission.PEOPLE_REVEAL)
def reveal(org: str, code: str) -> ResponseReturnValue:
    """Show one value on this answer only, its line of the read log in the same transaction."""
    person = _found(code)
    way = require_fresh_factor(back=url_for("people.ask_reveal", org=org, code=code))
    if way is not None:
        return way
    form = RevealForm()
    if not form.accepts():
        return _reveal_page(org, person, form), 422
    try:
        value = reveal_value(
            person,
            RevealField(form.field.data),
            RevealReason(form.reason.data),
            form.note.data or "",
            by=Actor.of_scope(scope()),
            now=clock.now(),
        )
    except RuleViolation as violation:
        form.add_violation(violation)
        return _reveal_page(org, person, form), 422
    return _reveal_page(org, person, form, value=value)


def _stays_as(code: str) -> str | None:
    """Return the code of the record in reach that a merged-away one became part of, or None."""
    person = person_of_code(code[:MAX_CODE])
    if person is None or person.merged_into_id is None:
        return None
    return survivor_code(person) if is_present(scope(), person.merged_into_id) else None


def _found(code: str) -> Any:
    """Return the person where he exists for the scope in any part, or answer 404."""
    person = person_of_code(code[:MAX_CODE])
    if person is None or not is_present(scope(), person.id):
        abort(404)
    return person


def _reveal_page(org: str, person: Any, form: RevealForm, value: str = "") -> str:
    return render_template(
        "people/reveal.html",
        org=org,
        person=person,
        form=form,
        value=value,
        field=RevealField(form.field.data) if value else None,
        approval=approval_page(scope(), person, clock.now()),
    )


def _own_page(*, shown: bool) -> str:
    person_id = principal().person_id
    person = get_person(person_id) if person_id else None
    number = number_of(person) if person else ""
    return render_template(
        "people/my_data.html",
        person=person,
        number=number if shown or not number else mask_id(number),
        shown=shown,
        form=OwnForm(formdata=None),
        looks=looks_of(person.id) if person else [],
        sections=kept_of(person.id) if person else [],
        checked_on=checked_on(person.id) if person else None,
        done=asked("done", MAX_CODE),
    )
