"""A pupil's own page of consent: public, one link to his own phone (decisions.md D5, ux.md S06)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, url_for

from accounts.operations import send_code as send_one_time_code
from accounts.operations import use_code
from accounts.rules import CodePurpose
from accounts.step_up import require_fresh_factor
from core import clock, crypto
from core.access.marks import public, requires
from core.access.permissions import Permission
from core.audit.operations import Actor
from core.extensions import limiter
from core.i18n import gettext as _
from core.rules import RuleViolation
from core.transactions import commit_anyway
from core.web import config_value, has_asked, invalid, scope, see_other
from members.forms import GuardianAnswerForm
from people.look_lines import looks_of
from people.proving import is_proven, proof_of
from people.queries import is_grown_up
from people.rules import mask_name
from people.rules.consent_text import own_text
from people.rules.consents import ConsentStatus
from schools.forms.consents import OwnLinkForm
from schools.operations import own_consents as operations
from schools.queries import consent_board as board
from schools.queries import own_consents as queries
from schools.routes.blueprint import bp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

GIVE, REFUSE, WITHDRAW, LOOK = "give", "refuse", "withdraw", "look"
PER_ADDRESS = "60 per 10 minutes"
MAX_CODE = 12


@bp.route("/o/<org>/consents/pupils/<code>/own", methods=["GET", "POST"])
@requires(Permission.PUPILS_KEEP)
def own_link(org: str, code: str) -> ResponseReturnValue:
    """Send a link to a pupil of 14 or more who has a phone of his own."""
    pupil = board.pupil_at(scope().place.id, code[:MAX_CODE])
    if pupil is None or pupil.school_class is None:
        abort(404)
    way = require_fresh_factor(back=url_for("schools.own_link", org=org, code=code))
    if way is not None:
        return way
    form = OwnLinkForm()
    if form.accepts():
        by = Actor.of_scope(scope())
        try:
            operations.send_own_link(pupil, form.phone.data or "", by=by, now=clock.now())
        except RuleViolation as violation:
            form.add_violation(violation)
        else:
            place = pupil.school_class
            return see_other("schools.class_consents", org=org, code=place.code, kept=1)
    page: dict[str, Any] = {
        "org": org,
        "pupil": pupil,
        "form": form,
        "links": queries.links_of(pupil.id),
        "now": clock.now(),
    }
    if form.is_submitted():
        return invalid("schools/own_link.html", **page)
    return render_template("schools/own_link.html", **page)


@bp.get("/g/o/<token>")
@public
@limiter.limit(PER_ADDRESS)
def own_consent(token: str) -> str:
    """Show who asks, what for and what is kept; or the answer that was given."""
    return _page(token, _link_of(token), GuardianAnswerForm(formdata=None))


@bp.post("/g/o/<token>/code")
@public
@limiter.limit(PER_ADDRESS)
def send_own_code(token: str) -> ResponseReturnValue:
    """Send a code to the pupil's phone, and to no other."""
    link, binding = _link_of(token), crypto.hash_token(token)
    phone, now = link.plain_phone, clock.now()
    try:
        send_one_time_code(CodePurpose.GUARDIAN, phone, binding, _sentence, now=now)
    except RuleViolation as violation:
        form = GuardianAnswerForm(formdata=None)
        form.add_violation(violation)
        return _page(token, link, form), 429
    return see_other("schools.own_consent", token=token, sent=1)


@bp.post("/g/o/<token>/answer")
@public
@limiter.limit(PER_ADDRESS)
def answer_own(token: str) -> ResponseReturnValue:
    """Keep what the pupil answered, or takes back: yes and no take the same way.

    Who only looks proves the phone, and answers nothing.
    """
    link, form = _link_of(token), GuardianAnswerForm()
    if form.accepts() and form.answer.data in {GIVE, REFUSE, WITHDRAW, LOOK}:
        now = clock.now()
        try:
            use_code(
                CodePurpose.GUARDIAN, crypto.hash_token(token), form.code.data.strip(), now=now
            )
            if form.answer.data == WITHDRAW:
                operations.withdraw_own(link, now=now)
            elif form.answer.data != LOOK:
                operations.answer_own(link, given=form.answer.data == GIVE, now=now)
        except RuleViolation as violation:
            commit_anyway()
            form.add_violation(violation)
        else:
            return see_other("schools.own_consent", token=token, proof=proof_of(link.code))
    return _page(token, link, form), 422


@bp.post("/g/o/<token>/again")
@public
@limiter.limit(PER_ADDRESS)
def send_own_again(token: str) -> ResponseReturnValue:
    """Send a new link where this one ran out; it goes to the pupil's phone only."""
    operations.send_own_link_again(_link_of(token), clock.now())
    return see_other("members.link_sent")


def _link_of(token: str) -> Any:
    """Return the link of a token; none leads anywhere once the pupil is of age (D5)."""
    link = queries.link_of_token(token)
    if link is None or is_grown_up(link.pupil.person_id, clock.today()):
        abort(404)
    return link if queries.still_asks(link) else abort(404)


def _sentence(code: str) -> str:
    return str(
        _(
            "【%(brand)s】验证码 %(code)s，10 分钟内有效。请勿告诉他人。",
            brand=config_value("brand"),
            code=code,
        )
    )


def _page(token: str, link: Any, form: GuardianAnswerForm) -> str:
    ran_out = link.status is ConsentStatus.REQUESTED and link.expires_at <= clock.now()
    proven = is_proven(link.code)
    return render_template(
        "schools/own_consent.html",
        form=form,
        token=token,
        link=link,
        organization=link.pupil.organization,
        name=mask_name(link.pupil.person.name),
        text=own_text(),
        has_run_out=ran_out or link.status is ConsentStatus.LAPSED,
        sent=has_asked("sent") or bool(form.code.errors),
        is_proven=proven,
        looks=looks_of(link.pupil.person_id) if proven else [],
        give=GIVE,
        refuse=REFUSE,
        withdraw=WITHDRAW,
        look=LOOK,
    )
