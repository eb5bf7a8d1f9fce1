"""What volunteers forget of somebody who closed the account; hours stay under the pseudonym."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, delete, select, update

from core import keyring
from core.database import changed_rows, db
from core.rules import N_
from people.rules.erasures import Matter
from volunteers.models import (
    Hold,
    HoldEvent,
    HoldRecord,
    Qualification,
    QualificationEvent,
    Registration,
    RegistrationEvent,
    ServiceRecord,
    ServiceRecordEvent,
    SheetLine,
    StarEvent,
    StarGrant,
    Volunteer,
    VolunteerEvent,
    VolunteerProfile,
)
from volunteers.queries.own import volunteer_of
from volunteers.rules import SERVING, VolunteerStatus
from volunteers.rules.skills import QualificationKind


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
    held = _erase_qualifications(mine)
    step = QualificationEvent.qualification_id.in_([one.id for one in held])
    return len(held) + sum(
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
