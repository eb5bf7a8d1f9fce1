"""Rows of a volunteer's life beyond his hours; they flush and return the row."""

from __future__ import annotations

from datetime import timedelta

from core import clock, crypto
from core.database import db
from organizations.models import Organization
from volunteers.models import Registration, Volunteer, VolunteerTotal
from volunteers.rules.registering import RegistrationStatus


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
