"""Whom decisions over hours are told of, and in which kind of letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.letters import Details
from accounts.operations.letters import News, tell_people
from accounts.operations.letters import call_back as call_letters_back
from accounts.rules.letters import LetterKind
from core import settings
from members.models import Decision
from organizations.models import Organization
from volunteers.models import Registration, ServiceCertificate, ServiceRecord, StarGrant
from volunteers.queries import stars
from volunteers.queries.holders import holder_of
from volunteers.rules import ServiceStatus, day_of


def tell_confirmed(records: Sequence[ServiceRecord], decision: Decision) -> None:
    """Tell each volunteer once, with the number of records; held while it can be undone."""
    by_person: dict[int, list[ServiceRecord]] = defaultdict(list)
    for record in records:
        by_person[record.person_id].append(record)
    topic = _topic_of_all(decision)
    news = [
        (
            person_id,
            News(LetterKind.HOURS_CONFIRMED, own[0].handler, topic, {"count": len(own)}),
        )
        for person_id, own in by_person.items()
    ]
    tell_people(news, now=decision.decided_at, hold=_hold(decision))


def tell_refused(records: Sequence[ServiceRecord], decision: Decision) -> None:
    """Tell of each refusal by itself: its reason and the objection stand at the record."""
    kind = LetterKind.HOURS_REFUSED
    news = [
        (one.person_id, News(kind, one.handler, _topic(one, decision), {"code": one.code}))
        for one in records
    ]
    tell_people(news, now=decision.decided_at, hold=_hold(decision))


def tell_entered(records: Sequence[ServiceRecord], now: datetime) -> None:
    """Tell everybody for whom hours were entered, at once: he may say that it was not him."""
    kind = LetterKind.HOURS_ENTERED
    news = [
        (
            one.person_id,
            News(
                kind,
                one.organization,
                f"hours:{one.code}:{kind}",
                {"code": one.code, "day": one.served_on.isoformat()},
            ),
        )
        for one in records
    ]
    tell_people(news, now=now)


def call_back(records: Sequence[ServiceRecord], decision: Decision, now: datetime) -> None:
    """Forget the letters of a decision that is undone."""
    topics = [_topic_of_all(decision), *(_topic(one, decision) for one in records)]
    call_letters_back(topics, now=now)


def tell_of(records: Sequence[ServiceRecord], kind: LetterKind, now: datetime) -> None:
    """Tell the volunteers of corrections, or of the answers to objections, each by itself."""
    corrected = kind is LetterKind.HOURS_CORRECTED
    is_own = {one.id for one in records if corrected and one.status is ServiceStatus.CONFIRMED}
    _tell(
        [(one, one.organization if one.id in is_own else one.handler) for one in records], kind, now
    )


def tell_each(
    records: Sequence[ServiceRecord], kind: LetterKind, place: Organization, now: datetime
) -> None:
    """Tell the volunteer of every record by itself, from who looks at it."""
    _tell([(one, place) for one in records], kind, now)


def _tell(
    senders: Sequence[tuple[ServiceRecord, Organization]], kind: LetterKind, now: datetime
) -> None:
    news = [
        (
            one.person_id,
            News(kind, place, f"hours:{one.code}:{kind}:{now:%Y%m%d%H%M%S}", {"code": one.code}),
        )
        for one, place in senders
    ]
    tell_people(news, now=now)


def tell_of_registration(registration: Registration, kind: LetterKind, now: datetime) -> None:
    """Tell a volunteer what became of the application for the registered grade."""
    topic = f"registration:{registration.code}:{kind}:{now:%Y%m%d%H%M%S}"
    person_id = registration.volunteer.person_id
    tell_people([(person_id, News(kind, registration.handler, topic))], now=now)


def _hold(decision: Decision) -> timedelta:
    minutes = settings.value("decisions.undo_minutes", day_of(decision.decided_at))
    return timedelta(minutes=minutes)


def _topic_of_all(decision: Decision) -> str:
    return f"hours:{decision.code}"


def _topic(record: ServiceRecord, decision: Decision) -> str:
    return f"hours:{decision.code}:{record.code}"


def tell_certificate(
    certificate: ServiceCertificate, code: str, kind: LetterKind, now: datetime
) -> None:
    """Tell the holder that a certificate ended; ``code`` is of the one to look at."""
    topic = f"certificate:{certificate.code}:{kind}"
    news = News(kind, certificate.issuer, topic, {"code": code})
    tell_people([(holder_of(certificate), news)], now=now)


def tell_star(grant: StarGrant, kind: LetterKind, now: datetime) -> None:
    """Tell a volunteer what became of a star."""
    details: Details = {"star": grant.star}
    if kind is LetterKind.STAR_NOTICED and grant.notice_until is not None:
        details = {**details, "day": grant.notice_until.isoformat()}
    topic = f"star:{grant.code}:{kind}"
    news = News(kind, grant.granter, topic, details)
    tell_people([(stars.holder_of(grant), news)], now=now)
