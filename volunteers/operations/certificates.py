"""Issuing certificates of service, replacing and revoking them; free of charge (VOL-40)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from accounts.rules.letters import LetterKind
from core import crypto, keyring, settings, signatures
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import N_, IllegalTransition, RuleViolation, UnknownRowError, next_state
from core.transactions import TryAgainError
from members.operations import take_serial
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure, ids_of_path
from people.models import Person
from volunteers import letters
from volunteers.models import (
    CertificateClearance,
    CertificateEnd,
    ServiceCertificate,
    Volunteer,
)
from volunteers.operations.admission import lock_volunteer
from volunteers.queries import certificates as reading
from volunteers.queries import holders
from volunteers.queries.certificates import proof_of
from volunteers.queries.holders import holder_of
from volunteers.rules import day_of
from volunteers.rules.certificates import (
    CERTIFICATE_TRANSITIONS,
    CertificateAction,
    CertificateReason,
    CertificateStatus,
    Period,
    canonical,
    certificate_number,
    check_clearance,
    check_end,
    check_may_issue,
    facts_of,
    say_the_same,
)

PURPOSE = "service-certificate"


def verify_token(code: str, digest: bytes | None = None) -> str:
    """Return the token of a certificate's verification link: 128 bits that need the index key.

    With the stored digest it is the token of the papers given out, whatever key serves now; nothing
    where the key of that day is gone.
    """
    if digest is None:
        return keyring.paper_code(code, PURPOSE)
    return keyring.known_paper_code(code, PURPOSE, digest)


def issue_certificate(
    person_id: int, period: Period, *, by: Actor, now: datetime
) -> ServiceCertificate:
    """Return a certificate of what the ledger proves of a person for some days.

    One that says the same and is in force is given again; one of the same days that says something
    else, or whose code cannot be written any more, is replaced. Raises RuleViolation where nothing
    may be certified yet.
    """
    volunteer = lock_volunteer(person_id)
    if volunteer is None:
        raise UnknownRowError
    issuer = _issuer_of(volunteer)
    facts = _facts(volunteer, issuer, period, now)
    earlier, reason = reading.in_force(volunteer.id, period), CertificateReason.HOURS_CORRECTED
    if earlier and say_the_same(holders.facts_in(earlier), facts):
        if verify_token(earlier.code, earlier.verify_digest):
            return earlier
        reason = CertificateReason.OTHER
    _check_may_issue(volunteer, period, by, now)
    fresh = _issue(volunteer, issuer, period, facts, by=by, now=now)
    if earlier:
        _end(earlier, CertificateStatus.REPLACED, reason, fresh, by, now)
    return fresh


def _check_may_issue(volunteer: Volunteer, period: Period, by: Actor, now: datetime) -> None:
    day = day_of(now)
    check_may_issue(
        reading.held_number(volunteer.id, period),
        reading.issued_on(volunteer.id, by.user_id, day),
        settings.value("certificates.per_day", day),
    )


def replace_certificate(
    code: str, reason: CertificateReason, note: str, *, issuer_id: int, by: Actor, now: datetime
) -> ServiceCertificate:
    """Return the certificate that stands in the place of another: same days, facts of now."""
    old = _lock(code, issuer_id, by)
    status = next_state(CERTIFICATE_TRANSITIONS, old.status, CertificateAction.REPLACE)
    text = check_end(CertificateAction.REPLACE, reason, note)
    volunteer = lock_volunteer(holder_of(old))
    if volunteer is None:
        raise UnknownRowError(code)
    period = Period(old.first_on, old.last_on)
    facts = _facts(volunteer, old.issuer, period, now)
    fresh = _issue(volunteer, old.issuer, period, facts, by=by, now=now)
    _end(old, status, reason, fresh, by, now, text)
    letters.tell_certificate(old, fresh.code, LetterKind.CERTIFICATE_REPLACED, now)
    return fresh


def revoke_certificate(
    code: str, reason: CertificateReason, note: str, *, issuer_id: int, by: Actor, now: datetime
) -> ServiceCertificate:
    """Return a certificate that is void from now on, with the reason that its holder reads."""
    old = _lock(code, issuer_id, by)
    status = next_state(CERTIFICATE_TRANSITIONS, old.status, CertificateAction.REVOKE)
    _end(old, status, reason, None, by, now, check_end(CertificateAction.REVOKE, reason, note))
    letters.tell_certificate(old, old.code, LetterKind.CERTIFICATE_REVOKED, now)
    return old


def clear_certificate(
    code: str, note: str, *, issuer_id: int, by: Actor, now: datetime
) -> ServiceCertificate:
    """Return a certificate whose false hours were looked into: its days may be certified anew.

    The ledger was corrected before, or nothing was wrong in it; the note says which.
    """
    old = _lock(code, issuer_id, by)
    text = check_clearance(note)
    if old.end is None or not old.is_held:
        raise IllegalTransition(old.status, CertificateAction.CLEAR)
    old.end.clearance = CertificateClearance(note=text, cleared_at=now, cleared_by_id=by.user_id)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    audit("certificates.clear", "service_certificate", old.id, by=by)
    letters.tell_certificate(old, old.code, LetterKind.CERTIFICATE_CLEARED, now)
    return old


def _lock(code: str, issuer_id: int, by: Actor) -> ServiceCertificate:
    """Return a certificate of an issuer, locked; nobody decides over his own (SEC four eyes)."""
    one = ServiceCertificate
    found = db.session.scalars(
        select(one)
        .options(joinedload(one.volunteer, innerjoin=True), joinedload(one.issuer, innerjoin=True))
        .where(one.code == code, one.issuer_id == issuer_id)
        .with_for_update(of=one)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise UnknownRowError(code)
    if by.person_id is not None and holder_of(found) == by.person_id:
        raise RuleViolation("", N_("不能办理自己的证明，请别人办"))
    return found


def _facts(
    volunteer: Volunteer, issuer: Organization, period: Period, now: datetime
) -> dict[str, object]:
    person = db.session.get_one(Person, volunteer.person_id)
    proof = proof_of(person.id, period, now)
    if not proof.minutes and proof.checked_minutes:
        raise RuleViolation("period", N_("这段时间的时长还在核查，核查完才能开证明"))
    if not proof.minutes and proof.open_minutes:
        raise RuleViolation("period", N_("这段时间的时长还在公示，公示完才能开证明"))
    if not proof.minutes and proof.held_minutes:
        raise RuleViolation("period", N_("这段时间的时长刚确认，明天就能开证明"))
    if not proof.minutes:
        raise RuleViolation("period", N_("这段时间没有已确认的时长，不能开证明"))
    return facts_of(proof, _holder(volunteer, person), {"issuer": issuer.name})


def _holder(volunteer: Volunteer, person: Person) -> Mapping[str, str]:
    """Return what names the holder; of the ID number no more than decisions.md D2 allows."""
    return {
        "name": person.name,
        "id_type": person.id_type or "",
        "id_number": person.masked_id_number,
        "volunteer_number": volunteer.number,
    }


def _issuer_of(volunteer: Volunteer) -> Organization:
    """Return the Red Cross that issues: the county, else the nearest level above (VOL-41)."""
    place = db.session.get_one(Organization, volunteer.organization_id)
    above = place.county_id or place.city_id or ids_of_path(place.path)[0]
    return db.session.get_one(Organization, above)


def _issue(
    volunteer: Volunteer,
    issuer: Organization,
    period: Period,
    facts: dict[str, object],
    *,
    by: Actor,
    now: datetime,
) -> ServiceCertificate:
    day, code = day_of(now), crypto.opaque_code(10)
    county = (issuer.division_code or "")[:6].ljust(6, "0")
    serial = take_serial(f"certificate:{county}:{day.year}")
    number = certificate_number(county, day.year, serial)
    text = canonical({**facts, "number": number, "issued_on": day.isoformat()})
    seal = signatures.sign(text)
    certificate = ServiceCertificate(
        code=code,
        number=number,
        verify_digest=keyring.digest_of(verify_token(code)),
        volunteer=volunteer,
        issuer=issuer,
        first_on=period.first,
        last_on=period.last,
        minutes=facts["minutes"],
        facts=text,
        algorithm=seal.algorithm,
        key_id=seal.key_id,
        signature=seal.value,
        issued_at=now,
        issued_by_id=by.user_id,
    )
    db.session.add(certificate)
    db.session.flush()
    figures.add_dated(issuer.path, Measure.CERTIFICATES, 1, day)
    audit("certificates.issue", "service_certificate", certificate.id, by=by, number=number)
    return certificate


def _end(
    old: ServiceCertificate,
    status: CertificateStatus,
    reason: CertificateReason,
    successor: ServiceCertificate | None,
    by: Actor,
    now: datetime,
    note: str = "",
) -> None:
    old.end = CertificateEnd(
        status=status,
        reason=reason,
        note=note,
        successor=successor,
        ended_at=now,
        ended_by_id=by.user_id,
    )
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    audit(f"certificates.{status}", "service_certificate", old.id, by=by, reason=reason)
