"""Records follow the organization that handles them: when a keeper changes, when the tree does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import joinedload

from accounts.queries import handler_of, stuck_with
from core.access.permissions import Level
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.database import beside, db
from organizations import figures
from organizations.models import Organization
from organizations.operations.moving import MovedSubtree
from organizations.rules import Measure, ids_of_path
from people.models import Person
from volunteers.models import ServiceRecord, Volunteer
from volunteers.operations.claims import answerer_of
from volunteers.operations.records import flush, note_step
from volunteers.queries.own import handler_for
from volunteers.rules import ServiceStatus, day_of

BRANCHES = (Level.COUNTY, Level.CITY, Level.PROVINCE)
WAITING = {
    ServiceStatus.PENDING: Measure.HOURS_WAITING,
    ServiceStatus.OBJECTED: Measure.OBJECTIONS_WAITING,
}


def follow_handler(organization_id: int, *, now: datetime) -> int:
    """Give the waiting records of an organization to who handles them now; return how many.

    Without secretary and coordinator that is the county (ux.md S02); with one, itself again.
    """
    organization = db.session.get_one(Organization, organization_id)
    day = day_of(now)
    ids = [organization_id]
    records = _lock_waiting(
        ServiceRecord.handler_id.in_(ids_of_path(organization.path)),
        or_(
            ServiceRecord.organization_id == organization_id,
            stuck_with(ServiceRecord.handler_id, ServiceRecord.submitted_by_id, ids),
        ),
        ServiceRecord.status == ServiceStatus.PENDING,
        ServiceRecord.sheet_id.is_(None),
    )
    sent = {(one.organization, one.person, one.submitted_by_id or 0) for one in records}
    handlers = {
        (place.id, person.id, sender): handler_for(place, person, sender, day)
        for place, person, sender in sent
    }
    moved = 0
    for record in records:
        key = record.organization_id, record.person_id, record.submitted_by_id or 0
        handler = handlers[key]
        if record.handler_id != handler.id:
            hand_over(record, handler, SYSTEM, now)
            moved += 1
    if moved:
        audit("hours.hand_over", "organization", organization_id, by=SYSTEM, count=moved)
        flush()
    return moved


def follow_move(moved: MovedSubtree) -> None:
    """Keep county and city of volunteers, and the handlers of waiting records, after a move."""
    ids = list(moved.organization_ids)
    db.session.execute(
        update(Volunteer)
        .where(Volunteer.organization_id.in_(ids))
        .values(**moved.columns)
        .execution_options(synchronize_session=False)
    )
    branches = select(Organization.id).where(
        Organization.level.in_(BRANCHES), Organization.id.not_in(ids)
    )
    records = _lock_waiting(
        ServiceRecord.handler_id.in_(branches),
        ServiceRecord.organization_id.in_(ids),
        ServiceRecord.status.in_(WAITING),
        or_(ServiceRecord.sheet_id.is_(None), ServiceRecord.status == ServiceStatus.OBJECTED),
    )
    for record in records:
        handler = _handler_after_move(record, moved)
        if handler.id != record.handler_id:
            hand_over(record, handler, moved.by, moved.now)
    flush()


def _handler_after_move(record: ServiceRecord, moved: MovedSubtree) -> Organization:
    if record.status is ServiceStatus.OBJECTED:
        return answerer_of(record)
    handler_id = handler_of(record.organization, day_of(moved.now))
    return db.session.get_one(Organization, handler_id)


def _lock_waiting(*conditions: ColumnElement[bool]) -> Sequence[ServiceRecord]:
    return db.session.scalars(
        select(ServiceRecord)
        .options(
            joinedload(ServiceRecord.organization, innerjoin=True),
            joinedload(ServiceRecord.handler, innerjoin=True),
            beside(ServiceRecord.person, Person.born_on),
        )
        .where(*conditions)
        .order_by(ServiceRecord.id)
        .with_for_update(of=ServiceRecord)
        .execution_options(populate_existing=True)
    ).all()


def hand_over(record: ServiceRecord, to: Organization, by: Actor, now: datetime) -> None:
    """Let another organization handle a record that waits."""
    measure = WAITING[record.status]
    figures.add(record.handler.path, measure, -1)
    figures.add(to.path, measure, +1)
    record.handler = to
    note_step(record, None, by=by, now=now, note="handler")
