"""Volunteers of an organization that is closed, and of whom one has died (MEM-45, VOL-09)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update

from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from core.statements import Kept
from members.queries.charge import HOME_COLUMNS, Home, keeper_of
from organizations.figures import STOCK, values
from organizations.models import Organization
from organizations.operations.closing import ClosedOrganization
from organizations.queries import standing_closing
from organizations.rules import Hanging, Measure
from people.counting import Row
from people.models import Person
from volunteers.models import ServiceRecord, Volunteer, VolunteerMove
from volunteers.operations.admission import lock_volunteer
from volunteers.operations.counting import Carried, Facts, carry_numbers
from volunteers.operations.following import take_teams_along
from volunteers.operations.handlers import follow_handler
from volunteers.operations.seconds import follow_sheets
from volunteers.operations.standing import move
from volunteers.rules import (
    SERVING,
    ServiceStatus,
    VolunteerAction,
    VolunteerStatus,
    day_of,
)

CHUNK = 500
COUNTED = 100
#: Who moves along: everybody who may still serve.
_STAYING = (*SERVING, VolunteerStatus.SUSPENDED)
_HOME = Kept(
    select(*HOME_COLUMNS)
    .join(Volunteer, Volunteer.organization_id == Organization.id)
    .where(Volunteer.person_id == bindparam("person"))
    .where(Volunteer.status.in_(bindparam("states", expanding=True)))
)


def count_hanging(organization: Organization) -> Mapping[Hanging, int]:
    """Return the volunteers, and the hours that wait, up to a hundred."""
    found = values([organization.id], [Measure.VOLUNTEERS])
    waiting = (
        select(ServiceRecord.id)
        .where(
            ServiceRecord.organization_id == organization.id,
            ServiceRecord.status.in_((ServiceStatus.PENDING, ServiceStatus.OBJECTED)),
        )
        .limit(COUNTED)
        .subquery()
    )
    return {
        Hanging.VOLUNTEERS: found.get((organization.id, Measure.VOLUNTEERS, STOCK), 0),
        Hanging.HOURS: db.session.scalar(select(func.count()).select_from(waiting)) or 0,
    }


def follow_closing(closed: ClosedOrganization) -> None:
    """Take volunteers along; hours stay, those that wait are handled by the county."""
    organization, home = closed.organization, closed.home
    found = _lock(Volunteer.organization_id == organization.id, Volunteer.status.in_(_STAYING))
    _carry(found, organization, home)
    rows = [
        {
            "closing_id": closed.row.id,
            "volunteer_id": one.id,
            "from_organization_id": organization.id,
            "to_organization_id": home.id,
            "moved_at": closed.now,
        }
        for one in found
    ]
    if rows:
        db.session.execute(insert(VolunteerMove), rows)
    follow_handler(organization.id, now=closed.now)
    follow_sheets(organization, by=closed.by, now=closed.now)
    take_teams_along(organization, home, closed.now)
    audit("volunteers.move", "organization", organization.id, by=closed.by, count=len(found))
    db.session.flush()


def follow_reopening(closed: ClosedOrganization) -> None:
    """Bring back the volunteers that a closing took along and that are still there."""
    moved = select(VolunteerMove.volunteer_id).where(VolunteerMove.closing_id == closed.row.id)
    found = _lock(
        Volunteer.id.in_(moved),
        Volunteer.organization_id == closed.home.id,
        Volunteer.status.in_(_STAYING),
    )
    _carry(found, closed.home, closed.organization)
    follow_handler(closed.organization.id, now=closed.now)
    follow_sheets(closed.organization, by=closed.by, now=closed.now)
    db.session.flush()


def is_in_charge(person_id: int, place_id: int, day: date) -> bool:
    """Return whether an organization acts for the one where a person serves."""
    row = _HOME.row({"person": person_id, "states": _STAYING})
    return row is not None and keeper_of(Home(*row), person_id, day) == place_id


def end_for_death(person_id: int, *, by: Actor, now: datetime) -> str:
    """Return the state of a volunteer who died, or nothing; the hours stay (VOL-09)."""
    volunteer = lock_volunteer(person_id)
    if volunteer is None or volunteer.status not in _STAYING:
        return ""
    before = volunteer.status
    move(volunteer, VolunteerAction.DIE, by=by, now=now)
    volunteer.left_on = day_of(now)
    db.session.flush()
    return before.value


def restore_after_death(person_id: int, before: str, *, by: Actor, now: datetime) -> None:
    """Give a volunteer the state he had before a death that was recorded by mistake.

    Where the organization was closed meanwhile he comes back at its county.
    """
    volunteer = lock_volunteer(person_id)
    if volunteer is None or not before or volunteer.status is not VolunteerStatus.DECEASED:
        return
    action, back_to = VolunteerAction.UNDO_DEATH, VolunteerStatus(before)
    move(volunteer, action, by=by, now=now, back_to=back_to)
    volunteer.left_on = None
    db.session.flush()
    _shelter(volunteer)


def _shelter(volunteer: Volunteer) -> None:
    organization = db.session.get_one(Organization, volunteer.organization_id)
    closing = standing_closing(organization.id)
    if closing is not None:
        found = _lock(Volunteer.id == volunteer.id)
        _carry(found, organization, closing.shelter)


def _lock(*conditions: ColumnElement[bool]) -> Sequence[Carried]:
    statement = (
        select(
            Volunteer.id,
            Volunteer.status,
            Volunteer.entered_on,
            Volunteer.registered_on,
            Volunteer.person_id,
            Person.id_index.is_not(None),
            Person.phone_index.is_not(None),
        )
        .join(Volunteer.person)
        .where(*conditions)
        .order_by(Volunteer.id)
        .with_for_update(of=Volunteer)
    )
    return [
        Carried(row[0], Facts(*row[1:4]), Row(*row[4:], needs_phone=True))
        for row in db.session.execute(statement)
    ]


def _carry(found: Sequence[Carried], source: Organization, target: Organization) -> None:
    """Give volunteers another organization, with figures: few statements however many."""
    for ids in _chunks([one.id for one in found]):
        db.session.execute(
            update(Volunteer)
            .where(Volunteer.id.in_(ids))
            .values(
                organization_id=target.id,
                county_id=target.county_id,
                city_id=target.city_id,
            )
            .execution_options(synchronize_session=False)
        )
    carry_numbers(found, source, target)
    for row in db.session.identity_map.values():
        if isinstance(row, Volunteer):
            db.session.expire(row)


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
