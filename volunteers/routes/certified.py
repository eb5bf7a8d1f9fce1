"""What pages of one certificate have in common: its facts, its link, its papers."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import abort, url_for

from core import clock, keyring, settings
from core.crypto import is_same_secret
from core.web import config_value
from volunteers import operations
from volunteers.labels import LABELS
from volunteers.paper import Sheet
from volunteers.queries import certificates as reading
from volunteers.queries import holders
from volunteers.rules.certificates import CertificateStatus, Period

if TYPE_CHECKING:
    from volunteers.queries import ServiceCertificate

PAPERS = "20 per minute"
MAX_CODE = 12
TOKEN_PARTS = 3
HEX = re.compile(r"[0-9a-f]{8,12}")
TONES = {
    CertificateStatus.VALID: "ok",
    CertificateStatus.REPLACED: "neutral",
    CertificateStatus.REVOKED: "error",
}


def facts_shown(certificate: ServiceCertificate, *, is_own: bool = False) -> dict[str, Any]:
    """Return what pages of one certificate show."""
    facts, today = holders.facts_in(certificate), clock.today()
    notice_end = reading.notice_end(certificate)
    return {
        "name": facts["name"] if is_own else holders.name_at(certificate, today),
        "certificate": certificate,
        "facts": facts,
        "grades": holders.grades_in(certificate),
        "period": Period(certificate.first_on, certificate.last_on),
        "is_corrected": certificate.id in reading.corrected([certificate]),
        "issued_on": clock.local(certificate.issued_at).date(),
        "notice_until": notice_end if today <= notice_end and not certificate.end else None,
        "tones": TONES,
    }


def link_of(certificate: ServiceCertificate) -> str:
    """Return the address that the code leads to; nothing where its key is gone."""
    token = operations.verify_token(certificate.code, certificate.verify_digest)
    if not token:
        return ""
    return str(config_value("origin") + url_for("volunteers.verify_certificate", token=token))


def paper_token(certificate: ServiceCertificate, now: datetime) -> str:
    """Return what opens the paper of a certificate for the hours of the setting, to anybody."""
    hours = settings.value("certificates.link_hours", clock.local(now).date())
    until = int((now + timedelta(hours=hours)).timestamp())
    return f"{certificate.code}-{until:x}-{_proof(certificate.code, until)}"


def code_in(token: str, now: datetime) -> str:
    """Return the code of the certificate that a token opens now, nothing for any other text."""
    parts = token.split("-")
    if len(parts) != TOKEN_PARTS or not HEX.fullmatch(parts[1]):
        return ""
    code, until = parts[0], int(parts[1], 16)
    if now.timestamp() >= until or not is_same_secret(parts[2], _proof(code, until)):
        return ""
    return code


def _proof(code: str, until: int) -> str:
    return keyring.index_of(f"{code}:{until}", "certificate-link").hex()[:32]


def sheet_of(certificate: ServiceCertificate, link: str) -> Sheet:
    """Return what stands on the paper of a certificate."""
    status, seal = certificate.status, certificate.seal
    if holders.is_locked(certificate):
        abort(404)
    return Sheet(
        facts=holders.facts_in(certificate),
        phone=certificate.issuer.phone or "",
        link=link,
        seal=f"{seal.algorithm} {seal.key_id} {seal.value}",
        void="" if status is CertificateStatus.VALID else str(LABELS[CertificateStatus][status]),
    )
