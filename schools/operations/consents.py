"""Asking guardians about pupils, and what their answers do to rosters (domain.md PRI-02, PRI-03).

Whoever changes a pupil by an answer holds the row first and reads the consents behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from accounts.operations.letters import News, tell_accounts
from accounts.queries import KEEPERS, holders_at
from accounts.rules.letters import LetterKind
from core import clock, messages, settings
from core.audit.operations import SYSTEM, Actor, record
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from members.models import Membership
from members.operations.memberships import move
from members.rules import LIVE_STATES, MembershipAction, MembershipKind
from organizations.models import Organization
from people import consenting
from people.models import Consent, ConsentRequest, Guardian, Person
from people.operations import consents, guardians
from people.operations.guardians import Named
from people.rules import mask_name
from people.rules.consent_text import VERSION
from people.rules.consents import ConsentStatus
from people.rules.wards import Voice, age_of, asked_of_guardian, check_ward, needed
from schools.models import Pupil
from schools.operations.pupils import admit, hold, step
from schools.queries.consents import (
    ages_on,
    barred_phones,
    consents_stand,
    guardians_of,
    is_of_school,
    own_phones,
    requests_of,
)
from schools.rules.pupils import ON_ROSTER, ConsentState, PupilAction, PupilStatus

#: A link that ran out is sent once more, and then no more (domain.md, state machines).
TIMES = 2
TOLD = {
    ConsentState.GIVEN: N_("%(organization)s：%(name)s 的一位监护人已回答“同意”。"),
    ConsentState.REFUSED: N_("%(organization)s：%(name)s 的一位监护人已回答“不同意”。"),
    ConsentState.WITHDRAWN: N_("%(organization)s：%(name)s 的一位监护人撤回了同意。"),
}


def ask(pupil: Pupil, *, by: Actor, now: datetime) -> int:
    """Return how many links went out for a pupil: one to each guardian who can be asked.

    None to whoever was asked twice, refused, or may not be a guardian here (PRV-11). Raises
    RuleViolation for an adult.
    """
    pupil = hold(pupil.id)
    today = clock.local(now).date()
    age, ages = age_of(pupil.person.born_on, today), ages_on(today)
    check_ward(age, ages)
    if not may_ask(pupil):
        return 0
    purposes = asked_of_guardian(age, ages)
    sent = 0
    for guardian in usable_guardians(pupil, by, today):
        named = consents.Guardian(guardian.name, guardian.plain_phone)
        try:
            pupil.request = consents.request_consent(
                pupil.person, named, purposes, organization=pupil.organization, by=by, now=now
            )
        except RuleViolation:  # died, or said no before
            continue
        sent += 1
    if sent:
        pupil.consent = ConsentState.ASKED
        db.session.flush()
    return sent


def name_guardian(pupil: Pupil, named: Named, *, by: Actor, now: datetime) -> None:
    """Name a guardian of a pupil; all guardians and the school are told (PRV-11)."""
    pupil = hold(pupil.id)
    barred = barred_phones(pupil.organization_id, by.user_id, clock.local(now).date())
    guardians.name_guardian(
        pupil.person, named, pupil.organization.name, barred=barred, by=by, now=now
    )
    tell_school(pupil, now)


def end_guardian(pupil: Pupil, code: str, *, by: Actor, now: datetime) -> None:
    """End a guardian of a pupil at once. Raises UnknownRowError for one who is none."""
    pupil = hold(pupil.id)
    found = [one for one in guardians.standing(pupil.person_id) if one.code == code]
    if not found:
        raise UnknownRowError(code)
    guardians.end_guardian(found[0], pupil.organization.name, by=by, now=now)
    tell_school(pupil, now)


def may_ask(pupil: Pupil) -> bool:
    """Return whether a guardian may be asked about a pupil now: never after a refusal."""
    if pupil.status not in ON_ROSTER:
        return False
    if pupil.consent is ConsentState.GIVEN:
        return _is_outdated(pupil)
    if pupil.consent is ConsentState.LAPSED:
        return _times_lapsed(pupil.person_id) < TIMES
    return pupil.consent is ConsentState.UNASKED


def usable_guardians(pupil: Pupil, by: Actor, today: date) -> list[Guardian]:
    """Return the guardians to whom a link may go: never who asks, nor another keeper here."""
    barred = barred_phones(pupil.organization_id, by.user_id, today)
    barred |= {pupil.person.phone_index} if pupil.person.phone_index else set()
    barred |= own_phones(pupil.person_id)
    found = guardians_of([pupil.person_id])[pupil.person_id]
    return [one for one in found if one.phone_index not in barred]


def _is_outdated(pupil: Pupil) -> bool:
    """Return whether the answer of a pupil's guardian was to an earlier text (PRV-09)."""
    statement = select(Consent.text_version).where(Consent.request_id == pupil.request_id)
    return any(version != VERSION for version in db.session.scalars(statement))


def _times_lapsed(person_id: int) -> int:
    """Return how often the guardian asked most often let the link run out."""
    counts: dict[bytes, int] = {}
    for request in requests_of(person_id):
        if request.status is ConsentStatus.LAPSED:
            phone = request.guardian_phone_index
            counts[phone] = counts.get(phone, 0) + 1
    return max(counts.values(), default=0)


def admit_if_agreed(pupil: Pupil, *, by: Actor, now: datetime) -> bool:
    """Make a member of a draft where everything stands by now; return whether it was so."""
    if pupil.status is not PupilStatus.DRAFT:
        return False
    if not consents_stand(pupil.person, clock.local(now).date()):
        return False
    admit(pupil, by=by, now=now)
    return True


def own_answer(pupil: Pupil, *, by: Actor, now: datetime) -> None:
    """Keep the pupil's own signed yes to the use of the own data, from 14 on (decisions.md D5).

    Raises RuleViolation for a younger one, and before a guardian was asked.
    """
    pupil = hold(pupil.id)
    today = clock.local(now).date()
    own = [
        purpose
        for purpose, voice in needed(age_of(pupil.person.born_on, today), ages_on(today))
        if voice is Voice.OWN
    ]
    if not own:
        raise RuleViolation("", N_("未满 14 岁，由监护人回答"))
    if pupil.request is None or pupil.status not in ON_ROSTER:
        raise RuleViolation("", N_("请先征求监护人同意"))
    consents.keep_own_answer(pupil.request, own, by=by, now=now)
    admit_if_agreed(pupil, by=by, now=now)


def end_by_no(
    pupil: Pupil, state: ConsentState, *, by: Actor, now: datetime, note: int | None = None
) -> None:
    """End what a pupil is here at once: refused or withdrawn, and gone within the set days.

    Every other answer about the child falls with it: nobody is admitted by the other guardian.
    """
    today = clock.local(now).date()
    for request in requests_of(pupil.person_id):
        if request.id == note:
            continue
        if request.status is ConsentStatus.GIVEN:
            consents.withdraw(request, now=now)
        elif request.status is ConsentStatus.REQUESTED:
            consents.close_request(request.id)
    was_member = pupil.status is PupilStatus.MEMBER
    if pupil.status in ON_ROSTER:
        step(pupil, PupilAction.WITHDRAW if was_member else PupilAction.REFUSE, by=by, now=now)
    pupil.consent = state
    pupil.due_on = today + timedelta(days=settings.value("consents.kept_days", on=today))
    end_membership(pupil.person_id, by=by, now=now)
    db.session.flush()


def record_no(pupil: Pupil, state: ConsentState, *, by: Actor, now: datetime) -> None:
    """Keep a no, or a withdrawal, that a guardian gave on paper: it works at once (PRI-01)."""
    pupil = hold(pupil.id)
    if pupil.status not in ON_ROSTER:
        raise RuleViolation("", N_("这名学生已经不在名册上"))
    end_by_no(pupil, state, by=by, now=now)
    record("consent.no_on_paper", "person", pupil.person_id, by=by, state=state)
    for guardian in guardians_of([pupil.person_id])[pupil.person_id]:
        topic = f"consent:paper:{pupil.code}:{state}:{guardian.code}"
        messages.queue(guardian.plain_phone, _told(pupil, state), topic)


def end_membership(person_id: int, *, by: Actor, now: datetime) -> None:
    """End the youth membership of a child wherever it is; the figures follow."""
    membership = db.session.scalars(
        select(Membership)
        .where(
            Membership.person_id == person_id,
            Membership.kind == MembershipKind.YOUTH,
            Membership.status.in_(LIVE_STATES),
        )
        .with_for_update(of=Membership)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if membership is not None:
        move(membership, MembershipAction.WITHDRAW, by=by, now=now)
        membership.left_on = clock.local(now).date()
        db.session.flush()


class RostersAsk:
    """Pupils on rosters wait for their guardians."""

    def answered(self, request: ConsentRequest, *, given: bool, now: datetime) -> None:
        """Admit the pupil where everything stands, or end what was known at the school."""
        if not is_of_school(request.id):
            return
        _confirm_guardian(request, now)
        pupil = current_pupil(request.person_id)
        if pupil is None:
            return
        pupil.request_id = request.id
        if given:
            pupil.consent, pupil.due_on = ConsentState.GIVEN, None
            admit_if_agreed(pupil, by=SYSTEM, now=now)
        else:
            end_by_no(pupil, ConsentState.REFUSED, by=SYSTEM, now=now, note=request.id)
        tell(pupil, pupil.consent, request, now)

    def withdrawn(self, request: ConsentRequest, *, now: datetime) -> None:
        """End the membership within the request, wherever the child goes to school by now."""
        if not is_of_school(request.id):
            return
        _confirm_guardian(request, now)
        pupil = current_pupil(request.person_id)
        if pupil is None:
            end_membership(request.person_id, by=SYSTEM, now=now)
            return
        end_by_no(pupil, ConsentState.WITHDRAWN, by=SYSTEM, now=now, note=request.id)
        tell(pupil, ConsentState.WITHDRAWN, request, now)

    def lapsed(self, request: ConsentRequest, *, now: datetime) -> None:
        """Let the school ask once more; after the second time the draft has to go."""
        if not is_of_school(request.id):
            return
        pupil = current_pupil(request.person_id)
        if pupil is None or pupil.consent is not ConsentState.ASKED:
            return
        if any(one.status is ConsentStatus.REQUESTED for one in requests_of(pupil.person_id)):
            return  # the other guardian may still answer
        pupil.consent = ConsentState.LAPSED
        if pupil.status is PupilStatus.DRAFT and _times_lapsed(pupil.person_id) >= TIMES:
            today = clock.local(now).date()
            kept = settings.value("consents.kept_days", on=today)
            pupil.due_on = today + timedelta(days=kept)
        db.session.flush()

    def waits(self, request: ConsentRequest) -> tuple[Person, Organization] | None:
        """Return the pupil and the school where the answer is still wanted."""
        if not is_of_school(request.id):
            return None
        pupil = current_pupil(request.person_id)
        if pupil is None or pupil.status not in ON_ROSTER:
            return None
        return pupil.person, pupil.organization

    def asked_again(self, request: ConsentRequest) -> None:
        """Show the school that a guardian looks at a new link."""
        pupil = current_pupil(request.person_id) if is_of_school(request.id) else None
        if pupil is not None:
            pupil.consent, pupil.request_id, pupil.due_on = ConsentState.ASKED, request.id, None
            db.session.flush()


def current_pupil(person_id: int) -> Pupil | None:
    """Return the pupil that a person is now, the row locked: on a roster, else the last."""
    found: Sequence[Pupil] = db.session.scalars(
        select(Pupil).where(Pupil.person_id == person_id).order_by(Pupil.id.desc())
    ).all()
    best = next((one for one in found if one.status in ON_ROSTER), None)
    chosen = best or next(iter(found), None)
    return hold(chosen.id) if chosen is not None else None


def _confirm_guardian(request: ConsentRequest, now: datetime) -> None:
    """Note that a code proved the phone of a guardian (PRV-11)."""
    statement = select(Guardian).where(
        Guardian.person_id == request.person_id,
        Guardian.phone_index == request.guardian_phone_index,
        Guardian.ended_on.is_(None),
        Guardian.confirmed_at.is_(None),
    )
    for guardian in db.session.scalars(statement.with_for_update()):
        guardian.confirmed_at = now
        record("guardian.confirm", "person", guardian.person_id, by=SYSTEM)


def tell(pupil: Pupil, state: ConsentState, request: ConsentRequest, now: datetime) -> None:
    """Tell the other guardians what one of them answered: no name, no phone of his (PRV-11)."""
    words = _told(pupil, state)
    for guardian in guardians_of([pupil.person_id])[pupil.person_id]:
        if guardian.phone_index != request.guardian_phone_index:
            topic = f"consent:{request.code}:{state}:{guardian.code}"
            messages.queue(guardian.plain_phone, words, topic)
    tell_school(pupil, now)


def _told(pupil: Pupil, state: ConsentState) -> str:
    name = mask_name(pupil.person.name)
    return TOLD[state] % {"organization": pupil.organization.name, "name": name}


def tell_school(pupil: Pupil, now: datetime) -> None:
    """Tell who keeps the roster that an answer came: one letter a day."""
    today = clock.local(now).date()
    topic = f"pupil_consents:{pupil.organization_id}:{today:%Y%m%d}"
    news = News(LetterKind.PUPIL_CONSENTS, pupil.organization, topic)
    keepers = holders_at(pupil.organization_id, KEEPERS, today)
    tell_accounts([(post.user, news) for post in keepers], now=now)


consenting.register(RostersAsk())
