"""Taking a volunteer through his table, with figures, history and audit (domain.md VOL-09)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from activities.operations.merging import leave_shifts
from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import next_state
from organizations.models import Organization
from volunteers.models import (
    Registration,
    RegistrationEvent,
    Team,
    TeamEvent,
    TeamSeat,
    Volunteer,
    VolunteerEvent,
)
from volunteers.operations.counting import count_person, count_steps, facts_of, stars_anew
from volunteers.operations.leading import hand_over_lead
from volunteers.rules import (
    SERVING,
    VOLUNTEER_TRANSITIONS,
    VolunteerAction,
    VolunteerStatus,
    day_of,
)
from volunteers.rules.registering import (
    REGISTRATION_OPEN,
    REGISTRATION_TRANSITIONS,
    RegistrationAction,
)
from volunteers.rules.teams import (
    SEAT_OPEN,
    TEAM_FOUNDING,
    TEAM_TRANSITIONS,
    SeatStatus,
    TeamAction,
    TeamRole,
)

GONE_REASON = "不再是志愿者"


def move(
    volunteer: Volunteer,
    action: VolunteerAction,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
    back_to: VolunteerStatus | None = None,
) -> None:
    """Take a volunteer, whose row is locked, through the table. Raises IllegalTransition.

    ``back_to`` is the state that an undone act returns to, where the table has the usual one. An
    open application for the registered grade ends with what it was made for, and so do seats in
    teams and at shifts that are to come.
    """
    before = facts_of(volunteer)
    reached = next_state(VOLUNTEER_TRANSITIONS, before.status, action)
    comes_or_goes = ((back_to or reached) in SERVING) - (before.status in SERVING)
    path = db.session.get_one(Organization, volunteer.organization_id).path
    with stars_anew([volunteer] if comes_or_goes else []):
        volunteer.status = back_to or reached
    count_steps(path, before, facts_of(volunteer))
    if comes_or_goes:
        count_person(volunteer, path, comes_or_goes)
    if volunteer.status not in SERVING:
        lapse_registration(volunteer.id, by=by, now=now)
        leave_all_teams(volunteer.id, by=by, now=now)
        leave_shifts(volunteer.person_id, by=by, now=now, reason=GONE_REASON)
    note_event(volunteer, action, by=by, now=now, note=note)
    audit(f"volunteers.{action}", "volunteer", volunteer.id, by=by)


def note_event(
    volunteer: Volunteer, action: VolunteerAction, *, by: Actor, now: datetime, note: str = ""
) -> None:
    """Write one step of the history."""
    db.session.add(
        VolunteerEvent(
            volunteer_id=volunteer.id,
            action=action,
            to_status=volunteer.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=note[:200],
        )
    )


def lapse_registration(volunteer_id: int, *, by: Actor, now: datetime) -> None:
    """End the open application of a volunteer who is none any more."""
    found = db.session.scalars(
        select(Registration)
        .options(joinedload(Registration.handler, innerjoin=True))
        .where(
            Registration.volunteer_id == volunteer_id, Registration.status.in_(REGISTRATION_OPEN)
        )
        .with_for_update(of=Registration)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is not None:
        take_step(found, RegistrationAction.LAPSE, by=by, now=now)


def leave_all_teams(volunteer_id: int, *, by: Actor, now: datetime) -> None:
    """End every seat of somebody who is no volunteer any more, and what he asked to found."""
    mine = TeamSeat.volunteer_id == volunteer_id, TeamSeat.status.in_(SEAT_OPEN)
    held = select(Team).where(Team.id.in_(select(TeamSeat.team_id).where(*mine))).order_by(Team.id)
    held = held.with_for_update(of=Team).execution_options(populate_existing=True)
    teams = db.session.scalars(held).all()  # before their seats, as who acts in a team does
    seats = select(TeamSeat).where(*mine).execution_options(populate_existing=True)
    led = []
    for seat in db.session.scalars(seats.with_for_update()).all():
        if seat.role is TeamRole.LEADER and seat.status is SeatStatus.IN:
            led.append(seat.team_id)
        seat.status, seat.left_on = SeatStatus.LEFT, day_of(now)
    db.session.flush()
    asked = select(Team).where(Team.founder_id == volunteer_id, Team.status.in_(TEAM_FOUNDING))
    asked = asked.with_for_update().execution_options(populate_existing=True)
    for team in db.session.scalars(asked):
        team.status = next_state(TEAM_TRANSITIONS, team.status, TeamAction.WITHDRAW)
        db.session.add(
            TeamEvent(
                team_id=team.id,
                action=TeamAction.WITHDRAW,
                to_status=team.status,
                at=now,
                by_user_id=by.user_id,
                by_post_id=by.post_id,
            )
        )
        audit("teams.withdraw", "team", team.id, by=by)
    for team in teams:
        if team.id in led:
            hand_over_lead(team, by=by, now=now)


def take_step(
    registration: Registration,
    action: RegistrationAction,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
) -> None:
    """Take an application through its table, with history and audit. Raises IllegalTransition."""
    registration.status = next_state(REGISTRATION_TRANSITIONS, registration.status, action)
    note_step(registration, action, by=by, now=now, note=note)
    audit(f"registrations.{action}", "registration", registration.id, by=by)


def note_step(
    registration: Registration,
    action: RegistrationAction | None,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
) -> None:
    """Write one step of the history of an application; no action is handing it in or on."""
    db.session.add(
        RegistrationEvent(
            registration_id=registration.id,
            action=action,
            to_status=registration.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=note[:200],
        )
    )
