"""What a volunteer does with his own hours: enter, take back, object."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from accounts.rules.packets import Packet
from core import settings
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.crypto import opaque_code
from core.database import beside, db
from core.rules import N_, NN_, RuleViolation, UnknownRowError
from organizations import figures
from organizations.models import Organization
from organizations.rules import Measure, ids_of_path
from people.models import Person
from volunteers.models import ServiceRecord, Volunteer
from volunteers.operations.books import Books
from volunteers.operations.pictures import keep_picture
from volunteers.operations.records import allow, flush, limits_on, lock_records, note_step, step
from volunteers.queries.own import handler_for
from volunteers.queries.records import standing_records
from volunteers.rules import (
    Claim,
    Doubt,
    Entry,
    RefusalReason,
    ServiceAction,
    ServiceMethod,
    ServiceStatus,
    check_appeal,
    check_claim,
    check_objection,
    check_reason,
    check_repeat,
    check_serving,
    check_text,
    check_withdrawal,
    claim_of,
    day_of,
    window_of,
)
from volunteers.rules.sheets import check_note, may_disown


def log_service(
    person_id: int,
    entry: Entry,
    *,
    by: Actor,
    now: datetime,
    organization_id: int | None = None,
    again: bool = False,
    method: ServiceMethod = ServiceMethod.SELF_REPORTED,
    packet: Packet | None = None,
) -> ServiceRecord:
    """Return a new record that waits for confirmation (ux.md S10).

    ``packet``: what a phone without network claims about when it was recorded; it is kept as a
    claim, and nothing is decided by it (LED-09). Raises RuleViolation for what may not be recorded
    (LED-02, LED-03), RepeatedEntry for the same once more within ten seconds unless ``again``.
    """
    title, note = check_text(entry.title, entry.note)
    volunteer = _lock_volunteer(person_id)
    check_serving(volunteer.status)
    existing = standing_records([person_id], window_of(entry.day)).get(person_id, [])
    if not again:
        check_repeat(entry, existing, (packet.recorded_at if packet else None) or now)
    claim = claim_of(entry, existing, now)
    doubts = check_claim(
        claim, existing, now=now, joined_on=volunteer.entered_on, limits=limits_on(now)
    )
    if packet is not None and packet.is_doubtful:
        doubts.append(Doubt.CLOCK)
    organization = _organization(volunteer, organization_id)
    record = _build(volunteer, claim, entry, doubts, now)
    record.title, record.note, record.method = title, note, method
    if packet is not None:
        record.is_offline, record.recorded_at = True, packet.recorded_at
    record.organization = organization
    record.handler = handler_for(organization, volunteer.person, by.user_id or 0, day_of(now))
    record.submitted_by_id = by.user_id
    db.session.add(record)
    flush()
    books = Books(by, now)
    books.wait(record, +1)
    books.close()
    note_step(record, None, by=by, now=now)
    audit("hours.log", "service_record", record.id, by=by, minutes=record.minutes, method=method)
    flush()
    return record


_LOCKED = (
    select(Volunteer)
    .options(joinedload(Volunteer.organization, innerjoin=True))
    .options(beside(Volunteer.person, Person.born_on))
    .where(Volunteer.person_id == bindparam("person"))
    .with_for_update(of=Volunteer)
    .execution_options(populate_existing=True)
)


def _lock_volunteer(person_id: int) -> Volunteer:
    found = db.session.scalars(_LOCKED, {"person": person_id}).one_or_none()
    if found is None:
        raise RuleViolation("", N_("还不是志愿者，先加入一个组织再记时长"))
    return found


def _organization(volunteer: Volunteer, organization_id: int | None) -> Organization:
    if organization_id is None or organization_id == volunteer.organization_id:
        return volunteer.organization
    return db.session.get_one(Organization, organization_id)


def _build(
    volunteer: Volunteer, claim: Claim, entry: Entry, doubts: list[Doubt], now: datetime
) -> ServiceRecord:
    return ServiceRecord(
        code=opaque_code(8),
        person_id=volunteer.person_id,
        volunteer=volunteer,
        field=entry.field,
        served_on=claim.day,
        starts_at=claim.starts_at,
        ends_at=claim.ends_at,
        minutes=claim.minutes,
        time_stated=claim.time_stated,
        status=ServiceStatus.PENDING,
        doubts=",".join(doubts),
        submitted_at=now,
    )


def withdraw(code: str, *, by: Actor, now: datetime) -> ServiceRecord:
    """Return the volunteer's own record, taken back within the hours that the setting gives."""
    record = _lock_own(code, by)
    allow(record, ServiceAction.WITHDRAW)
    if record.sheet_id is not None:
        raise RuleViolation("", N_("这是别人替您登记的。不是您参加的，请点“不是我参加的”"))
    check_withdrawal(record.submitted_at, now, settings.value("hours.withdraw_hours", day_of(now)))
    step(record, ServiceAction.WITHDRAW, by=by, now=now)
    books = Books(by, now)
    books.wait(record, -1)
    books.close()
    audit("hours.withdraw", "service_record", record.id, by=by)
    flush()
    return record


def object_(
    code: str, note: str, *, by: Actor, now: datetime, picture: bytes = b""
) -> ServiceRecord:
    """Return the volunteer's own refused record, now at the county for a decision (VOL-29).

    What the county itself refused after a hold goes to the level above it.
    """
    note = check_reason(note, "note", needed=False)
    record = _lock_own(code, by)
    allow(record, ServiceAction.OBJECT)
    days = settings.value("hours.objection_days", day_of(now))
    check_objection(record.decided_at, now, days)
    record.appealed_at = None
    keep_picture(record, picture, by=by, now=now)
    return _ask_for_answer(record, ServiceAction.OBJECT, note, by, now)


def appeal(
    code: str, note: str, *, by: Actor, now: datetime, picture: bytes = b""
) -> ServiceRecord:
    """Return the volunteer's own record, its refusal upheld, now at the next level, once."""
    note = check_reason(note, "note", needed=False)
    record = _lock_own(code, by)
    allow(record, ServiceAction.APPEAL)
    days = settings.value("hours.appeal_days", day_of(now))
    is_top = above(record.handler).id == record.handler_id
    check_appeal(record.decided_at, record.appealed_at, now, days, is_top=is_top)
    record.appealed_at = now
    keep_picture(record, picture, by=by, now=now)
    return _ask_for_answer(record, ServiceAction.APPEAL, note, by, now)


def _ask_for_answer(
    record: ServiceRecord, action: ServiceAction, note: str, by: Actor, now: datetime
) -> ServiceRecord:
    step(record, action, by=by, now=now, note=note)
    record.objected_at, record.handler = now, answerer_of(record)
    figures.add(record.handler.path, Measure.OBJECTIONS_WAITING, +1)
    audit(f"hours.{action}", "service_record", record.id, by=by)
    flush()
    return record


def disown(code: str, note: str, *, by: Actor, now: datetime) -> ServiceRecord:
    """Return a record that was entered for a volunteer who was not there: it counts no more.

    Credited already, it is reversed. Raises RuleViolation for what he entered himself, and later
    than the days that the setting gives.
    """
    note = check_note(note)
    record = _lock_own(code, by)
    if record.sheet_id is None or record.submitted_by_id == by.user_id:
        raise UnknownRowError(code)
    allow(record, ServiceAction.DISOWN)
    days = settings.value("hours.objection_days", day_of(now))
    if not may_disown(record.submitted_at, now, days):
        raise RuleViolation("", NN_("已超过 %(days)d 天，请联系所在组织"), days=days)
    books = Books(by, now)
    if record.status is ServiceStatus.PENDING:
        books.wait(record, -1)
    else:
        books.reverse([record], "disowned")
    record.decision_id = None
    step(record, ServiceAction.DISOWN, by=by, now=now, note=note)
    books.close()
    audit("hours.disown", "service_record", record.id, by=by, sheet=record.sheet_id)
    flush()
    return record


def answerer_of(record: ServiceRecord) -> Organization:
    """Return who answers what a volunteer objected to, or appealed: never who refused it."""
    is_checked = record.refusal is RefusalReason.CHECKED
    desk = desk_of if is_checked else county_of
    first = desk(record.organization)
    first = above(first) if is_checked else first
    return above(first) if record.appealed_at is not None else first


def _lock_own(code: str, by: Actor) -> ServiceRecord:
    return lock_records([code], ServiceRecord.person_id == by.person_id)[0]


def county_of(organization: Organization) -> Organization:
    """Return who decides objections: the county, else the city, else the province."""
    above = organization.county_id or organization.city_id or ids_of_path(organization.path)[0]
    return db.session.get_one(Organization, above)


def above(organization: Organization) -> Organization:
    """Return the organization directly above; the province stands under itself."""
    ids = ids_of_path(organization.path)
    return db.session.get_one(Organization, ids[-2] if len(ids) > 1 else ids[0])


def desk_of(organization: Organization) -> Organization:
    """Return who looks into hours of an organization: the county; for its own, the city."""
    county = county_of(organization)
    return above(county) if county.id == organization.id else county
