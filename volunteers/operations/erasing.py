"""What volunteers forget of somebody who closed the account; hours stay under the pseudonym."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, select, update

from core import keyring, retention
from core.audit.operations import SYSTEM, record_many
from core.database import changed_rows, db
from core.rules import N_
from people.models import Person
from people.rules.erasures import Matter
from volunteers.models import (
    Hold,
    HoldEvent,
    HoldRecord,
    Qualification,
    QualificationEvent,
    Registration,
    RegistrationEvent,
    ServiceCertificate,
    ServiceRecord,
    ServiceRecordEvent,
    SheetLine,
    StarEvent,
    StarGrant,
    Volunteer,
    VolunteerEvent,
    VolunteerProfile,
)
from volunteers.operations.pictures import erase_pictures
from volunteers.queries.own import volunteer_of
from volunteers.rules import SERVING, VolunteerStatus
from volunteers.rules.certificates import bare
from volunteers.rules.skills import QualificationKind

#: So many certificates are treated in one transaction.
AT_ONCE = 200


def waiting_of(person_id: int) -> list[Matter]:
    """Return what a volunteer has to end before the account is closed."""
    volunteer = volunteer_of(person_id)
    if volunteer is None:
        return []
    if volunteer.status in SERVING or volunteer.status is VolunteerStatus.SUSPENDED:
        return [Matter(N_("还是志愿者"), "volunteers.leave_volunteering")]
    return []


def erase_volunteer(person_id: int) -> int:
    """Return how many rows lost what names a person; minutes, ledger and stars stay.

    Certificates of service are kept as they were signed, for the years of decisions.md D6, and
    shown to nobody.
    """
    mine = select(Volunteer.id).where(Volunteer.person_id == person_id)
    records = select(ServiceRecord.id).where(ServiceRecord.person_id == person_id)
    registrations = select(Registration.id).where(Registration.volunteer_id.in_(mine))
    grants = select(StarGrant.id).where(StarGrant.volunteer_id.in_(mine))
    holds = select(HoldRecord.hold_id).where(HoldRecord.record_id.in_(records))
    held, pictures = _erase_qualifications(mine), erase_pictures(person_id)
    step = QualificationEvent.qualification_id.in_([one.id for one in held])
    return (
        len(held)
        + pictures
        + sum(
            changed_rows(statement)
            for statement in (
                update(Volunteer).where(Volunteer.person_id == person_id).values(search_text=""),
                delete(VolunteerProfile).where(VolunteerProfile.volunteer_id.in_(mine)),
                update(VolunteerEvent).where(VolunteerEvent.volunteer_id.in_(mine)).values(note=""),
                update(QualificationEvent).where(step).values(note=""),
                update(Registration).where(Registration.volunteer_id.in_(mine)).values(note=""),
                update(RegistrationEvent)
                .where(RegistrationEvent.registration_id.in_(registrations))
                .values(note=""),
                update(ServiceRecord)
                .where(ServiceRecord.person_id == person_id)
                .values(note="", refusal_note=""),
                update(ServiceRecordEvent)
                .where(ServiceRecordEvent.record_id.in_(records))
                .values(note=""),
                update(Hold).where(Hold.id.in_(holds)).values(words=""),
                update(HoldEvent).where(HoldEvent.hold_id.in_(holds)).values(note=""),
                delete(SheetLine).where(SheetLine.volunteer_id.in_(mine)),
                update(StarGrant)
                .where(StarGrant.volunteer_id.in_(mine))
                .values(objection="", reason_note=""),
                update(StarEvent).where(StarEvent.grant_id.in_(grants)).values(note=""),
            )
        )
    )


def _erase_qualifications(mine: Select[int]) -> Sequence[Qualification]:
    """Return the qualifications of volunteers, without what names anybody."""
    held = db.session.scalars(
        select(Qualification).where(Qualification.volunteer_id.in_(mine))
    ).all()
    for one in held:
        one.number = keyring.seal("", f"qualifications.number:{one.code}")
        one.note = ""
        if one.kind is QualificationKind.OTHER:
            one.name = ""
    return held


def past_certificates(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return which certificates name somebody who is gone, and need to be kept no longer (D6)."""
    gone = select(Volunteer.id).join(Person, Person.id == Volunteer.person_id)
    return (
        ServiceCertificate.signature != "",
        ServiceCertificate.issued_at < retention.since("privacy.records_years", now),
        ServiceCertificate.volunteer_id.in_(gone.where(Person.erased_at.is_not(None))),
    )


def bare_certificates(now: datetime) -> int:
    """Remove the holder from old certificates of who is gone; return how many, some at once.

    The signature goes with him: by it a guessed name could be tried. Number, period and minutes
    stay, and whoever asks by the code learns that the certificate is past.
    """
    due = select(ServiceCertificate.id, ServiceCertificate.facts).where(*past_certificates(now))
    found = db.session.execute(due.order_by(ServiceCertificate.id).limit(AT_ONCE)).all()
    for certificate_id, facts in found:
        one = update(ServiceCertificate).where(ServiceCertificate.id == certificate_id)
        changed_rows(one.values(facts=bare(json.loads(facts)), signature=""))
    if found:
        record_many("certificate.bare", "certificate", [one for one, _ in found], by=SYSTEM)
        db.session.flush()
    return len(found)
