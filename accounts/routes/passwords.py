"""Signing in by password, for accounts with posts, and setting one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, render_template

from accounts import operations, queries
from accounts.directory import current_user_session
from accounts.forms import PasswordSignInForm, SetPasswordForm
from accounts.operations import Attempt
from accounts.routes.blueprint import (
    PASSWORD_LIMIT,
    address,
    bp,
    enter,
    go_on,
    too_often,
)
from accounts.rules import TooOftenError
from accounts.step_up import require_fresh_factor
from core import clock
from core.access.marks import public, signed_in
from core.devices import device_token
from core.extensions import limiter
from core.rules import RuleViolation
from core.sessions import current_session, token_digest
from core.transactions import commit_anyway
from core.web import asked_next, invalid, principal, see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SIGN_IN = "accounts/password_sign_in.html"
SETTING = "accounts/password.html"


@bp.get("/login/password")
@public
def password() -> ResponseReturnValue:
    """Ask for phone and password."""
    wanted = asked_next()
    if g.principal is not None:
        return go_on(wanted)
    return render_template(SIGN_IN, form=PasswordSignInForm(next=wanted or ""))


@bp.post("/login/password")
@public
@limiter.limit(PASSWORD_LIMIT)
def sign_in_by_password() -> ResponseReturnValue:
    """Decide phone and password; wrong tries are counted although the answer is an error."""
    form = PasswordSignInForm()
    if not form.accepts():
        return invalid(SIGN_IN, form=form)
    token = device_token()
    attempt = Attempt(
        phone=form.phone.data,
        password=form.password.data,
        device=token_digest(token) if token else None,
        address=address(),
    )
    try:
        user = operations.sign_in_by_password(attempt, now=clock.now())
        operations.check_open(user)
    except TooOftenError as wait:
        return too_often(wait, SIGN_IN, form)
    except RuleViolation as violation:
        commit_anyway()
        form.add_violation(violation)
        return invalid(SIGN_IN, form=form)
    return enter(user.id, "password", form.next.data)


@bp.get("/me/settings/password")
@signed_in
def show_password() -> ResponseReturnValue:
    """Ask for a new password; only accounts with posts sign in by one."""
    if not principal().posts:
        return see_other("accounts.settings")
    asked = require_fresh_factor()
    return asked or render_template(SETTING, form=SetPasswordForm(), has_one=_has_one())


@bp.post("/me/settings/password")
@signed_in
@limiter.limit(PASSWORD_LIMIT)
def set_password() -> ResponseReturnValue:
    """Keep a new password; every other session ends (AU-11)."""
    session = current_user_session()
    if session is None or not principal().posts:
        return see_other("accounts.settings")
    asked = require_fresh_factor()
    if asked:
        return asked
    form = SetPasswordForm()
    if not form.accepts():
        return invalid(SETTING, form=form, has_one=_has_one())
    now = clock.now()
    try:
        operations.change_password(session, form.present.data or "", form.password.data, now=now)
    except RuleViolation as violation:
        form.add_violation(violation)
        return invalid(SETTING, form=form, has_one=_has_one())
    operations.move_session(session, token_digest(current_session().rotate()))
    return see_other("accounts.settings", done="password")


def _has_one() -> bool:
    account = queries.current_account()
    return account is not None and account.password_hash is not None
