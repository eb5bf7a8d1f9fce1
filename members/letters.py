"""Whom applications, memberships, transfers and honours are told of, and in which kind of letter.

The words and the ways by which they travel stand in ``accounts.rules.letters``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import literal, select

from accounts.models import User
from accounts.operations.letters import News, tell_accounts, tell_people
from accounts.operations.letters import call_back as call_letters_back
from accounts.operations.letters import hold_back as hold_letters_back
from accounts.queries import KEEPERS, holders_at
from accounts.rules.letters import LetterKind
from core import clock, settings
from core.access.permissions import Role
from members.models import (
    Application,
    Decision,
    Honour,
    Membership,
    Transfer,
    Withdrawal,
)
from members.rules import ApplicationKind
from organizations.models import Organization
from people.queries import guardians_who_agreed
from people.rules import is_minor_on, mask_name

APPROVED = {
    ApplicationKind.MEMBER: LetterKind.MEMBER_APPROVED,
    ApplicationKind.VOLUNTEER: LetterKind.VOLUNTEER_APPROVED,
}


def tell_approved(applications: Sequence[Application], decision: Decision) -> None:
    """Tell applicants, and guardians of minors, the good news; held while it can be undone."""
    _tell_decided(applications, APPROVED, LetterKind.WARD_APPROVED, decision, is_held=True)


def tell_returned(applications: Sequence[Application], decision: Decision) -> None:
    """Tell applicants what to do next; held while it can be undone (ux.md S25)."""
    kinds = dict.fromkeys(ApplicationKind, LetterKind.APPLICATION_RETURNED)
    _tell_decided(applications, kinds, LetterKind.WARD_RETURNED, decision, is_held=True)


def tell_rejected(applications: Sequence[Application], decision: Decision) -> None:
    """Tell applicants that it ended; this cannot be undone."""
    kinds = dict.fromkeys(ApplicationKind, LetterKind.APPLICATION_REJECTED)
    _tell_decided(applications, kinds, LetterKind.WARD_REJECTED, decision, is_held=False)


def call_back(applications: Sequence[Application], decision: Decision, now: datetime) -> None:
    """Forget the letters of a decision that was undone before anybody could read them."""
    call_letters_back([_topic(one, decision) for one in applications], now=now)


def hold_back(decision: Decision, until: datetime, among: Sequence[int] | None = None) -> None:
    """Hold the letters of a decision that nobody could read yet, all or of these applications."""
    topics = select(literal("application:") + Application.code + f":{decision.code}")
    topics = topics.where(Application.decision_id == decision.id)
    if among is not None:
        topics = topics.where(Application.id.in_(among))
    hold_letters_back(topics, until)


def tell_consent(application: Application, kind: LetterKind, now: datetime) -> None:
    """Tell an applicant what the guardian answered."""
    topic = f"consent:{application.consent_request_id}:{kind}"
    details = {"code": application.code} if kind is not LetterKind.CONSENT_WITHDRAWN else {}
    news = News(kind, application.organization, topic, details)
    tell_people([(application.person_id, news)], now=now)


def tell_handler(application: Application, now: datetime) -> None:
    """Tell everybody who keeps the queue where an application waits that its applicant asked."""
    days = (now - application.submitted_at).days
    topic = f"application:{application.code}:nudge:{now:%Y%m%d}"
    kind, handler = LetterKind.APPLICATION_NUDGED, application.handler
    news = News(kind, handler, topic, {"days": days})
    tell_accounts([(user, news) for user in _holders(handler.id, now)], now=now)


def tell_filing_returned(organization: Organization, decision_code: str, now: datetime) -> None:
    """Tell those who keep an organization that filings of it came back."""
    topic = f"filings:{decision_code}:{organization.code}"
    news = News(LetterKind.FILING_RETURNED, organization, topic)
    tell_accounts([(user, news) for user in _holders(organization.id, now)], now=now)


def tell_filed(memberships: Iterable[Membership], day: date, now: datetime) -> None:
    """Tell members that the county has filed them."""
    kind = LetterKind.MEMBERSHIP_FILED
    tell_people(
        [
            (one.person_id, News(kind, one.organization, f"filed:{one.code}:{day:%Y%m%d}"))
            for one in memberships
        ],
        now=now,
    )


def tell_transfers(
    transfers: Iterable[Transfer], kind: LetterKind, sender: str, now: datetime
) -> None:
    """Tell members where their transfers are; ``sender`` names the organization that did it."""
    tell_people(
        [
            (
                one.membership.person_id,
                News(kind, getattr(one, sender), f"transfer:{one.code}:{kind}"),
            )
            for one in transfers
        ],
        now=now,
    )


def tell_withdrawals(
    withdrawals: Iterable[Withdrawal], kind: LetterKind, now: datetime, **details: Any
) -> None:
    """Tell those who left, or thought better of it, what is written of it."""
    tell_people(
        [
            (
                one.membership.person_id,
                News(kind, one.organization, f"leaving:{one.code}:{kind}", details),
            )
            for one in withdrawals
        ],
        now=now,
    )


def tell_honour(honour: Honour, kind: LetterKind, now: datetime) -> None:
    """Tell a member of an honour recorded or taken back."""
    membership = honour.membership
    news = News(kind, membership.organization, f"honour:{honour.code}:{kind}")
    tell_people([(membership.person_id, news)], now=now)


def _tell_decided(
    applications: Sequence[Application],
    kinds: Mapping[ApplicationKind, LetterKind],
    ward_kind: LetterKind,
    decision: Decision,
    *,
    is_held: bool,
) -> None:
    now, today = decision.decided_at, clock.local(decision.decided_at).date()
    minutes = settings.value("decisions.undo_minutes", on=today) if is_held else 0
    hold = timedelta(minutes=minutes)
    own = [
        (one.person_id, _news(kinds[one.kind], one, decision, {"code": one.code}))
        for one in applications
    ]
    tell_people(own, now=now, hold=hold)
    minors = {
        one.consent_request_id: one
        for one in applications
        if one.consent_request_id is not None and _is_minor(one, today)
    }
    told = [
        (user, _ward_news(ward_kind, minors[request_id], decision))
        for request_id, user in guardians_who_agreed(minors)
    ]
    tell_accounts(told, now=now, hold=hold)


def _is_minor(application: Application, today: date) -> bool:
    """Return whether a guardian is still told: access ends at 18 (decisions.md D5)."""
    born_on = application.person.born_on
    return born_on is not None and is_minor_on(born_on, today)


def _news(
    kind: LetterKind, application: Application, decision: Decision, details: Mapping[str, Any]
) -> News:
    topic, phone = _topic(application, decision), partial(_phone, application)
    return News(kind, application.organization, topic, details, phone=phone)


def _phone(application: Application) -> str:
    return application.person.plain_phone


def _ward_news(kind: LetterKind, application: Application, decision: Decision) -> News:
    details, topic = {"ward": mask_name(application.person.name)}, _topic(application, decision)
    return News(kind, application.organization, topic, details, application.person_id)


def _holders(organization_id: int, now: datetime) -> list[User]:
    """Return who keeps the queue of an organization today."""
    posts = holders_at(organization_id, (*KEEPERS, Role.OFFICER), clock.local(now).date())
    return list({post.user_id: post.user for post in posts}.values())


def _topic(application: Application, decision: Decision) -> str:
    return f"application:{application.code}:{decision.code}"
