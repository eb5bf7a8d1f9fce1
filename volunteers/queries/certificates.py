"""Certificates of service: what the ledger proves, one's own, the register, the truth of now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from core import clock, keyring, settings
from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from core.signatures import is_genuine
from organizations.models import Organization
from people.models import Person
from people.rules import mask_name
from volunteers.models import (
    CertificateEnd,
    LedgerEntry,
    ServiceCertificate,
    ServiceRecord,
    Volunteer,
)
from volunteers.queries.counting import IS_HELD, STANDS, delays_on, held_spans
from volunteers.queries.holders import facts_in, grades_in, holder_of, is_hidden, is_past
from volunteers.queries.stars import adult_since
from volunteers.rules import EntryKind, ServiceMethod
from volunteers.rules.certificates import (
    CertificateReason,
    CertificateStatus,
    Credit,
    Delays,
    Period,
    Proof,
    first_day,
    is_witnessed,
    prove,
    wait_of,
)

PAGE = 50
MOST = 100
NOTICE = "certificates.notice_days"


def credits_of(person_id: int, period: Period | None = None) -> list[Credit]:
    """Return the credits of a person that stand in the ledger, of some days or of all: one read."""
    record = ServiceRecord
    statement = (
        select(
            record.title,
            Organization.name,
            LedgerEntry.method,
            LedgerEntry.starts_at,
            LedgerEntry.ends_at,
            LedgerEntry.entered_at,
            record.sheet_id,
            LedgerEntry.reason,
            IS_HELD.label("is_held"),
        )
        .join(LedgerEntry, LedgerEntry.record_id == record.id)
        .join(Organization, Organization.id == record.organization_id)
        .where(record.person_id == person_id, LedgerEntry.kind == EntryKind.CREDIT, STANDS)
    )
    if period is not None:
        first, last = clock.days_bounds(period.first, period.last)
        statement = statement.where(record.starts_at < last, record.ends_at > first)
    return [
        Credit(*row[:-3], is_witnessed(row.method, row.sheet_id, row.reason), row.is_held)
        for row in db.session.execute(statement)
    ]


def first_service(person_id: int) -> date | None:
    """Return the first day on which a person served, as the ledger has it."""
    return first_day(credits_of(person_id))


def proof_of(person_id: int, period: Period, now: datetime) -> Proof:
    """Return what may be certified of a person now."""
    delays = delays_on(clock.local(now).date())
    return prove(credits_of(person_id, period), period, now, delays)


def own_certificates(volunteer_id: int) -> Sequence[ServiceCertificate]:
    """Return the certificates of a volunteer, newest first, those of merged records among them."""
    return db.session.scalars(
        _whole().where(_belongs_to(volunteer_id)).order_by(ServiceCertificate.id.desc()).limit(MOST)
    ).all()


def own_certificate(volunteer_id: int, code: str) -> ServiceCertificate | None:
    """Return one certificate of a volunteer."""
    return db.session.scalars(
        _whole().where(_belongs_to(volunteer_id), ServiceCertificate.code == code)
    ).one_or_none()


def in_force(volunteer_id: int, period: Period) -> ServiceCertificate | None:
    """Return the certificate of a volunteer that stands for these very days."""
    one = ServiceCertificate
    return db.session.scalars(
        _whole()
        .where(
            _belongs_to(volunteer_id),
            one.first_on == period.first,
            one.last_on == period.last,
            ~one.end.has(),
        )
        .order_by(one.id.desc())
        .limit(1)
    ).one_or_none()


def held_number(volunteer_id: int, period: Period) -> str:
    """Return the number of a certificate of some of these days whose false hours nobody cleared."""
    one, end = ServiceCertificate, CertificateEnd
    found = db.session.scalars(
        select(one.number)
        .join(end, end.certificate_id == one.id)
        .where(
            _belongs_to(volunteer_id),
            one.first_on <= period.last,
            one.last_on >= period.first,
            end.reason == CertificateReason.FALSE_HOURS,
            ~end.clearance.has(),
        )
        .order_by(one.id.desc())
        .limit(1)
    )
    return found.one_or_none() or ""


def issued_on(volunteer_id: int, user_id: int | None, day: date) -> int:
    """Return how many certificates an account issued to its own volunteer on a day."""
    first, last = clock.day_bounds(day)
    one = ServiceCertificate
    counted = select(func.count()).where(
        _belongs_to(volunteer_id),
        one.issued_by_id == user_id,
        one.issued_at >= first,
        one.issued_at < last,
    )
    return db.session.scalar(counted) or 0


def notice_end(certificate: ServiceCertificate) -> date:
    """Return the last day on which a certificate is noticed in the unit (VOL-43)."""
    day = clock.local(certificate.issued_at).date()
    return day + timedelta(days=settings.value(NOTICE, day))


def notices_for(volunteer: Volunteer, today: date) -> Sequence[ServiceCertificate]:
    """Return what was certified lately in a volunteer's unit, newest first; no minor (PRV-12)."""
    since = today - timedelta(days=settings.value(NOTICE, today))
    one, other = ServiceCertificate, aliased(Volunteer)
    return db.session.scalars(
        _whole()
        .join(other, other.id == one.volunteer_id)
        .join(Person, Person.id == other.person_id)
        .where(
            other.organization_id == volunteer.organization_id,
            one.issued_at >= clock.day_bounds(since)[0],
            ~one.end.has(),
            Person.born_on <= adult_since(today),
        )
        .order_by(one.id.desc())
        .limit(MOST)
    ).all()


def certificates_at(
    scope: Scope, after: str = "", *conditions: ColumnElement[bool]
) -> Page[ServiceCertificate]:
    """Return the register of an issuer, newest first: one statement."""
    one = ServiceCertificate
    statement = _whole().where(one.issuer_id == scope.place.id, *conditions)
    if after:
        anchor = select(one.id).where(one.code == after, one.issuer_id == scope.place.id)
        statement = statement.where(one.id < anchor.scalar_subquery())
    rows = db.session.scalars(statement.order_by(one.id.desc()).limit(PAGE + 1)).all()
    return page_of(rows, PAGE)


def certificate_of(code: str) -> ServiceCertificate | None:
    """Return the certificate of a code, whoever holds it."""
    return db.session.scalars(_whole().where(ServiceCertificate.code == code)).one_or_none()


def certificate_at(scope: Scope, code: str) -> ServiceCertificate | None:
    """Return one certificate of an issuer."""
    one = ServiceCertificate
    return db.session.scalars(
        _whole().where(one.issuer_id == scope.place.id, one.code == code)
    ).one_or_none()


def corrected(certificates: Collection[ServiceCertificate]) -> set[int]:
    """Return the ids of certificates that hold hours which were taken back since: one statement."""
    if not certificates:
        return set()
    people = {holder_of(one) for one in certificates}
    credit, record = aliased(LedgerEntry), ServiceRecord
    rows = db.session.execute(
        select(
            record.person_id,
            record.id,
            credit.starts_at,
            credit.ends_at,
            credit.method,
            credit.entered_at,
            LedgerEntry.entered_at,
            record.sheet_id,
            credit.reason,
        )
        .join(record, record.id == LedgerEntry.record_id)
        .join(credit, credit.id == LedgerEntry.reverses_id)
        .where(record.person_id.in_(people), LedgerEntry.kind == EntryKind.REVERSAL)
    ).all()
    lost = [_Lost(*row[:4], is_witnessed(row[4], *row[-2:]), *row[5:-2]) for row in rows]
    spans = held_spans({loss.record_id for loss in lost}) if lost else {}
    return {
        one.id
        for one in certificates
        if any(_counted(one, loss, spans.get(loss.record_id, ())) for loss in lost)
    }


@dataclass(frozen=True, slots=True)
class _Lost:
    """A credit that was reversed, and when."""

    person_id: int
    record_id: int
    starts_at: datetime
    ends_at: datetime
    is_witnessed: bool
    entered_at: datetime
    reversed_at: datetime


_Spans = Collection[tuple[datetime, datetime | None]]


def _counted(one: ServiceCertificate, loss: _Lost, spans: _Spans) -> bool:
    """Return whether a certificate counted what was lost after it was issued."""
    first, last = clock.days_bounds(one.first_on, one.last_on)
    at = one.issued_at
    is_held = any(since <= at and (until is None or at < until) for since, until in spans)
    delays = delays_on(clock.local(at).date())
    return (
        holder_of(one) == loss.person_id
        and loss.starts_at < last
        and loss.ends_at > first
        and loss.entered_at <= at < loss.reversed_at
        and wait_of(loss.entered_at, at, delays, is_held=is_held, is_witnessed=loss.is_witnessed)
        is None
    )


@dataclass(frozen=True, slots=True)
class Truth:
    """What anybody may learn from a certificate's code: the facts of issue, and of now (CERT-02).

    ``name`` is masked; of somebody under 18 it is empty (PRV-12). ``grades`` are minutes by method,
    as issued: hours that are somebody's word are labelled so (LED-05). ``is_past``: kept no longer,
    without the holder and without the signature.
    """

    status: CertificateStatus
    is_past: bool
    is_signed: bool
    is_corrected: bool
    number: str
    name: str
    issuer: str
    period: Period
    issued_on: date
    ended_on: date | None
    minutes: int
    minutes_now: int
    grades: dict[ServiceMethod, int]

    @property
    def is_valid(self) -> bool:
        """Return whether the certificate may be relied on now."""
        return self.status is CertificateStatus.VALID and self.is_signed and not self.is_corrected


def verify_certificate(token: str, today: date) -> Truth | None:
    """Return what a certificate's link says; nothing for a wrong and a malformed one alike."""
    digest = keyring.digest_of(token)
    found = db.session.scalars(
        _whole().where(ServiceCertificate.verify_digest == digest)
    ).one_or_none()
    return None if found is None else truth_of(found, today)


def truth_of(found: ServiceCertificate, today: date) -> Truth:
    """Return what is true of a certificate now; its own text is read, never the fields beside."""
    facts = facts_in(found)
    period = Period(date.fromisoformat(facts["first_on"]), date.fromisoformat(facts["last_on"]))
    credited = [replace(one, is_held=False) for one in credits_of(holder_of(found), period)]
    proof = prove(credited, period, clock.now(), Delays())
    return Truth(
        status=found.status,
        is_past=is_past(found),
        is_signed=is_genuine(found.facts, found.seal) and facts["number"] == found.number,
        is_corrected=found.id in corrected([found]),
        number=facts["number"],
        name="" if is_hidden(found, today) else mask_name(facts["name"]),
        issuer=facts["issuer"],
        period=period,
        issued_on=date.fromisoformat(facts["issued_on"]),
        ended_on=clock.local(found.end.ended_at).date() if found.end else None,
        minutes=facts["minutes"],
        minutes_now=proof.minutes,
        grades=grades_in(found),
    )


def _whole() -> Select[ServiceCertificate]:
    volunteer = joinedload(ServiceCertificate.volunteer, innerjoin=True)
    return select(ServiceCertificate).options(
        volunteer.joinedload(Volunteer.person, innerjoin=True).joinedload(Person.merged_into),
        joinedload(ServiceCertificate.issuer, innerjoin=True),
        joinedload(ServiceCertificate.end).joinedload(CertificateEnd.clearance),
    )


def _belongs_to(volunteer_id: int) -> Any:
    one = select(Volunteer.id).where(
        or_(Volunteer.id == volunteer_id, Volunteer.merged_into_id == volunteer_id)
    )
    return ServiceCertificate.volunteer_id.in_(one)
