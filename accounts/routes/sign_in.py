"""Signing in by phone and one-time code, and signing out (ux.md S01)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, render_template, request

from accounts import operations, queries
from accounts.directory import current_user_session
from accounts.forms import CodeForm, PhoneForm
from accounts.routes.blueprint import (
    CODE_LIMIT,
    SEND_LIMIT,
    bp,
    enter,
    go_on,
    too_often,
)
from accounts.rules import RESEND_AFTER, CodePurpose, TooOftenError
from core import clock
from core.access.marks import public
from core.audit.operations import SYSTEM, Actor
from core.extensions import limiter
from core.i18n import gettext
from core.rules import RuleViolation
from core.sessions import current_session, token_digest
from core.transactions import commit_anyway
from core.web import asked_next, config_value, invalid, safe_next, see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

TAIL = 4


@bp.get("/login")
@public
def sign_in() -> ResponseReturnValue:
    """Ask for the phone number; whoever is signed in goes on to where he wanted."""
    wanted = asked_next()
    if g.principal is not None:
        return go_on(wanted)
    session = current_user_session()
    if session is not None:
        return see_other("accounts.factor", next=wanted)
    return render_template("accounts/sign_in.html", form=PhoneForm(next=wanted or ""))


@bp.post("/login/send")
@public
@limiter.limit(SEND_LIMIT)
def send_code() -> ResponseReturnValue:
    """Send a code; the answer is the same whether the phone has an account or not (AU-07)."""
    form = PhoneForm()
    if not form.accepts():
        return invalid("accounts/sign_in.html", form=form)
    try:
        _send(form.phone.data)
    except TooOftenError as wait:
        return too_often(wait, "accounts/sign_in.html", form)
    return see_other("accounts.code", next=safe_next(form.next.data))


@bp.get("/login/code")
@public
def code() -> ResponseReturnValue:
    """Ask for the code that was sent to the phone."""
    wanted = asked_next()
    if g.principal is not None:
        return go_on(wanted)
    return _code_page(CodeForm(next=wanted or "")) or see_other("accounts.sign_in", next=wanted)


@bp.post("/login/code/again")
@public
@limiter.limit(SEND_LIMIT)
def send_again() -> ResponseReturnValue:
    """Send another code to the same phone."""
    wanted = safe_next(request.form.get("next"))
    found = queries.newest_code(CodePurpose.SIGN_IN, _binding())
    if found is None:
        return see_other("accounts.sign_in", next=wanted)
    try:
        _send(queries.phone_of_code(found))
    except TooOftenError as wait:
        form = CodeForm(formdata=None, next=wanted or "")
        return too_often(wait, "accounts/code.html", form, **_sent_to())
    return see_other("accounts.code", next=wanted)


@bp.post("/login/code")
@public
@limiter.limit(CODE_LIMIT)
def confirm_code() -> ResponseReturnValue:
    """Sign in with the code; a phone without an account gets one."""
    form = CodeForm()
    if not form.accepts():
        return _code_page(form, 422) or see_other("accounts.sign_in")
    now = clock.now()
    try:
        phone = operations.use_code(CodePurpose.SIGN_IN, _binding(), form.code.data, now=now)
        user = operations.find_or_create_user(phone, by=SYSTEM, now=now)
        operations.check_open(user)
    except RuleViolation as violation:
        commit_anyway()
        form.add_violation(violation)
        return _code_page(form, 422) or _from_the_start(form, violation)
    return enter(user.id, "code", form.next.data)


@bp.post("/logout")
@public
def sign_out() -> Response:
    """End the session; the browser forgets pages and stores, the display settings stay."""
    session = current_user_session()
    if session is not None:
        actor = Actor(session.user_id)
        operations.end_session(session, by=actor, now=clock.now(), reason="sign_out")
    current_session().rotate()
    answer = see_other("accounts.sign_in", signed_out=1)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _binding() -> str:
    """Return what a code is bound to: the anonymous session of this browser (AU-08)."""
    return token_digest(current_session().token)


def _send(phone: str) -> None:
    def sentence(code: str) -> str:
        return str(
            gettext(
                "【%(brand)s】登录验证码 %(code)s，10 分钟内有效。请勿告诉他人。",
                brand=config_value("brand"),
                code=code,
            )
        )

    operations.send_code(CodePurpose.SIGN_IN, phone, _binding(), sentence, now=clock.now())


def _code_page(form: CodeForm, status: int = 200) -> tuple[str, int] | None:
    """Return the page of the code, or None where this browser has no code to type."""
    context = _sent_to()
    return (
        (render_template("accounts/code.html", form=form, **context), status) if context else None
    )


def _from_the_start(form: CodeForm, violation: RuleViolation) -> tuple[str, int]:
    """Return the page of the phone with the reason why the code leads nowhere."""
    first = PhoneForm(formdata=None, next=safe_next(form.next.data) or "")
    first.add_violation(RuleViolation("", violation.message))
    return invalid("accounts/sign_in.html", form=first)


def _sent_to() -> dict[str, object]:
    found = queries.newest_code(CodePurpose.SIGN_IN, _binding())
    if found is None or found.used_at is not None:
        return {}
    wait = RESEND_AFTER - (clock.now() - found.sent_at)
    return {
        "tail": queries.phone_of_code(found)[-TAIL:],
        "resend_after": max(0, round(wait.total_seconds())),
    }
