"""Rows of a volunteer's life beyond his hours; they flush and return the row."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from core import clock, crypto
from core.database import db
from organizations.models import Organization
from volunteers.models import Qualification, Registration, Training, Volunteer, VolunteerTotal
from volunteers.rules.registering import RegistrationStatus
from volunteers.rules.skills import QualificationKind, QualificationStatus


def give_minutes(volunteer: Volunteer, confirmed: int, pending: int = 0) -> VolunteerTotal:
    """Return the volunteer's total of this year, as if so much had been confirmed."""
    key = {"volunteer_id": volunteer.id, "year": clock.today().year}
    total = db.session.get(VolunteerTotal, key) or VolunteerTotal(**key)
    total.confirmed_minutes, total.pending_minutes = confirmed, pending
    db.session.add(total)
    db.session.flush()
    return total


def make_registration(volunteer: Volunteer, handler: Organization) -> Registration:
    """Return an application for the registered grade that waits since yesterday."""
    give_minutes(volunteer, 1200)
    registration = Registration(
        code=crypto.opaque_code(8),
        volunteer=volunteer,
        handler=handler,
        status=RegistrationStatus.SUBMITTED,
        minutes=1200,
        submitted_at=clock.now() - timedelta(days=1),
    )
    db.session.add(registration)
    db.session.flush()
    return registration


def make_qualification(
    volunteer: Volunteer,
    handler: Organization,
    status: QualificationStatus = QualificationStatus.SUBMITTED,
    *,
    days_left: int | None = 400,
) -> Qualification:
    """Return a first-aid certificate of a volunteer that ends in so many days, or never."""
    today = clock.today()
    qualification = Qualification(
        code=crypto.opaque_code(8),
        volunteer=volunteer,
        handler=handler,
        kind=QualificationKind.FIRST_AID,
        issuer="测试县红十字会",
        issued_on=today - timedelta(days=700),
        expires_on=None if days_left is None else today + timedelta(days=days_left),
        status=status,
        submitted_at=clock.now() - timedelta(days=1),
    )
    qualification.set_number("JH-2026-0007")
    db.session.add(qualification)
    db.session.flush()
    return qualification


def make_training(organization: Organization, by: User, people: int = 0) -> Training:
    """Return a training that an organization entered."""
    training = Training(
        code=crypto.opaque_code(8),
        organization=organization,
        title="救护员复训",
        held_on=clock.today() - timedelta(days=3),
        minutes=240,
        people=people,
        recorded_at=clock.now(),
        recorded_by_id=by.id,
    )
    db.session.add(training)
    db.session.flush()
    return training
