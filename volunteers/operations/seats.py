"""Joining and leaving teams, and what a leader answers (VOL-10, VOL-14)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.audit.operations import Actor
from core.audit.operations import record as audit
from core.crypto import opaque_code
from core.database import db
from core.rules import N_, RuleViolation, UnknownRowError
from core.transactions import TryAgainError
from people.rules import age_on
from volunteers.models import Team, TeamSeat, Volunteer
from volunteers.operations.leading import give_to_handler
from volunteers.operations.skills import serving_volunteer
from volunteers.operations.teams import locked_team
from volunteers.queries.teams import near
from volunteers.rules import day_of
from volunteers.rules.teams import (
    SEAT_OPEN,
    TEAM_LIVE,
    SeatStatus,
    TeamRole,
    check_leaders,
    check_seat,
)

ACCEPT, DECLINE, LEAD = "accept", "decline", "lead"


def ask_to_join(person_id: int, code: str, *, by: Actor, now: datetime) -> TeamSeat:
    """Return the seat that a leader has to answer; under 18 no rescue team (VOL-04)."""
    volunteer, day = serving_volunteer(person_id), day_of(now)
    team = locked_team(code, Team.status.in_(TEAM_LIVE), near(volunteer))
    born_on = volunteer.person.born_on
    check_seat(is_rescue=team.is_rescue, age=age_on(born_on, day) if born_on else None)
    if _open_seat(team, person_id) is not None:
        raise RuleViolation("", N_("已经在队里，或者已经申请过了"))
    seat = TeamSeat(
        code=opaque_code(8),
        team_id=team.id,
        volunteer_id=volunteer.id,
        role=TeamRole.MEMBER,
        status=SeatStatus.ASKED,
        asked_at=now,
    )
    db.session.add(seat)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TryAgainError from error
    audit("teams.ask", "team", team.id, by=by)
    return seat


def leave_team(person_id: int, code: str, *, by: Actor, now: datetime) -> None:
    """Leave a team, or take the asking back; the only leader finds another first."""
    team = locked_team(code)
    seat = _open_seat(team, person_id)
    if seat is None:
        raise UnknownRowError(code)
    if team.status not in TEAM_LIVE:
        raise RuleViolation("", N_("红十字会还没有批准，不成立了请点“撤回”"))
    if seat.status is SeatStatus.IN:
        check_leaders([one.role for one in _inside(team) if one.id != seat.id])
    seat.status, seat.left_on = SeatStatus.LEFT, day_of(now)
    db.session.flush()
    give_to_handler(team, now=now)
    audit("teams.leave", "team", team.id, by=by)


def answer_seat(
    person_id: int, code: str, seat_code: str, act: str, *, by: Actor, now: datetime
) -> None:
    """Let a leader accept, decline or make a leader of somebody. Raises UnknownRowError."""
    team = locked_team(code, Team.status.in_(TEAM_LIVE))
    own = _open_seat(team, person_id)
    if own is None or own.role is not TeamRole.LEADER or own.status is not SeatStatus.IN:
        raise UnknownRowError(code)
    wanted = SeatStatus.IN if act == LEAD else SeatStatus.ASKED
    seat = db.session.scalars(
        select(TeamSeat)
        .where(TeamSeat.team_id == team.id, TeamSeat.code == seat_code, TeamSeat.status == wanted)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if seat is None or act not in (ACCEPT, DECLINE, LEAD):
        raise UnknownRowError(seat_code)
    if act == ACCEPT:
        seat.status, seat.joined_on = SeatStatus.IN, day_of(now)
    elif act == DECLINE:
        seat.status, seat.left_on = SeatStatus.DECLINED, day_of(now)
    else:
        seat.role = TeamRole.LEADER
        db.session.flush()
        give_to_handler(team, now=now)
    db.session.flush()
    audit(f"teams.{act}", "team", team.id, by=by, seat=seat.id)


def _inside(team: Team) -> list[TeamSeat]:
    statement = select(TeamSeat).where(
        TeamSeat.team_id == team.id, TeamSeat.status == SeatStatus.IN
    )
    return list(db.session.scalars(statement))


def _open_seat(team: Team, person_id: int) -> TeamSeat | None:
    return db.session.scalars(
        select(TeamSeat)
        .join(TeamSeat.volunteer)
        .where(TeamSeat.team_id == team.id, Volunteer.person_id == person_id)
        .where(TeamSeat.status.in_(SEAT_OPEN))
        .with_for_update(of=TeamSeat)
        .execution_options(populate_existing=True)
    ).one_or_none()
