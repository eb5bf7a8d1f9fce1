"""Certificates of service in every state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core.audit.operations import Actor
from core.database import db
from datasets.demo.people import Stage
from volunteers import operations as hours
from volunteers.models import ServiceCertificate, Volunteer, VolunteerTotal
from volunteers.rules.certificates import CertificateReason, Period

SERVED = 60
CERTIFIED = 3


def build_awards(stage: Stage) -> None:
    """Let some volunteers ask for certificates; one is replaced, one revoked."""
    db.session.flush()
    asking = db.session.scalars(
        select(Volunteer)
        .join(VolunteerTotal, VolunteerTotal.volunteer_id == Volunteer.id)
        .where(VolunteerTotal.confirmed_minutes >= SERVED)
        .group_by(Volunteer.id)
        .order_by(Volunteer.id)
        .limit(CERTIFIED)
    ).all()
    period = Period(stage.today - timedelta(days=300), stage.today - timedelta(days=1))
    issued = [
        hours.issue_certificate(
            one.person_id, period, by=Actor(None, one.person_id), now=stage.at(1, 9 + turn)
        )
        for turn, one in enumerate(asking)
    ]
    _, second, third = issued
    reason = CertificateReason.PERSON_CORRECTED
    hours.replace_certificate(second.code, reason, "", **_at_issuer(stage, second))
    reason = CertificateReason.WRONG_PERSON
    hours.revoke_certificate(third.code, reason, "", **_at_issuer(stage, third))


def _at_issuer(stage: Stage, certificate: ServiceCertificate) -> dict[str, Any]:
    keeper = stage.keepers[certificate.issuer_id]
    return {"issuer_id": certificate.issuer_id, "by": keeper, "now": stage.at(0, 8)}
