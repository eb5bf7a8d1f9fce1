"""Rows of a volunteer's life beyond his hours; they flush and return the row."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from core import clock, crypto
from core.database import db
from organizations.models import Organization
from tests import factories as make
from volunteers.models import (
    Qualification,
    Registration,
    Team,
    TeamSeat,
    Training,
    Volunteer,
    VolunteerTotal,
)
from volunteers.rules import ServiceField
from volunteers.rules.registering import RegistrationStatus
from volunteers.rules.skills import QualificationKind, QualificationStatus
from volunteers.rules.teams import SeatStatus, TeamRole, TeamStatus


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


def make_team(
    organization: Organization,
    status: TeamStatus = TeamStatus.ACTIVE,
    leader: Volunteer | None = None,
    *,
    is_rescue: bool = True,
) -> Team:
    """Return a team of an organization, led by a new volunteer unless one is given."""
    leader = leader or make.make_volunteer(make.make_person(), organization)
    is_live = status not in (TeamStatus.SUBMITTED, TeamStatus.RETURNED)
    team = Team(
        code=crypto.opaque_code(8),
        organization=organization,
        county_id=organization.county_id,
        handler=organization,
        founder=leader,
        name="测试水上救援队",
        purpose="汛期值守，平时教防溺水",
        field=ServiceField.RESCUE,
        is_rescue=is_rescue,
        status=status,
        submitted_at=clock.now() - timedelta(days=2),
        founded_on=clock.today() if is_live else None,
        review_on=clock.today() + timedelta(days=365) if is_live else None,
    )
    db.session.add(team)
    db.session.flush()
    seat_volunteer(team, leader, TeamRole.LEADER)
    return team


def seat_volunteer(
    team: Team,
    volunteer: Volunteer,
    role: TeamRole = TeamRole.MEMBER,
    status: SeatStatus = SeatStatus.IN,
) -> TeamSeat:
    """Return somebody's seat in a team."""
    seat = TeamSeat(
        code=crypto.opaque_code(8),
        team_id=team.id,
        volunteer_id=volunteer.id,
        role=role,
        status=status,
        asked_at=clock.now(),
        joined_on=clock.today() if status is SeatStatus.IN else None,
    )
    db.session.add(seat)
    db.session.flush()
    return seat
