"""Error pages and fragments: what happened, what to do, the way home (ux.md S53)."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

import structlog
from flask import Flask, g, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, NotFound

from core.audit.operations import Actor, record
from core.database import db, write_intent
from core.i18n import gettext, say
from core.outages import WAIT_SECONDS, is_outage
from core.problems import is_asked_by_system, problem, problem_of
from core.rules import IllegalTransition, RuleViolation, UnknownRowError
from core.transactions import is_retryable
from core.web import page_before, wants_fragment

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

EXPIRED = 419
log = structlog.get_logger("errors")

#: Codes with a page of their own.
PAGES = frozenset({403, 404, 409, 413, 419, 422, 429, 500, 503})

#: Fields that are never shown again on the page that offers to send a form once more, those of
#: single rows too (``1-id_number``); ``static/draft.js`` has the like.
PRIVATE_FIELD = re.compile(r"(phone|id_number|password|totp)$|^code$")


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(CSRFError, on_expired_form)
    app.register_error_handler(RuleViolation, on_violation)
    app.register_error_handler(UnknownRowError, on_unknown)
    app.register_error_handler(500, on_failure)


def texts(code: int) -> tuple[str, str]:
    """Return title and message of an error in the language of the screen."""
    known = {
        400: (gettext("这一步没有办成"), gettext("收到的内容不完整，请回到上一页再试。")),
        403: (
            gettext("没有权限看这一页"),
            gettext("需要有相应职务的身份。如果应该有，请联系上级红十字会。"),
        ),
        404: (gettext("没有找到这一页"), gettext("地址可能写错了，或者内容已经移走。")),
        405: (gettext("没有找到这一页"), gettext("地址可能写错了，或者内容已经移走。")),
        409: (gettext("这条刚刚已由别人处理"), gettext("请刷新页面，看现在的状态。")),
        413: (gettext("内容太大"), gettext("请减少内容后再试。")),
        422: (gettext("有内容要改"), gettext("请回到上一页检查。")),
        429: (gettext("操作太频繁"), gettext("请几分钟后再试。")),
        503: (gettext("系统正忙"), gettext("请稍后再试，内容没有保存。")),
    }
    return known.get(code, (gettext("这一步没有办成"), gettext("请回到首页再试。")))


def answer(code: int, title: str, message: str, **context: object) -> ResponseReturnValue:
    """Return the error as a fragment or a page."""
    page = f"errors/{code}.html" if code in PAGES else "errors/error.html"
    template = "errors/_error.html" if wants_fragment() else page
    context.setdefault("reference", None)
    body = render_template(template, code=code, title=title, message=message, **context)
    return make_response(body, code)


def on_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer 401 with the way to sign in and everything else with its page."""
    if error.response is not None:
        return error
    code = error.code or 500
    if is_asked_by_system():
        return problem_of(error)
    if code == 401:  # noqa: PLR2004
        return _to_sign_in()
    note_denial(code)
    title, message = texts(code)
    return answer(code, title, message)


def note_denial(code: int) -> None:
    """Keep in the audit chain that somebody was refused, in a transaction of its own (LOG-05)."""
    denied = g.get("denied")
    if denied is None:
        return
    permission, place = denied
    db.session.rollback()
    g.writes_allowed = True
    token = write_intent.set(True)
    try:
        actor = Actor.of_principal(g.principal)
        place_id = place.id if place else None
        record(
            "access.denied", "organization", place_id, by=actor, result=str(code), act=permission
        )
        db.session.commit()
    finally:
        write_intent.reset(token)
        g.writes_allowed = False


def _to_sign_in() -> ResponseReturnValue:
    target = url_for("accounts.sign_in", next=page_before())
    if wants_fragment():
        response = make_response("", 401)
        response.headers["HX-Redirect"] = target
        return response
    return redirect(target, 303)


def on_expired_form(_error: CSRFError) -> ResponseReturnValue:
    """Offer to send the form again with what was typed, private fields left out (ux.md 5.3)."""
    fields = [
        (name, value)
        for name in request.form
        if name != "csrf_token" and not PRIVATE_FIELD.search(name)
        for value in request.form.getlist(name)
    ]
    return answer(
        EXPIRED,
        gettext("页面放久了"),
        gettext("请再提交一次，内容还在。"),
        resubmit_fields=fields,
        resubmit_action=request.path,
    )


def on_unknown(_error: UnknownRowError) -> ResponseReturnValue:
    """Answer a foreign or unknown row like an unknown page; nothing tells which it was."""
    return on_http_error(NotFound())


def on_violation(violation: RuleViolation) -> ResponseReturnValue:
    """Answer a rule's refusal that no form caught: 409 for a state, 422 for anything else."""
    code = 409 if isinstance(violation, IllegalTransition) else 422
    title, _ = texts(code)
    return answer(code, title, say(violation))


def on_failure(error: Exception) -> ResponseReturnValue:
    """Answer a fault with a number to quote; the log has the number and the kind of the error."""
    db.session.rollback()
    reference = secrets.token_hex(3).upper()
    original = getattr(error, "original_exception", None) or error
    log.error(
        "failure",
        reference=reference,
        kind=type(original).__name__,
        endpoint=request.endpoint,
        request_id=g.get("request_id", ""),
    )
    if is_outage(original) or is_retryable(original):
        return _on_outage()
    if is_asked_by_system():
        return problem(500, reference=reference)
    return answer(
        500,
        gettext("系统出了问题，编号 %(reference)s", reference=reference),
        gettext("内容没有保存，请稍后再试或打电话。"),
        reference=reference,
    )


def _on_outage() -> ResponseReturnValue:
    """Answer that nothing was kept and when to ask again, in plain text where no page is made."""
    title, message = texts(503)
    try:
        made = problem(503) if is_asked_by_system() else answer(503, title, message)
    except (SQLAlchemyError, OSError):  # the frame of a page reads the database, too
        made = (f"{title}。{message}\n", 503, {"Content-Type": "text/plain; charset=utf-8"})
    response = make_response(made)
    response.headers["Retry-After"] = WAIT_SECONDS
    return response
