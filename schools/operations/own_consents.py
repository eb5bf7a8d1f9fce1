"""A pupil of 14 to 17 answers for the own data at a link of his own (decisions.md D5, PRI-03).

The guardian's answer is another one: both have to stand, and either no ends what is kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from core import clock, crypto, keyring, messages, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation, next_state
from core.web import config_value
from people.operations.consents import keep_own_answer
from people.rules import check_mobile, mask_name
from people.rules.consent_text import own_text
from people.rules.consents import (
    CONSENT_TRANSITIONS,
    ConsentAction,
    ConsentPurpose,
    ConsentStatus,
)
from people.rules.wards import Voice, age_of, needed
from schools.models import OwnConsent, Pupil
from schools.operations.consents import (
    TIMES,
    admit_if_agreed,
    current_pupil,
    end_by_no,
    tell_school,
)
from schools.operations.pupils import hold
from schools.queries.consents import ages_on, barred_phones, guardians_of
from schools.queries.own_consents import links_of, own_answers_of
from schools.rules.pupils import ON_ROSTER, ConsentState

SENTENCE = N_(
    "%(organization)s 请 %(name)s 本人看一看再回答：是否同意学校红十字会使用你的个人信息。"
    "同意、不同意都可以：%(link)s"
)
TOLD = {
    ConsentStatus.GIVEN: N_("%(organization)s：%(name)s 本人已回答“同意”。"),
    ConsentStatus.REFUSED: N_("%(organization)s：%(name)s 本人已回答“不同意”。"),
    ConsentStatus.WITHDRAWN: N_("%(organization)s：%(name)s 本人撤回了同意。"),
}
ENDS = {
    ConsentStatus.REFUSED: ConsentState.REFUSED,
    ConsentStatus.WITHDRAWN: ConsentState.WITHDRAWN,
}


def send_own_link(pupil: Pupil, phone: str, *, by: Actor, now: datetime) -> OwnConsent:
    """Return the link that went to a pupil's own phone; an earlier one leads nowhere by it.

    Without a phone it goes to the one that is known. Raises RuleViolation for a younger or older
    pupil, before a guardian was asked, after two links that ran out, and for the phone of a
    guardian or of a keeper of the roster (PRV-11).
    """
    pupil, today = hold(pupil.id), clock.local(now).date()
    _check_wanted(pupil, now)
    number = check_mobile(phone, "phone") if phone.strip() else pupil.person.plain_phone
    if not number:
        raise RuleViolation("phone", N_("请填写学生本人的手机号"))
    index = keyring.index_of(number, "phone")
    if index in {one.phone_index for one in guardians_of([pupil.person_id])[pupil.person_id]}:
        raise RuleViolation("phone", N_("这是监护人的手机号，请填写学生本人的"))
    if index in barred_phones(pupil.organization_id, by.user_id, today):
        raise RuleViolation("phone", N_("这是学校负责人的手机号，请填写学生本人的"))
    for earlier in links_of(pupil.id):
        if earlier.status is ConsentStatus.REQUESTED:
            _move(earlier, ConsentAction.LAPSE)
    link = OwnConsent(
        code=crypto.opaque_code(12),
        pupil=pupil,
        status=ConsentStatus.REQUESTED,
        sent_at=now,
        sent_by_id=by.user_id,
    )
    link.set_phone(number)
    _send(link, now)
    db.session.add(link)
    db.session.flush()
    record("consent.own_link", "person", pupil.person_id, by=by)
    return link


def send_own_link_again(link: OwnConsent, now: datetime) -> None:
    """Send a new link where one ran out, to the same phone; the old one stops working.

    Raises RuleViolation for a link that another one replaced: it may have gone to a wrong phone.
    """
    pupil = hold(link.pupil_id)
    db.session.refresh(link, with_for_update={"of": OwnConsent})
    if pupil.status not in ON_ROSTER or links_of(pupil.id)[0].id != link.id:
        raise RuleViolation("", N_("链接已过期，请重新要一个"))
    if link.status is ConsentStatus.REQUESTED and link.expires_at <= now:
        _move(link, ConsentAction.LAPSE)
    _move(link, ConsentAction.ASK_AGAIN)
    _send(link, now)
    db.session.flush()
    record("consent.own_link", "person", link.pupil.person_id, by=Actor())


def answer_own(link: OwnConsent, *, given: bool, now: datetime) -> None:
    """Keep what a pupil answered: yes for the own data, or a no that ends the asking at once.

    Raises IllegalTransition where it was answered before, RuleViolation where the link ran out.
    """
    pupil = hold(link.pupil_id)
    db.session.refresh(link, with_for_update={"of": OwnConsent})
    if link.status is ConsentStatus.REQUESTED and link.expires_at <= now:
        raise RuleViolation("", N_("链接已过期，请重新要一个"))
    _move(link, ConsentAction.GIVE if given else ConsentAction.REFUSE)
    if pupil.status not in ON_ROSTER:
        raise RuleViolation("", N_("链接已过期，请重新要一个"))
    link.answered_at = now
    if given:
        if pupil.request is None:
            raise RuleViolation("", N_("请先征求监护人同意"))
        data, text = [ConsentPurpose.DATA], own_text()
        keep_own_answer(pupil.request, data, by=Actor(), now=now, text=text)
        admit_if_agreed(pupil, by=SYSTEM, now=now)
    else:
        _end(pupil, link.status, now)
    _tell(pupil, link, now)


def withdraw_own(link: OwnConsent, *, now: datetime) -> None:
    """Take the own yes back, wherever the pupil goes to school by now (PRI-01, PRV-09)."""
    pupil = current_pupil(link.pupil.person_id)
    db.session.refresh(link, with_for_update={"of": OwnConsent})
    _move(link, ConsentAction.WITHDRAW)
    link.answered_at = now
    if pupil is None:
        return
    for row in own_answers_of(pupil.person_id, lock=True):
        row.status, row.answered_at = ConsentStatus.WITHDRAWN, now
    if pupil.status in ON_ROSTER:
        _end(pupil, link.status, now)
    _tell(pupil, link, now)


def _check_wanted(pupil: Pupil, now: datetime) -> None:
    """Raise RuleViolation where a pupil's own answer is not wanted, or not now."""
    today = clock.local(now).date()
    said = needed(age_of(pupil.person.born_on, today), ages_on(today))
    voices = {voice for _purpose, voice in said}
    if Voice.OWN not in voices:
        raise RuleViolation("", N_("未满 14 岁，由监护人回答"))
    if Voice.GUARDIAN not in voices:
        raise RuleViolation("", N_("已满 18 岁，由本人决定，不问监护人"))
    if pupil.request is None or pupil.status not in ON_ROSTER:
        raise RuleViolation("", N_("请先征求监护人同意"))
    if own_answers_of(pupil.person_id):
        raise RuleViolation("", N_("学生本人已经同意"))
    unheard = [
        one
        for one in links_of(pupil.id)
        if one.status is ConsentStatus.LAPSED or one.expires_at <= now
    ]
    if len(unheard) >= TIMES:
        raise RuleViolation("", N_("发过两次都没有回答，请当面问学生，签在纸上"))


def _end(pupil: Pupil, status: ConsentStatus, now: datetime) -> None:
    end_by_no(pupil, ENDS[status], by=SYSTEM, now=now)
    record("consent.own_no", "person", pupil.person_id, by=Actor(), result=status)


def _tell(pupil: Pupil, link: OwnConsent, now: datetime) -> None:
    """Tell guardians and the school what the pupil answered."""
    words = TOLD[link.status] % {
        "organization": pupil.organization.name,
        "name": mask_name(pupil.person.name),
    }
    for guardian in guardians_of([pupil.person_id])[pupil.person_id]:
        topic = f"own_consent:{link.code}:{link.status}:{guardian.code}"
        messages.queue(guardian.plain_phone, words, topic)
    tell_school(pupil, now)


def _move(link: OwnConsent, action: ConsentAction) -> None:
    link.status = next_state(CONSENT_TRANSITIONS, link.status, action)


def _send(link: OwnConsent, now: datetime) -> None:
    token = crypto.random_token()
    link.token_digest = crypto.hash_token(token)
    days = settings.value("consents.days", on=clock.local(now).date())
    link.expires_at = now + timedelta(days=days)
    text = SENTENCE % {
        "organization": link.pupil.organization.name,
        "name": mask_name(link.pupil.person.name),
        "link": f"{config_value('origin')}/g/o/{token}",
    }
    messages.queue(link.plain_phone, text, f"own_consent:{link.code}:{link.token_digest[:12]}")
