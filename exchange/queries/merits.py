"""What volunteers did, learned, were honoured and certified for, and objected to, to be shared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from activities.models import Activity, Attendance, Shift
from activities.rules import PUBLIC_STATES
from core.access.permissions import Level
from core.clock import local
from core.database import db
from core.rules import N_, RuleViolation
from exchange.queries.sharing import Ask, Found, nickname, shared
from members.models import Honour, Membership
from members.rules import HonourLevel
from people.models import Person
from volunteers.models import (
    LedgerEntry,
    ServiceCertificate,
    ServiceRecord,
    ServiceRecordEvent,
    ServiceSheet,
    StarGrant,
    Trainee,
    Training,
    Volunteer,
)
from volunteers.queries.counting import IS_HELD
from volunteers.rules import ServiceAction, ServiceStatus
from volunteers.rules.stars import StarStatus

#: Levels that grant stars, as levels of honours.
LEVELS = {
    Level.PROVINCE: HonourLevel.PROVINCIAL,
    Level.CITY: HonourLevel.CITY,
    Level.COUNTY: HonourLevel.COUNTY,
}
UNEQUAL = N_("记录 %(code)s 的分钟数和时长台账不一样，先核对再做批次")


def _shared(statement: Any, ask: Ask) -> Any:
    return statement.join(Person, Person.id == Volunteer.person_id).where(*shared(ask.today))


def services(ask: Ask) -> list[Found]:
    """Return confirmed records that count. Raises RuleViolation where the ledger says otherwise.

    Work that is no service is in no ledger (LED-08) and leaves with no batch; hours that somebody
    looks into leave once they are released (LED-15). Record and ledger
    are read by one statement, so that nobody's correction comes between them (LED-01).
    """
    credited = select(func.coalesce(func.sum(LedgerEntry.minutes), 0)).where(
        LedgerEntry.record_id == ServiceRecord.id
    )
    statement = (
        select(ServiceRecord, Volunteer.number, credited.scalar_subquery(), _project())
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .options(
            joinedload(ServiceRecord.organization, innerjoin=True),
            joinedload(ServiceRecord.handler, innerjoin=True),
        )
        .where(ServiceRecord.status == ServiceStatus.CONFIRMED, ServiceRecord.counts, ~IS_HELD)
    )
    found = []
    for one, number, minutes, project in db.session.execute(
        ask.of(_shared(statement, ask), ServiceRecord.id)
    ):
        if one.minutes != minutes:
            raise RuleViolation("", UNEQUAL, code=one.code)
        found.append(Found(one.id, one.code, _service(one, number, project), one.minutes))
    return found


def _project() -> Any:
    """Return the activity of a record: of its check-in, or of the roll call it was keyed from.

    One that was never published is no object of its own, see ``people.projects``.
    """
    told = Activity.status.in_(PUBLIC_STATES), Activity.published_at.is_not(None)
    held = select(Activity.code).join(Shift, Shift.activity_id == Activity.id).where(*told)
    scanned = held.join(Attendance, Attendance.shift_id == Shift.id).where(
        Attendance.id == ServiceRecord.attendance_id
    )
    keyed = held.join(ServiceSheet, ServiceSheet.shift_id == Shift.id).where(
        ServiceSheet.id == ServiceRecord.sheet_id
    )
    return func.coalesce(
        scanned.correlate(ServiceRecord).scalar_subquery(),
        keyed.correlate(ServiceRecord).scalar_subquery(),
    )


def _service(one: ServiceRecord, number: str, project: str | None) -> dict[str, Any]:
    return {
        "volunteer": number,
        "project": project,
        "post": one.title,
        "field": one.field,
        "served_on": one.served_on,
        "starts_at": local(one.starts_at) if one.time_stated else None,
        "ends_at": local(one.ends_at) if one.time_stated else None,
        "minutes": one.minutes,
        "method": one.method,
        "organizer": one.organization.name,
        "recorder": nickname(one.submitted_by_id),
        "confirmer": nickname(one.decided_by_id),
        "confirmed_at": local(one.decided_at) if one.decided_at else None,
        "remark": one.note or None,
        "state": one.status,
    }


def trainings(ask: Ask) -> list[Found]:
    """Return who was taught what; a training taken back is not among them."""
    statement = (
        select(Trainee, Volunteer.number)
        .join(Trainee.training)
        .join(Volunteer, Volunteer.id == Trainee.volunteer_id)
        .options(contains_eager(Trainee.training).joinedload(Training.organization, innerjoin=True))
        .where(Training.revoked_at.is_(None))
    )
    return [
        Found(
            one.id,
            f"{one.training.code}-{one.id}",
            {
                "volunteer": number,
                "name": one.training.title,
                "minutes": one.training.minutes,
                "organizer": one.training.organization.name,
                "held_on": one.training.held_on,
            },
            one.training.minutes,
        )
        for one, number in db.session.execute(ask.of(_shared(statement, ask), Trainee.id))
    ]


def stars(ask: Ask) -> list[Found]:
    """Return stars that were granted, those revoked since among them."""
    statement = (
        select(StarGrant, Volunteer.number)
        .join(Volunteer, Volunteer.id == StarGrant.volunteer_id)
        .options(joinedload(StarGrant.granter, innerjoin=True))
        .where(StarGrant.granted_on.is_not(None))
    )
    return [
        Found(
            one.id,
            one.code,
            {
                "volunteer": number,
                "name": "红十字星级志愿者",
                "level": LEVELS[one.granter.level],
                "star": one.star,
                "granted_by": one.granter.name,
                "granted_on": one.granted_on,
                "document": one.number,
                "revoked": one.status is StarStatus.REVOKED,
            },
        )
        for one, number in db.session.execute(ask.of(_shared(statement, ask), StarGrant.id))
    ]


def honours(ask: Ask) -> list[Found]:
    """Return honours of members who are volunteers, those revoked since among them."""
    statement = (
        select(Honour, Volunteer.number)
        .join(Membership, Membership.id == Honour.membership_id)
        .join(Volunteer, Volunteer.person_id == Membership.person_id)
    )
    return [
        Found(
            one.id,
            one.code,
            {
                "volunteer": number,
                "name": one.name,
                "level": one.level,
                "granted_by": one.granted_by,
                "granted_on": one.granted_on,
                "document": one.document or None,
                "revoked": one.revoked_at is not None,
            },
        )
        for one, number in db.session.execute(ask.of(_shared(statement, ask), Honour.id))
    ]


def evaluations(ask: Ask) -> list[Found]:
    """Return what volunteers objected to, and where that stands."""
    statement = (
        select(ServiceRecordEvent, ServiceRecord, Volunteer.number)
        .join(ServiceRecord, ServiceRecord.id == ServiceRecordEvent.record_id)
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(ServiceRecordEvent.action == ServiceAction.OBJECT)
    )
    statement = ask.of(_shared(statement, ask), ServiceRecordEvent.id)
    return [
        Found(
            event.id,
            f"{record.code}-{event.id}",
            {
                "object": record.code,
                "kind": "objection",
                "by": number,
                "text": event.note,
                "raised_on": local(event.at).date(),
                "handling": record.status,
            },
        )
        for event, record, number in db.session.execute(statement)
    ]


def certificates(ask: Ask) -> list[Found]:
    """Return certificates of service, whatever became of them."""
    statement = (
        select(ServiceCertificate, Volunteer.number)
        .join(Volunteer, Volunteer.id == ServiceCertificate.volunteer_id)
        .options(
            joinedload(ServiceCertificate.issuer, innerjoin=True),
            joinedload(ServiceCertificate.end),
        )
    )
    statement = ask.of(_shared(statement, ask), ServiceCertificate.id)
    return [
        Found(
            one.id,
            one.code,
            {
                "volunteer": number,
                "certificate_number": one.number,
                "first_on": one.first_on,
                "last_on": one.last_on,
                "minutes": one.minutes,
                "issuer": one.issuer.name,
                "issued_on": local(one.issued_at).date(),
                "state": one.status,
            },
            one.minutes,
        )
        for one, number in db.session.execute(statement)
    ]
