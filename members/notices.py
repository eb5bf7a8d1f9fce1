"""Whom endings, closings, dues and units are told of; who has no account may be told by phone.

The words, and which of them go to a phone, stand in ``accounts.rules.letters``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from accounts.models import User
from accounts.operations.letters import News, tell_accounts, tell_people, tell_strangers
from accounts.operations.letters import call_back as call_letters_back
from accounts.rules.letters import LetterKind
from core import clock, crypto, settings
from core.database import db
from members.models import (
    Application,
    DuesCharge,
    DuesPayment,
    DuesProposal,
    Expulsion,
    GroupMembership,
    Membership,
    Resettlement,
)
from members.rules import ExpulsionAction, MembershipKind, yuan
from members.rules.groups import GroupAction
from organizations.models import Organization
from people.models import Person

MOBILE = re.compile(r"1[3-9][0-9]{9}")
EXPULSIONS: Mapping[ExpulsionAction | None, LetterKind] = {
    None: LetterKind.EXPULSION_PROPOSED,
    ExpulsionAction.ANSWER: LetterKind.EXPULSION_ANSWERED,
    ExpulsionAction.END_HEARING: LetterKind.EXPULSION_HEARD,
    ExpulsionAction.DECIDE: LetterKind.EXPULSION_DECIDED,
    ExpulsionAction.DROP: LetterKind.EXPULSION_DROPPED,
    ExpulsionAction.CONFIRM: LetterKind.EXPULSION_EFFECTIVE,
    ExpulsionAction.APPEAL: LetterKind.EXPULSION_APPEALED,
    ExpulsionAction.UPHOLD: LetterKind.EXPULSION_UPHELD,
    ExpulsionAction.OVERTURN: LetterKind.EXPULSION_OVERTURNED,
}
GROUP_ACTS: Mapping[GroupAction, LetterKind] = {
    GroupAction.RETURN: LetterKind.GROUP_RETURNED,
    GroupAction.REJECT: LetterKind.GROUP_REJECTED,
    GroupAction.FALL_BEHIND: LetterKind.GROUP_BEHIND,
    GroupAction.PROPOSE: LetterKind.GROUP_PROPOSED,
    GroupAction.KEEP: LetterKind.GROUP_KEPT,
    GroupAction.DEREGISTER: LetterKind.GROUP_LAPSED,
    GroupAction.WITHDRAW: LetterKind.GROUP_ENDED,
    GroupAction.DISSOLVE: LetterKind.GROUP_ENDED,
}
#: What a unit is told in place of what a member is told.
OF_UNITS: Mapping[LetterKind, LetterKind] = {
    LetterKind.DUES_CHARGED: LetterKind.GROUP_DUES_CHARGED,
    LetterKind.DUES_RECEIVED: LetterKind.GROUP_DUES_RECEIVED,
    LetterKind.DUES_REFUNDED: LetterKind.GROUP_DUES_REFUNDED,
}
_OF_APPEAL = (ExpulsionAction.APPEAL, ExpulsionAction.UPHOLD, ExpulsionAction.OVERTURN)


def tell_expulsions(
    expulsions: Iterable[Expulsion], action: ExpulsionAction | None, now: datetime
) -> None:
    """Tell members of a step of their expulsions; none is the proposal (domain.md MEM-44)."""
    kind = EXPULSIONS[action]
    news = []
    for one in expulsions:
        until = one.appeal_until if action else one.hearing_until
        place = one.handler if action in _OF_APPEAL else one.organization
        topic = f"expulsion:{one.code}:{kind}:{now:%Y%m%d%H%M%S}"
        news.append(_to_member(one.membership, kind, place, topic, _until(until)))
    tell_people(news, now=now)


def tell_closed(applications: Sequence[Application], now: datetime) -> None:
    """Tell applicants that an organization was closed; held while that can be undone."""
    minutes = settings.value("decisions.undo_minutes", on=clock.local(now).date())
    news = []
    for one in applications:
        kind, topic = LetterKind.APPLICATION_CLOSED, _closed_topic(one, now)
        phone = partial(_phone_of, one.person)
        letter = News(kind, one.organization, topic, {"code": one.code}, phone=phone)
        news.append((one.person_id, letter))
    tell_people(news, now=now, hold=timedelta(minutes=minutes))


def call_closed_back(application: Application, closed_at: datetime, now: datetime) -> None:
    """Forget what an applicant was not yet told: the closing was a mistake."""
    call_letters_back([_closed_topic(application, closed_at)], now=now)


def tell_resettled(rows: Iterable[Resettlement], now: datetime) -> None:
    """Tell members where the closing of an organization took them.

    Pupils without an account hear it at school.
    """
    news = []
    for one in rows:
        kind = LetterKind.RESETTLED_FOR_NOW if one.until_on else LetterKind.RESETTLED
        details = {"old": one.from_organization.name, **_until(one.until_on)}
        topic = f"resettlement:{one.id}"
        news.append(_to_member(one.membership, kind, one.to_organization, topic, details))
    tell_people(news, now=now)


def tell_lapsed(memberships: Iterable[Membership], now: datetime) -> None:
    """Tell members that they found no organization in time and are members no more."""
    kind, at = LetterKind.MEMBERSHIP_LAPSED, f"{now:%Y%m%d}"
    news = [
        _to_member(one, kind, one.organization, f"lapsed:{one.code}:{at}", {})
        for one in memberships
    ]
    tell_people(news, now=now)


def tell_charged(charges: Iterable[DuesCharge], now: datetime) -> None:
    """Tell members what a year costs: one statement for the accounts, one for the letters.

    Units, of which there are few, are told one by one.
    """
    kind, news = LetterKind.DUES_CHARGED, []
    for one in charges:
        if one.group is not None:
            tell_contact(one.group, OF_UNITS[kind], now, **_money(one))
        elif one.membership is not None:
            topic = f"dues:{one.code}"
            news.append(_to_member(one.membership, kind, one.organization, topic, _money(one)))
    tell_people(news, now=now)


def tell_paid(
    payments: Iterable[DuesPayment], kind: LetterKind, place: Organization, now: datetime
) -> None:
    """Tell members and units that their dues came in, or that an entry of it was reversed."""
    news = []
    for one in payments:
        due, details = one.charge, _money(one.charge, one.amount)
        if due.group is not None:
            tell_contact(due.group, OF_UNITS[kind], now, **details)
        elif due.membership is not None:
            topic = f"dues:{one.code}:{kind}"
            news.append(_to_member(due.membership, kind, place, topic, details))
    tell_people(news, now=now)


def tell_unpaid(proposal: DuesProposal, kind: LetterKind, now: datetime) -> None:
    """Tell a member whose dues of two years are unpaid of the notice and its end (MEM-34)."""
    years = settings.value("dues.removal_years", on=date(proposal.year, 1, 1))
    details = {"years": years, **_until(proposal.keep_until)}
    topic = f"dues:{proposal.code}:{kind}"
    news = _to_member(proposal.membership, kind, proposal.organization, topic, details)
    tell_people([news], now=now)


def tell_contact(
    group: GroupMembership, kind: LetterKind, now: datetime, **details: object
) -> None:
    """Tell the contact of a unit; a landline gets nothing, nobody reads there.

    The page of the unit is open only to the account that handed the form in.
    """
    topic = f"group:{group.code}:{crypto.opaque_code(8)}"
    told = {"unit": group.name, **details}
    owner = db.session.get(User, group.owner_id) if group.owner_id else None
    if owner is not None:
        news = News(kind, group.organization, topic, {**told, "code": group.code})
        tell_accounts([(owner, news)], now=now)
        return
    tell_strangers([News(kind, group.organization, topic, told, phone=partial(_mobile, group))])


def _to_member(
    membership: Membership,
    kind: LetterKind,
    place: Organization,
    topic: str,
    details: Mapping[str, object],
) -> tuple[int, News]:
    """Return news for a member, whose phone is asked where there is no account and no minor."""
    phone = partial(_phone, membership)
    return membership.person_id, News(kind, place, topic, details, phone=phone)


def _phone(membership: Membership) -> str:
    is_grown_up = membership.kind is MembershipKind.ADULT
    return _phone_of(membership.person) if is_grown_up else ""


def _phone_of(person: Person) -> str:
    return person.plain_phone


def _mobile(group: GroupMembership) -> str:
    phone = group.plain_phone
    return phone if MOBILE.fullmatch(phone) else ""


def _until(day: date | None) -> dict[str, str]:
    return {"day": day.isoformat()} if day else {}


def _money(charge: DuesCharge, amount: int | None = None) -> dict[str, object]:
    return {"year": charge.year, "yuan": yuan(charge.amount if amount is None else amount)}


def _closed_topic(application: Application, now: datetime) -> str:
    return f"application:{application.code}:closed:{now:%Y%m%d%H%M%S}"
