"""The guardian's page of an agreement: public, one link per question (domain.md VOL-16, D5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template

from accounts.operations import send_code as send_one_time_code
from accounts.operations import use_code
from accounts.rules import CodePurpose
from activities import operations, queries
from activities.routes.blueprint import bp
from activities.routes.words import span
from core import clock, crypto
from core.access.marks import public
from core.extensions import limiter
from core.i18n import gettext as _
from core.rules import RuleViolation
from core.transactions import commit_anyway
from core.web import config_value, has_asked, see_other, sent
from members.forms import GuardianAnswerForm
from people.rules import mask_name, mask_phone

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

GIVE, REFUSE = "give", "refuse"
PER_ADDRESS = "60 per 10 minutes"
DIGEST = 64


@bp.get("/g/a/<token>")
@public
@limiter.limit(PER_ADDRESS)
def guardian_agreement(token: str) -> str:
    """Show for whom, which activity, and the agreement."""
    return _page(token, _signup_of(token), GuardianAnswerForm(formdata=None))


@bp.post("/g/a/<token>/code")
@public
@limiter.limit(PER_ADDRESS)
def send_agreement_code(token: str) -> ResponseReturnValue:
    """Send a code to the guardian's phone, and to no other."""
    signup = _signup_of(token)
    try:
        send_one_time_code(
            CodePurpose.GUARDIAN,
            queries.guardian_phone(signup),
            crypto.hash_token(token),
            _sentence,
            now=clock.now(),
        )
    except RuleViolation as violation:
        form = GuardianAnswerForm(formdata=None)
        form.add_violation(violation)
        return _page(token, signup, form), 429
    return see_other("activities.guardian_agreement", token=token, sent=1)


@bp.post("/g/a/<token>/answer")
@public
@limiter.limit(PER_ADDRESS)
def answer_agreement(token: str) -> ResponseReturnValue:
    """Keep the guardian's answer; agreeing and refusing take the same way."""
    signup, form = _signup_of(token), GuardianAnswerForm()
    if form.accepts() and form.answer.data in {GIVE, REFUSE}:
        given = form.answer.data == GIVE
        try:
            use_code(
                CodePurpose.GUARDIAN,
                crypto.hash_token(token),
                form.code.data.strip(),
                now=clock.now(),
            )
            operations.answer_for_ward(token, sent("digest", DIGEST), given=given, now=clock.now())
        except RuleViolation as violation:
            commit_anyway()
            form.add_violation(violation)
        else:
            return see_other("activities.agreement_answered")
    return _page(token, signup, form), 422


@bp.get("/g/agreed")
@public
def agreement_answered() -> str:
    """Say that the answer is kept; the link is over."""
    return render_template("activities/guardian_answered.html")


def _signup_of(token: str) -> queries.Signup:
    signup = queries.signup_of_guardian(token)
    if signup is None or signup.agree_by is None or not queries.guardian_phone(signup):
        abort(404)
    return signup


def _sentence(code: str) -> str:
    return str(
        _(
            "【%(brand)s】监护人验证码 %(code)s，10 分钟内有效。请勿告诉他人。",
            brand=config_value("brand"),
            code=code,
        )
    )


def _page(token: str, signup: queries.Signup, form: GuardianAnswerForm) -> str:
    return render_template(
        "activities/guardian.html",
        token=token,
        signup=signup,
        activity=signup.shift.activity,
        child=mask_name(signup.person.name),
        phone=mask_phone(queries.guardian_phone(signup)),
        agreement=queries.agreement_asked(signup),
        form=form,
        sent=has_asked("sent") or bool(form.code.errors),
        span=span,
        give=GIVE,
        refuse=REFUSE,
    )
