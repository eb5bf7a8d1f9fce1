"""Who leads a team, and who therefore may not decide about it (VOL-10, LED-04)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from accounts.queries import handler_without
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.database import db
from core.rules import next_state
from members.queries.charge import account_id_of
from organizations.models import Organization
from people.models import Person
from people.queries import guardian_accounts
from people.rules import is_minor_on
from volunteers.models import Team, TeamEvent, TeamSeat, Volunteer
from volunteers.rules import day_of
from volunteers.rules.teams import (
    TEAM_LIVE,
    TEAM_TRANSITIONS,
    SeatStatus,
    TeamAction,
    TeamRole,
    TeamStatus,
)


def hand_over_lead(team: Team, *, by: Actor, now: datetime) -> None:
    """Let the adult who is longest in a team lead it where nobody does any more.

    Leaving as a volunteer is free and death asks nobody, so the team cannot keep its leader: where
    there is no adult in it the Red Cross looks at it as at the yearly review.
    """
    if team.status not in TEAM_LIVE:
        return
    inside = db.session.scalars(
        select(TeamSeat)
        .where(TeamSeat.team_id == team.id, TeamSeat.status == SeatStatus.IN)
        .order_by(TeamSeat.joined_on, TeamSeat.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if any(seat.role is TeamRole.LEADER for seat in inside):
        return
    following = next((seat for seat in inside if _is_adult(seat, now)), None)
    if following is not None:
        following.role = TeamRole.LEADER
        note_team(team, None, by, now, "leader")
        audit("teams.hand_over", "team", team.id, by=by, seat=following.id)
    elif team.status is TeamStatus.ACTIVE:
        team.status = next_state(TEAM_TRANSITIONS, team.status, TeamAction.FALL_DUE)
        note_team(team, TeamAction.FALL_DUE, by, now, "leader")
        audit("teams.fall_due", "team", team.id, by=by)
    db.session.flush()
    give_to_handler(team, now=now)


def _is_adult(seat: TeamSeat, now: datetime) -> bool:
    born_on = db.session.scalar(
        select(Person.born_on)
        .join(Volunteer, Volunteer.person_id == Person.id)
        .where(Volunteer.id == seat.volunteer_id)
    )
    return born_on is not None and not is_minor_on(born_on, day_of(now))


def give_to_handler(team: Team, *, now: datetime) -> None:
    """Give a team to who decides about it: never to its founder or a leader alone (LED-04)."""
    barred = {team.submitted_by_id or 0}
    for person_id in heads_of(team):
        barred |= {account_id_of(person_id), *guardian_accounts(person_id)}
    handler_id = handler_without(team.organization, barred, day_of(now))
    if handler_id != team.handler_id:
        team.handler = db.session.get_one(Organization, handler_id)
        note_team(team, None, SYSTEM, now, "handler")
    db.session.flush()


def heads_of(team: Team) -> set[int]:
    """Return the persons whose own matter a team is: who founded it and who leads it."""
    leads = (
        TeamSeat.team_id == team.id,
        TeamSeat.status == SeatStatus.IN,
        TeamSeat.role == TeamRole.LEADER,
    )
    found = select(Volunteer.person_id).join(TeamSeat, TeamSeat.volunteer_id == Volunteer.id)
    return {team.founder.person_id, *db.session.scalars(found.where(*leads))}


def note_team(
    team: Team, action: TeamAction | None, by: Actor, now: datetime, note: str = ""
) -> None:
    """Write one step of the history of a team."""
    db.session.add(
        TeamEvent(
            team_id=team.id,
            action=action,
            to_status=team.status,
            at=now,
            by_user_id=by.user_id,
            by_post_id=by.post_id,
            note=note,
        )
    )
