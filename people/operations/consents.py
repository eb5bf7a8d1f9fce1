"""Asking a guardian and keeping the answer with its text (domain.md PRI-02, PRI-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.operations.letters import News, tell_accounts
from accounts.queries import find_user_by_phone
from accounts.rules.letters import LetterKind
from core import clock, crypto, keyring, messages, settings
from core.audit.operations import Actor, record
from core.database import db
from core.rules import N_, RuleViolation, next_state
from core.web import config_value
from organizations.models import Organization
from people import consenting
from people.models import Consent, ConsentRequest, Person
from people.queries import (
    OWN_CHANNEL,
    consents_of,
    guardian_has_died,
    lapsed_requests,
    refusals_of,
)
from people.rules import mask_name
from people.rules.consent_text import ConsentText, text_for
from people.rules.consents import (
    CONSENT_TRANSITIONS,
    ConsentAction,
    ConsentPurpose,
    ConsentStatus,
    check_asked,
    check_guardian,
)

SENTENCE = N_("%(name)s 想在 %(organization)s 当志愿者，要监护人同意。请打开看一看再回答：%(link)s")
SENTENCE_AT_SCHOOL = N_(
    "%(organization)s 请您看一看再回答：是否同意 %(name)s 自愿加入学校红十字会。"
    "同意、不同意都可以：%(link)s"
)
SENTENCES = {False: SENTENCE, True: SENTENCE_AT_SCHOOL}
LETTERS = {
    SENTENCE: LetterKind.CONSENT_ASKED,
    SENTENCE_AT_SCHOOL: LetterKind.PUPIL_CONSENT_ASKED,
}
SENTENCE_PAPER = N_(
    "%(organization)s 记下了您为 %(name)s 签的纸质同意书。没有签过，或者想撤回，请打开：%(link)s"
)
PAPER_CHANNEL = "paper"
"""How a guardian answers with a signature that the school keeps as a scan."""


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who is asked: a checked name and a checked phone."""

    name: str
    phone: str


def request_consent(
    person: Person,
    guardian: Guardian,
    purposes: Sequence[ConsentPurpose],
    *,
    organization: Organization,
    by: Actor,
    now: datetime,
) -> ConsentRequest:
    """Return the request; its one-time link goes to the guardian's phone only.

    Raises RuleViolation where the guardian would be the ward or the one who asks (PRV-11), or
    has refused before and was asked once more (ux.md G1).
    """
    check_guardian(guardian.phone, person.plain_phone)
    phone_index = keyring.index_of(guardian.phone, "phone")
    check_asked(refusals_of(person.id, phone_index))
    _check_reachable(phone_index)
    code = crypto.opaque_code(12)
    context = f"consent_requests.guardian_phone:{code}"
    request = ConsentRequest(
        code=code,
        token_digest="",
        person_id=person.id,
        organization_id=organization.id,
        requested_by_id=by.user_id,
        guardian_name=guardian.name,
        guardian_phone=keyring.seal(guardian.phone, context),
        guardian_phone_index=phone_index,
        status=ConsentStatus.REQUESTED,
        requested_at=now,
        expires_at=now,
    )
    _send_link(request, person, organization, now, SENTENCES[_is_at_school(purposes)])
    db.session.add(request)
    db.session.flush()
    status = ConsentStatus.REQUESTED
    for purpose in purposes:
        consent = Consent(
            request_id=request.id, person_id=person.id, purpose=purpose, status=status
        )
        db.session.add(consent)
    db.session.flush()
    record("consent.request", "consent_request", request.id, by=by, purposes=list(purposes))
    return request


def keep_own_consent(request: ConsentRequest, *, by: Actor, now: datetime) -> None:
    """Keep what a person of 14 to 17 consented to: the use of the own data (decisions.md D5)."""
    data = [ConsentPurpose.DATA]
    _keep_given(request, data, OWN_CHANNEL, text_for(data), now)
    record("consent.own", "consent_request", request.id, by=by)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signed paper says: who signed it, what for, and what the ward signed beside it."""

    guardian_name: str
    guardian_phone: str
    purposes: Sequence[ConsentPurpose]
    own: Sequence[ConsentPurpose] = ()


def keep_signed(
    person: Person, signed: Signed, *, organization: Organization, by: Actor, now: datetime
) -> ConsentRequest:
    """Return the request that a signed paper answered; the caller keeps the scan.

    A known phone is told, with the link by which it is withdrawn: who signed nothing learns of it.
    """
    check_guardian(signed.guardian_phone, person.plain_phone)
    code = crypto.opaque_code(12)
    phone = signed.guardian_phone
    request = ConsentRequest(
        code=code,
        token_digest=crypto.hash_token(crypto.random_token()),
        person_id=person.id,
        organization_id=organization.id,
        requested_by_id=by.user_id,
        guardian_name=signed.guardian_name,
        guardian_phone=keyring.seal(phone, f"consent_requests.guardian_phone:{code}"),
        guardian_phone_index=keyring.index_of(phone or code, "phone"),
        status=ConsentStatus.GIVEN,
        requested_at=now,
        expires_at=now,
        verified_at=now,
    )
    if phone:
        _send_link(request, person, organization, now, SENTENCE_PAPER)
    db.session.add(request)
    db.session.flush()
    for purposes, channel in ((signed.purposes, PAPER_CHANNEL), (signed.own, OWN_CHANNEL)):
        _keep_given(request, purposes, channel, text_for([*signed.purposes, *signed.own]), now)
    record("consent.paper", "consent_request", request.id, by=by, purposes=list(signed.purposes))
    return request


def keep_own_answer(
    request: ConsentRequest,
    purposes: Sequence[ConsentPurpose],
    *,
    by: Actor,
    now: datetime,
    text: ConsentText | None = None,
) -> None:
    """Keep what a pupil answered for himself beside the guardian's request (decisions.md D5).

    ``text`` is what was shown at a link of the pupil's own; a paper shows that of the guardian.
    """
    asked = [row.purpose for row in consents_of(request.id)]
    shown = text or text_for([*asked, *purposes])
    _keep_given(request, purposes, OWN_CHANNEL, shown, now)
    record("consent.own", "consent_request", request.id, by=by)


def _keep_given(
    request: ConsentRequest,
    purposes: Sequence[ConsentPurpose],
    channel: str,
    text: ConsentText,
    now: datetime,
) -> None:
    for purpose in purposes:
        db.session.add(
            Consent(
                request_id=request.id,
                person_id=request.person_id,
                purpose=purpose,
                status=ConsentStatus.GIVEN,
                text_version=text.version,
                text_digest=text.digest,
                channel=channel,
                answered_at=now,
            )
        )
    db.session.flush()


def ask_again(
    request: ConsentRequest, person: Person, organization: Organization, now: datetime
) -> None:
    """Send a new link for a request that ran out; the old one stops working."""
    _check_reachable(request.guardian_phone_index)
    if request.status is ConsentStatus.REQUESTED and request.expires_at <= now:
        _move(request, ConsentAction.LAPSE)
    _move(request, ConsentAction.ASK_AGAIN)
    rows = guardian_rows(request)
    for row in rows:
        row.status = ConsentStatus.REQUESTED
    sentence = SENTENCES[_is_at_school([row.purpose for row in rows])]
    _send_link(request, person, organization, now, sentence)
    db.session.flush()
    record("consent.ask_again", "consent_request", request.id, by=Actor())


def answer(request: ConsentRequest, *, given: bool, now: datetime) -> None:
    """Keep the guardian's answer to every purpose, with version and digest of the text.

    Raises IllegalTransition where it was answered before, RuleViolation where the link ran out.
    """
    if request.status is ConsentStatus.REQUESTED and request.expires_at <= now:
        raise RuleViolation("", N_("链接已过期，请重新要一个"))
    _move(request, ConsentAction.GIVE if given else ConsentAction.REFUSE)
    rows = guardian_rows(request)
    text = text_for([row.purpose for row in rows])
    for row in rows:
        row.status = request.status
        row.text_version, row.text_digest = text.version, text.digest
        row.answered_at = now
    request.verified_at = now
    db.session.flush()
    record("consent.answer", "consent_request", request.id, by=Actor(), result=request.status)


def withdraw(request: ConsentRequest, *, now: datetime) -> None:
    """Take a given consent back; as easy as giving it (domain.md PRI-01)."""
    _move(request, ConsentAction.WITHDRAW)
    for row in guardian_rows(request):
        row.status, row.answered_at = request.status, now
    request.verified_at = now
    db.session.flush()
    record("consent.withdraw", "consent_request", request.id, by=Actor())


def close_request(request_id: int) -> None:
    """Let the link of a request end that nobody has answered: what it was for was taken back."""
    request = db.session.get_one(ConsentRequest, request_id, with_for_update=True)
    if request.status is ConsentStatus.REQUESTED:
        _lapse(request)
        db.session.flush()


def lapse_unanswered(now: datetime) -> int:
    """Mark requests whose link ran out; return how many."""
    found = lapsed_requests(now)
    for request in found:
        _lapse(request)
        consenting.lapsed(request, now=now)
    db.session.flush()
    return len(found)


def _check_reachable(phone_index: bytes) -> None:
    """Raise RuleViolation for the phone of somebody who died: nothing is sent there (MEM-45)."""
    if guardian_has_died(phone_index):
        raise RuleViolation("guardian_phone", N_("这位监护人现在联系不上，请换一位监护人"))


def _lapse(request: ConsentRequest) -> None:
    _move(request, ConsentAction.LAPSE)
    for row in guardian_rows(request):
        row.status = ConsentStatus.LAPSED


def _is_at_school(purposes: Sequence[ConsentPurpose]) -> bool:
    return ConsentPurpose.JOINING in purposes


def guardian_rows(request: ConsentRequest) -> list[Consent]:
    """Return the rows that the guardian answers: all but the person's own."""
    return [row for row in consents_of(request.id) if row.channel != OWN_CHANNEL]


def _move(request: ConsentRequest, action: ConsentAction) -> None:
    request.status = next_state(CONSENT_TRANSITIONS, request.status, action)


def _send_link(
    request: ConsentRequest,
    person: Person,
    organization: Organization,
    now: datetime,
    sentence: str,
) -> None:
    token = crypto.random_token()
    request.token_digest = crypto.hash_token(token)
    days = settings.value("consents.days", on=clock.local(now).date())
    request.expires_at = now + timedelta(days=days)
    link = f"{config_value('origin')}/g/{token}"
    ward = mask_name(person.name)
    text = sentence % {"name": ward, "organization": organization.name, "link": link}
    topic = f"consent:{request.code}:{request.token_digest[:12]}"
    messages.queue(request.plain_guardian_phone, text, topic)
    guardian = find_user_by_phone(request.plain_guardian_phone)
    kind = LETTERS.get(sentence)
    if guardian is not None and kind is not None:
        news = News(kind, organization, topic, {"ward": ward}, person.id)
        tell_accounts([(guardian, news)], now=now)
