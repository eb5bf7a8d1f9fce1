"""The second factor: asked at sign-in and before what is delicate, set up, renewed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyotp
import segno
from flask import g, render_template, request, url_for
from markupsafe import Markup

from accounts import operations, queries
from accounts.directory import present_session
from accounts.forms import ConfirmFactorForm, FactorForm
from accounts.routes.blueprint import (
    FACTOR_LIMIT,
    address,
    bp,
    go_on,
)
from accounts.rules import FactorOutcome, spaced
from accounts.step_up import require_fresh_factor
from core import clock
from core.access.marks import half_way
from core.devices import device_token, new_device_token, with_device
from core.extensions import limiter
from core.i18n import gettext
from core.rules import N_, RuleViolation
from core.sessions import current_session, token_digest
from core.transactions import commit_anyway
from core.web import asked_next, config_value, invalid, safe_next, see_other

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

    from core.forms import AppForm

SET_UP = "accounts/factor_set_up.html"
GROUP = 4


@bp.get("/login/factor")
@half_way
def factor() -> ResponseReturnValue:
    """Ask for the code of the authenticator, or lead to its set-up."""
    wanted = asked_next()
    session = present_session()
    if g.principal is not None and not _is_asked():
        return go_on(wanted)
    if session.user.totp_confirmed_at is None:
        return see_other("accounts.factor_set_up", next=wanted)
    return render_template("accounts/factor.html", form=FactorForm(next=wanted or ""))


@bp.post("/login/factor")
@half_way
@limiter.limit(FACTOR_LIMIT)
def check_factor() -> ResponseReturnValue:
    """Decide the second factor; five wrong ones end the session."""
    form, session = FactorForm(), present_session()
    if session.user.totp_confirmed_at is None:
        return see_other("accounts.factor_set_up", next=safe_next(form.next.data))
    if not form.accepts():
        return invalid("accounts/factor.html", form=form)
    now = clock.now()
    outcome = operations.check_factor(session, form.code.data, address=address(), now=now)
    if outcome is not FactorOutcome.PASSED:
        return _refused(outcome, form, "accounts/factor.html")
    return _passed(form.next.data)


@bp.get("/login/factor/set-up")
@half_way
def factor_set_up() -> ResponseReturnValue:
    """Explain the second factor, then show secret and recovery codes until it is confirmed."""
    wanted = asked_next()
    asked = _may_set_up()
    if asked:
        return asked
    form = ConfirmFactorForm(next=wanted or "")
    return render_template(SET_UP, form=form, **_set_up_context())


@bp.post("/login/factor/start")
@half_way
@limiter.limit(FACTOR_LIMIT)
def begin_factor() -> ResponseReturnValue:
    """Make a new secret; the present one counts until the new one is confirmed."""
    asked = _may_set_up()
    if asked:
        return asked
    operations.begin_factor(present_session().user)
    return see_other("accounts.factor_set_up", next=safe_next(request.form.get("next")))


@bp.post("/login/factor/set-up")
@half_way
@limiter.limit(FACTOR_LIMIT)
def confirm_factor() -> ResponseReturnValue:
    """Take the new secret into use; every other session ends (AU-11)."""
    form, session = ConfirmFactorForm(), present_session()
    asked = _may_set_up()
    if asked:
        return asked
    if not queries.pending_secret(session.user):
        return see_other("accounts.factor_set_up", next=safe_next(form.next.data))
    if not form.accepts():
        return invalid(SET_UP, form=form, **_set_up_context())
    now = clock.now()
    outcome = operations.confirm_factor(session, form.code.data, address=address(), now=now)
    if outcome is not FactorOutcome.PASSED:
        return _refused(outcome, form, SET_UP, **_set_up_context())
    return _passed(form.next.data)


def _is_asked() -> bool:
    """Return whether a signed-in account has to show its second factor again."""
    return bool(g.principal.posts) and queries.needs_step_up(present_session(), clock.now())


def _may_set_up() -> Response | None:
    """Return where to go instead: who has a second factor shows it before it is replaced."""
    if g.principal is not None and not g.principal.posts:
        return see_other("accounts.settings")
    if present_session().user.totp_confirmed_at is None:
        return None
    if g.principal is None:
        return see_other("accounts.factor")
    return require_fresh_factor(back=url_for("accounts.settings"))


def _passed(wanted: str | None) -> Response:
    token = device_token() or new_device_token()
    operations.finish_sign_in(
        present_session(),
        token_digest(current_session().rotate()),
        token_digest(token),
        now=clock.now(),
    )
    return with_device(go_on(wanted), token)


def _refused(
    outcome: FactorOutcome, form: AppForm, template: str, **context: object
) -> ResponseReturnValue:
    commit_anyway()
    if outcome is FactorOutcome.ENDED:
        current_session().rotate()
        return see_other("accounts.sign_in", ended=1)
    form.add_violation(RuleViolation("code", N_("验证码不对。请看验证器上现在的数字")))
    return invalid(template, form=form, **context)


def _set_up_context() -> dict[str, object]:
    """Return what the page shows of the pending secret; nothing before it is made."""
    user = present_session().user
    secret = queries.pending_secret(user)
    if secret is None:
        return {"secret": None}
    address = pyotp.TOTP(secret).provisioning_uri(
        name=user.display_name or queries.phone_of(user)[-GROUP:],
        issuer_name=config_value("brand"),
    )
    codes = [spaced(code, 5) for code in queries.planned_recovery_codes(user)]
    return {"secret": spaced(secret, GROUP), "picture": _picture(address), "codes": codes}


def _picture(address: str) -> Markup:
    """Return the QR code of an address as SVG."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out,
        kind="svg",
        border=4,
        omitsize=True,
        xmldecl=False,
        svgns=False,
        nl=False,
        title=gettext("验证器二维码"),
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - made of black squares by segno
