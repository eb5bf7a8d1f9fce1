"""Certificates whose hours were corrected after they were issued: to review (domain.md VOL-47)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from core.access.scope import Scope
from core.paging import Page
from volunteers.models import (
    CertificateEnd,
    LedgerEntry,
    ServiceCertificate,
    ServiceRecord,
    Volunteer,
)
from volunteers.queries.certificates import certificates_at, corrected
from volunteers.rules import EntryKind


def certificates_to_review(scope: Scope, after: str = "") -> Page[ServiceCertificate]:
    """Return a page of valid certificates that hold hours taken back since: two statements.

    What the register finds is looked at again by the arithmetic of the certificate, so that a
    page may hold fewer rows than others.
    """
    page = certificates_at(scope, after, _lost_since())
    touched = corrected(page.rows)
    return Page([one for one in page.rows if one.id in touched], page.next_after)


def _lost_since() -> ColumnElement[bool]:
    """Return that a certificate stands, and hours of its days were reversed after its issue."""
    one, reversal, record, holder = (
        ServiceCertificate,
        aliased(LedgerEntry),
        aliased(ServiceRecord),
        aliased(Volunteer),
    )
    ended = exists().where(CertificateEnd.certificate_id == one.id)
    lost = exists().where(
        holder.id == one.volunteer_id,
        record.person_id == holder.person_id,
        reversal.record_id == record.id,
        reversal.kind == EntryKind.REVERSAL,
        reversal.entered_at > one.issued_at,
    )
    return ~ended & lost
