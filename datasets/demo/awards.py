"""Certificates of service and stars in every state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

from sqlalchemy import select

from core.audit.operations import Actor
from core.database import db
from datasets.demo.people import Stage
from volunteers import operations as hours
from volunteers.models import ServiceCertificate, StarGrant, Volunteer
from volunteers.rules import Entry, ServiceField
from volunteers.rules.certificates import CertificateReason, Period
from volunteers.rules.stars import StarReason

SERVED_DAYS, SERVED_MINUTES, SERVED_SINCE = 13, 480, 40
STARRED = 7
NOTICED_AGO, REVOKED_AGO = 12, 2


def build_awards(stage: Stage) -> None:
    """Let some volunteers serve long, and ask for stars and certificates."""
    db.session.flush()
    asking = _who_serve_long(stage)
    for volunteer in asking:
        _serve_long(stage, volunteer)
    _build_stars(stage, asking)
    _build_certificates(stage, asking)


def _who_serve_long(stage: Stage) -> Sequence[Volunteer]:
    """Return volunteers of old whose hours somebody else confirms."""
    keepers = {keeper.person_id for keeper in stage.keepers.values()}
    first = stage.today - timedelta(days=SERVED_SINCE + 2 * SERVED_DAYS)
    found = db.session.scalars(
        select(Volunteer)
        .where(Volunteer.entered_on < first, Volunteer.person_id.not_in(keepers))
        .where(Volunteer.organization_id.in_(stage.keepers), Volunteer.county_id.is_not(None))
        .order_by(Volunteer.id)
        .limit(STARRED)
    )
    return found.all()


def _serve_long(stage: Stage, volunteer: Volunteer) -> None:
    """Credit a hundred hours of afternoons, each confirmed on the next day."""
    for turn in range(SERVED_DAYS):
        days_ago = SERVED_SINCE + 2 * turn
        day = stage.today - timedelta(days=days_ago)
        entry = Entry(day, SERVED_MINUTES, "应急值守", ServiceField.RESCUE, start=time(14))
        by = Actor(None, volunteer.person_id)
        record = hours.log_service(volunteer.person_id, entry, by=by, now=stage.at(days_ago, 23))
        hours.confirm(
            [record.code],
            handler_id=record.handler_id,
            by=stage.keepers[record.handler_id],
            now=stage.at(days_ago - 1, 18),
            doubtful=True,
        )


def _build_stars(stage: Stage, asking: Sequence[Volunteer]) -> None:
    """Leave one star in every state, as far as there are volunteers with the hours."""
    grants = [
        hours.apply_for_star(
            one.person_id, by=Actor(None, one.person_id), now=stage.at(NOTICED_AGO + 3)
        )
        for one in asking
    ]
    for grant in grants[2:]:
        _at_branch(stage, grant)
    for grant in grants[3:]:
        old = grant in grants[5:]
        hours.notice_star(grant.code, **_at_granter(stage, grant, NOTICED_AGO if old else 1))
    for grant in grants[1:2]:
        at = _at_granter(stage, grant, 1)
        hours.refuse_star(grant.code, StarReason.OTHER, "请先补齐服务记录", **at)
    for grant in grants[4:5]:
        other = Actor(stage.keepers[grant.granter_id].user_id)
        hours.object_to_star(grant.code, "有一天没有看到本人", by=other, now=stage.at(0, 7))
    hours.grant_due(stage.at(REVOKED_AGO))
    for grant in grants[6:7]:
        at = _at_granter(stage, grant, 1)
        hours.revoke_star(grant.code, StarReason.MISTAKE, "", **at)


def _at_branch(stage: Stage, grant: StarGrant) -> None:
    place_id = grant.volunteer.organization_id
    by, now = stage.keepers[place_id], stage.at(NOTICED_AGO + 2)
    hours.check_star(grant.code, place_id=place_id, by=by, now=now)


def _at_granter(stage: Stage, grant: StarGrant, days_ago: int) -> dict[str, Any]:
    keeper, now = stage.keepers[grant.granter_id], stage.at(days_ago, 10)
    return {"place_id": grant.granter_id, "by": keeper, "now": now}


def _build_certificates(stage: Stage, asking: Sequence[Volunteer]) -> None:
    """Leave one certificate in force, one replaced, one revoked, false ones held and cleared."""
    period = Period(stage.today - timedelta(days=300), stage.today - timedelta(days=1))
    issued = [
        hours.issue_certificate(
            one.person_id, period, by=Actor(None, one.person_id), now=stage.at(1, 9)
        )
        for one in asking[:5]
    ]
    for one in issued[1:2]:
        reason = CertificateReason.PERSON_CORRECTED
        hours.replace_certificate(one.code, reason, "", **_at_issuer(stage, one))
    for one in issued[2:3]:
        reason = CertificateReason.WRONG_PERSON
        hours.revoke_certificate(one.code, reason, "", **_at_issuer(stage, one))
    for one in issued[3:]:
        reason = CertificateReason.FALSE_HOURS
        hours.revoke_certificate(one.code, reason, "有一天没有到", **_at_issuer(stage, one))
    for one in issued[4:]:
        hours.clear_certificate(one.code, "查了签到，时长无误", **_at_issuer(stage, one))


def _at_issuer(stage: Stage, certificate: ServiceCertificate) -> dict[str, Any]:
    keeper = stage.keepers[certificate.issuer_id]
    return {"issuer_id": certificate.issuer_id, "by": keeper, "now": stage.at(0, 0)}
