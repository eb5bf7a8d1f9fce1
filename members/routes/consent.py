"""The guardian's page: public, without an account, one link per request (ux.md S06, G1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from accounts.operations import send_code as send_one_time_code
from accounts.operations import use_code
from accounts.rules import CodePurpose
from core import clock, crypto
from core.access.marks import public
from core.extensions import limiter
from core.i18n import gettext as _
from core.rules import RuleViolation
from core.transactions import commit_anyway
from core.web import config_value, has_asked, see_other
from members import operations
from members.forms import ActForm, GuardianAnswerForm, OtherAnswerForm
from members.routes.blueprint import MAX_CODE, bp
from organizations.queries import organization_of_id
from people.look_lines import looks_of
from people.proving import is_proven, proof_of
from people.queries import (
    OWN_CHANNEL,
    consent_request,
    consents_of,
    get_person,
    is_grown_up,
    is_revoked,
    other_given_requests,
    other_open_requests,
    other_request,
)
from people.rules import mask_name, mask_phone
from people.rules.consent_text import text_for
from people.rules.consents import ConsentPurpose, ConsentStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.typing import ResponseReturnValue

GIVE, REFUSE, WITHDRAW, LOOK = "give", "refuse", "withdraw", "look"
PER_ADDRESS = "60 per 10 minutes"


@bp.get("/g/<token>")
@public
@limiter.limit(PER_ADDRESS)
def guardian(token: str) -> str:
    """Show who asks, for whom, what for and what is kept; or the answer that was given."""
    return _page(token, _request_of(token), GuardianAnswerForm(formdata=None))


@bp.post("/g/<token>/code")
@public
@limiter.limit(PER_ADDRESS)
def send_code(token: str) -> ResponseReturnValue:
    """Send a code to the guardian's phone, and to no other."""
    asked = _request_of(token)
    try:
        send_one_time_code(
            CodePurpose.GUARDIAN,
            asked.plain_guardian_phone,
            crypto.hash_token(token),
            _sentence,
            now=clock.now(),
        )
    except RuleViolation as violation:
        form = GuardianAnswerForm(formdata=None)
        form.add_violation(violation)
        return _page(token, asked, form), 429
    return see_other("members.guardian", token=token, sent=1)


@bp.post("/g/<token>/answer")
@public
@limiter.limit(PER_ADDRESS)
def answer_guardian(token: str) -> ResponseReturnValue:
    """Keep the guardian's answer; consent and refusal take the same way.

    Who only looks proves the phone, and answers nothing.
    """
    asked = _request_of(token)
    form = GuardianAnswerForm()
    if form.accepts() and form.answer.data in {GIVE, REFUSE, LOOK}:
        try:
            _use_code(token, form)
            if form.answer.data == LOOK:
                return see_other("members.guardian", token=token, proof=proof_of(asked.code))
            given = form.answer.data == GIVE
            operations.answer_consent(asked, given=given, now=clock.now())
        except RuleViolation as violation:
            commit_anyway()
            form.add_violation(violation)
        else:
            return see_other("members.guardian", token=token, done=1, proof=proof_of(asked.code))
    return _page(token, asked, form), 422


@bp.post("/g/<token>/others/<code>")
@public
@limiter.limit(PER_ADDRESS)
def answer_other(token: str, code: str) -> ResponseReturnValue:
    """Answer for another child of the same phone, in the browser that just proved the phone.

    A yes is taken back here too: one page for all children of a guardian (PRI-01).
    """
    asked, form = _request_of(token), OtherAnswerForm()
    other = other_request(asked, code[:MAX_CODE]) if is_proven(asked.code) else None
    if other is None or is_grown_up(other.person_id, clock.today()) or is_revoked(other):
        abort(404)
    if form.accepts() and form.answer.data in {GIVE, REFUSE}:
        given = form.answer.data == GIVE
        operations.answer_consent(other, given=given, now=clock.now())
    elif form.accepts() and form.answer.data == WITHDRAW and other.status is ConsentStatus.GIVEN:
        operations.withdraw_consent(other, now=clock.now())
    return see_other("members.guardian", token=token, done=1, proof=proof_of(asked.code))


@bp.post("/g/<token>/withdraw")
@public
@limiter.limit(PER_ADDRESS)
def withdraw_guardian(token: str) -> ResponseReturnValue:
    """Take the consent back, at the same link and in the same way."""
    asked = _request_of(token)
    form = GuardianAnswerForm()
    if form.accepts():
        try:
            _use_code(token, form)
            operations.withdraw_consent(asked, now=clock.now())
        except RuleViolation as violation:
            commit_anyway()
            form.add_violation(violation)
        else:
            return see_other("members.guardian", token=token, done=1)
    return _page(token, asked, form), 422


@bp.post("/g/<token>/withdraw-all")
@public
@limiter.limit(PER_ADDRESS)
def withdraw_all(token: str) -> ResponseReturnValue:
    """Take every yes of this phone back, for all children: only where that was chosen by itself.

    The other buttons are about one child each.
    """
    asked, form = _request_of(token), ActForm()
    if not is_proven(asked.code):
        abort(404)
    if form.accepts():
        today, now = clock.today(), clock.now()
        codes = [asked.code, *(one.code for one in other_given_requests(asked))]
        for code in codes:
            one = other_request(asked, code)
            if one is None or is_grown_up(one.person_id, today) or is_revoked(one):
                continue
            if one.status is ConsentStatus.GIVEN:
                operations.withdraw_consent(one, now=now)
    return see_other("members.guardian", token=token, done=1, proof=proof_of(asked.code))


@bp.post("/g/<token>/again")
@public
@limiter.limit(PER_ADDRESS)
def send_link_again(token: str) -> ResponseReturnValue:
    """Send a new link where this one ran out; it goes to the guardian's phone only."""
    operations.ask_again(_request_of(token), now=clock.now())
    return see_other("members.link_sent")


@bp.get("/g/sent")
@public
def link_sent() -> str:
    """Say that a new link is on its way."""
    return render_template("members/guardian_sent.html")


def _request_of(token: str) -> Any:
    found = consent_request(token, lock=request.method == "POST")
    if found is None or is_grown_up(found.person_id, clock.today()) or is_revoked(found):
        abort(404)
    return found


def _others(found: Iterable[Any]) -> list[dict[str, Any]]:
    """Return other children of the same phone, each with what was asked about him."""
    today = clock.today()
    return [
        {
            "code": one.code,
            "organization": organization_of_id(one.organization_id),
            "child": _masked(one.person_id),
            "text": text_for(
                row.purpose for row in consents_of(one.id) if row.channel != OWN_CHANNEL
            ),
        }
        for one in found
        if not is_grown_up(one.person_id, today) and not is_revoked(one)
    ]


def _masked(person_id: int) -> str:
    person = get_person(person_id)
    return mask_name(person.name) if person else ""


def _use_code(token: str, form: GuardianAnswerForm) -> None:
    use_code(
        CodePurpose.GUARDIAN, crypto.hash_token(token), form.code.data.strip(), now=clock.now()
    )


def _sentence(code: str) -> str:
    return str(
        _(
            "【%(brand)s】监护人验证码 %(code)s，10 分钟内有效。请勿告诉他人。",
            brand=config_value("brand"),
            code=code,
        )
    )


def _page(token: str, asked: Any, form: GuardianAnswerForm) -> str:
    now = clock.now()
    answered = asked.status is not ConsentStatus.REQUESTED
    rows = consents_of(asked.id)
    text = text_for(row.purpose for row in rows if row.channel != OWN_CHANNEL)
    proven = is_proven(asked.code)
    has_run_out = asked.status is ConsentStatus.LAPSED or (
        asked.status is ConsentStatus.REQUESTED and asked.expires_at <= now
    )
    return render_template(
        "members/guardian.html",
        form=form,
        again=ActForm(formdata=None),
        token=token,
        asked=asked,
        organization=organization_of_id(asked.organization_id),
        child=_masked(asked.person_id),
        phone=mask_phone(asked.plain_guardian_phone),
        text=text,
        at_school=ConsentPurpose.JOINING in {row.purpose for row in rows},
        others=_others(other_open_requests(asked, now)) if proven else [],
        given=_others(other_given_requests(asked)) if proven else [],
        looks=looks_of(asked.person_id) if proven else [],
        is_proven=proven,
        proof=proof_of(asked.code),
        statuses=ConsentStatus,
        answered=answered,
        has_run_out=has_run_out,
        sent=has_asked("sent") or bool(form.code.errors),
        give=GIVE,
        refuse=REFUSE,
        withdraw=WITHDRAW,
        look=LOOK,
    )
