"""What the approval of an application makes: a volunteer, entered or entered again (VOL-09)."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.crypto import opaque_code
from core.database import db
from core.rules import N_, RuleViolation, next_state
from core.transactions import TryAgainError
from members.models import Application
from members.operations.numbering import take_serial
from organizations.models import Organization
from organizations.rules import ids_of_path
from people.counting import count_rows, row_of
from people.models import Person
from people.operations.changes import follow_home
from volunteers.models import ServiceRecord, Volunteer
from volunteers.operations.attendance import credit_held
from volunteers.operations.books import Books
from volunteers.operations.counting import count_star, count_steps, facts_of, stars_of
from volunteers.operations.records import lock_records, step
from volunteers.operations.standing import move, note_event
from volunteers.rules import (
    MAY_LEAVE,
    SERVING,
    VOLUNTEER_TRANSITIONS,
    ServiceAction,
    ServiceStatus,
    VolunteerAction,
    VolunteerStatus,
    day_of,
    volunteer_number,
)


class VolunteerAdmission:
    """Admits volunteers: what ``members.admission`` asks of a kind of application."""

    def admit(self, application: Application, *, by: Actor, now: datetime) -> None:
        """Make the applicant a volunteer of the organization he applied to."""
        volunteer = lock_volunteer(application.person_id)
        is_new = volunteer is None
        if volunteer is None:
            volunteer = _build(application, now)
        else:
            place = db.session.get_one(Organization, volunteer.organization_id)
            count_steps(place.path, facts_of(volunteer), None)
            _enter_again(volunteer)
        organization = application.organization
        volunteer.organization_id = organization.id
        volunteer.county_id, volunteer.city_id = organization.county_id, organization.city_id
        volunteer.application_id = application.id
        volunteer.entered_on, volunteer.left_on = day_of(now), None
        db.session.add(volunteer)
        try:
            db.session.flush()
        except IntegrityError as error:
            raise TryAgainError from error
        count_steps(organization.path, None, facts_of(volunteer))
        count_rows(organization.path, [row_of(application.person, needs_phone=True)], 1)
        if not is_new:
            count_star(organization.path, stars_of([volunteer.id]).get(volunteer.id, 0), 1)
            note_event(volunteer, VolunteerAction.ENTER_AGAIN, by=by, now=now)
        audit("volunteers.enter", "volunteer", volunteer.id, by=by, at=organization.id)
        credit_held(volunteer.person_id, by=by, now=now)

    def undo(self, application: Application, *, by: Actor, now: datetime) -> None:
        """Revoke an admission; hours that were confirmed meanwhile forbid it."""
        volunteer = lock_volunteer(application.person_id)
        if volunteer is None or volunteer.application_id != application.id:
            raise RuleViolation("", N_("后来又有变化，不能撤销"))
        if has_confirmed_hours(volunteer):
            raise RuleViolation("", N_("已经有确认过的时长，不能撤销"))
        _take_back_pending(volunteer, by, now)
        self._leave(volunteer, VolunteerAction.REVOKE, by, now)

    def holds(self, person_id: int) -> bool:
        """Return whether the person is a volunteer now; a suspended one may not enter anew."""
        statement = select(Volunteer.status).where(Volunteer.person_id == person_id)
        status = db.session.scalar(statement)
        return status in MAY_LEAVE

    def end(self, person_id: int, *, by: Actor, now: datetime) -> None:
        """Let a volunteer leave at once; hours stay (VOL-09). Nothing to stop: nothing is done."""
        volunteer = lock_volunteer(person_id)
        if volunteer is not None and volunteer.status in MAY_LEAVE:
            self._leave(volunteer, VolunteerAction.WITHDRAW, by, now)

    def _leave(
        self, volunteer: Volunteer, action: VolunteerAction, by: Actor, now: datetime
    ) -> None:
        move(volunteer, action, by=by, now=now)
        volunteer.left_on = day_of(now)
        db.session.flush()
        follow_home(volunteer.person_id, now=now)


def has_confirmed_hours(volunteer: Volunteer) -> bool:
    """Return whether hours of the volunteer stand in the ledger."""
    found = exists().where(
        ServiceRecord.person_id == volunteer.person_id,
        ServiceRecord.status == ServiceStatus.CONFIRMED,
        ServiceRecord.counts,
    )
    return bool(db.session.scalar(select(found)))


def lock_volunteer(person_id: int) -> Volunteer | None:
    """Return the volunteer that a person is or was, the row locked."""
    return db.session.scalars(
        select(Volunteer)
        .where(Volunteer.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _enter_again(volunteer: Volunteer) -> None:
    if volunteer.status in SERVING:
        raise RuleViolation("", N_("已经是志愿者"))
    action = VolunteerAction.ENTER_AGAIN
    volunteer.status = next_state(VOLUNTEER_TRANSITIONS, volunteer.status, action)
    volunteer.registered_on = None  # the grade was of the time before; the history tells of it


def _build(application: Application, now: datetime) -> Volunteer:
    person = db.session.get_one(Person, application.person_id)
    return Volunteer(
        code=opaque_code(8),
        person_id=person.id,
        status=VolunteerStatus.ENTERED,
        number=next_number(application.organization, day_of(now).year),
        pseudonym=secrets.token_hex(16),
        search_text=person.search_text,
    )


def next_number(organization: Organization, year: int) -> str:
    """Return the next volunteer number of the county that an organization stands in."""
    above = organization.county_id or organization.city_id or ids_of_path(organization.path)[0]
    division = db.session.get_one(Organization, above).division_code or ""
    county = division[:6].ljust(6, "0")
    return volunteer_number(county, year, take_serial(f"volunteer:{county}:{year}"))


def _take_back_pending(volunteer: Volunteer, by: Actor, now: datetime) -> None:
    codes = db.session.scalars(
        select(ServiceRecord.code).where(
            ServiceRecord.person_id == volunteer.person_id,
            ServiceRecord.status == ServiceStatus.PENDING,
        )
    ).all()
    if not codes:
        return
    books = Books(by, now)
    for record in lock_records(codes):
        books.wait(record, -1)
        step(record, ServiceAction.WITHDRAW, by=by, now=now, note="revoked")
    books.close()
