"""Rows of work at a desk: jobs, files of lists, kept filters; they flush and return the row."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from accounts.models import Post, User
from core import clock, crypto, signatures
from core.audit.operations import Actor
from core.database import db
from core.exports.writing import FileFormat
from core.jobs.models import Job
from core.jobs.rules import JobStatus
from members.models import Export, SavedFilter
from members.operations import open_decision
from members.operations.decisions import APPROVE
from members.rules.exports import ExportPurpose, ExportStatus, ExportSubject
from organizations.models import Organization
from volunteers.models import (
    Hold,
    HoldRecord,
    ServiceCertificate,
    ServiceRecord,
    StarGrant,
    Volunteer,
)
from volunteers.operations import verify_token
from volunteers.rules import Doubt, with_doubt
from volunteers.rules.certificates import canonical
from volunteers.rules.holds import HoldStatus
from volunteers.rules.patterns import Pattern
from volunteers.rules.stars import StarReason, StarStatus


def make_job(
    post: Post,
    status: JobStatus,
    done: int,
    total: int,
    problem: str = "",
    *,
    kind: str = "members.drive",
) -> Job:
    """Return a job of a post begun an hour ago: approving all, where nothing else is said."""
    now = clock.now()
    by = Actor(post.user_id, None, post.id, post.role, post.organization_id)
    begun = now - timedelta(hours=1)
    decision = open_decision(APPROVE, (), (), post.organization_id, by=by, now=begun)
    job = Job(
        code=crypto.opaque_code(12),
        kind=kind,
        status=status,
        user_id=post.user_id,
        post_id=post.id,
        organization_id=post.organization_id,
        organization_code=post.organization.code,
        parameters_text=json.dumps({"decision": decision.code, "last": 0}),
        done=done,
        total=total,
        problem=problem,
        created_at=now,
        touched_at=now,
    )
    db.session.add(job)
    db.session.flush()
    return job


def make_export(
    post: Post,
    status: ExportStatus = ExportStatus.READY,
    *,
    handler: Organization | None = None,
    counted: int = 12,
    grounds: str = "",
) -> Export:
    """Return an export that a post asked for an hour ago; its file is not made."""
    now = clock.now()
    export = Export(
        code=crypto.opaque_code(12),
        subject=ExportSubject.MEMBERS,
        status=status,
        format=FileFormat.XLSX,
        purpose=ExportPurpose.MEETING,
        words="年会签到，交县里",
        user_id=post.user_id,
        post_id=post.id,
        organization_id=post.organization_id,
        organization_code=post.organization.code,
        columns_text="name number joined",
        counted=counted,
        grounds_text=grounds,
        handler_id=handler.id if handler else None,
        created_at=now - timedelta(hours=1),
        expires_at=now + timedelta(hours=23),
    )
    db.session.add(export)
    db.session.flush()
    return export


def make_saved_filter(organization: Organization, by: User, name: str = "60岁以上") -> SavedFilter:
    """Return a filter that everybody at an organization sees."""
    saved = SavedFilter(
        code=crypto.opaque_code(8),
        organization_id=organization.id,
        owner=f"organization:{organization.id}",
        user_id=by.id,
        is_shared=True,
        name=name,
        parameters_text='{"age": "from_60"}',
        created_at=clock.now(),
    )
    db.session.add(saved)
    db.session.flush()
    return saved


def make_certificate(
    volunteer: Volunteer, issuer: Organization, minutes: int = 120
) -> ServiceCertificate:
    """Return a certificate in force that an organization issued."""
    day, code = clock.today(), crypto.opaque_code(10)
    facts = {
        "number": f"FW{code}",
        "name": volunteer.person.name,
        "id_type": "",
        "id_number": "",
        "volunteer_number": volunteer.number,
        "first_on": day.isoformat(),
        "last_on": day.isoformat(),
        "issued_on": day.isoformat(),
        "issuer": issuer.name,
        "minutes": minutes,
        "grades": {"scanned": minutes},
        "activities": [["急救演练", issuer.name, 1, minutes]],
        "others": [0, 0],
    }
    text = canonical(facts)
    seal = signatures.sign(text)
    certificate = ServiceCertificate(
        code=code,
        number=facts["number"],
        verify_digest=hashlib.sha256(verify_token(code).encode()).digest(),
        volunteer_id=volunteer.id,
        issuer_id=issuer.id,
        first_on=day,
        last_on=day,
        minutes=minutes,
        facts=text,
        algorithm=seal.algorithm,
        key_id=seal.key_id,
        signature=seal.value,
        issued_at=clock.now(),
    )
    db.session.add(certificate)
    db.session.flush()
    return certificate


def make_star(
    volunteer: Volunteer, granter: Organization, status: StarStatus, star: int = 1
) -> StarGrant:
    """Return a star somewhere on its way, or at its end."""
    today, is_granted = clock.today(), status is StarStatus.GRANTED
    grant = StarGrant(
        code=crypto.opaque_code(10),
        volunteer_id=volunteer.id,
        granter_id=granter.id,
        star=star,
        minutes=star * 6_000,
        status=status,
        applied_at=clock.now(),
        notice_until=None if status is StarStatus.APPLIED else today + timedelta(days=5),
        objection="有一次没有到" if status is StarStatus.OBJECTED else "",
        number=f"XJ{crypto.opaque_code(10)}" if is_granted else None,
        granted_on=today if is_granted else None,
        reason=StarReason.MISTAKE if status is StarStatus.REVOKED else None,
    )
    db.session.add(grant)
    db.session.flush()
    return grant


def make_hold(
    record: ServiceRecord,
    desk: Organization,
    status: HoldStatus = HoldStatus.OPEN,
    pattern: Pattern = Pattern.NIGHTS,
) -> Hold:
    """Return a hold over one record (figures are not touched)."""
    now = clock.now()
    hold = Hold(
        code=crypto.opaque_code(10),
        pattern=pattern,
        status=status,
        key=f"{pattern}:{record.id}",
        numbers='{"count": 3, "minutes": 120, "people": 60, "first": 4, "second": 5}',
        desk_id=desk.id,
        organization_id=record.organization_id,
        found_at=now,
        due_on=clock.add_working_days(clock.today(), 15),
        asked_at=now if status is HoldStatus.ASKED else None,
    )
    db.session.add(hold)
    db.session.flush()
    db.session.add(HoldRecord(hold_id=hold.id, record_id=record.id, held_at=now))
    record.doubts = with_doubt(record.doubts, Doubt.HELD)
    db.session.flush()
    return hold
