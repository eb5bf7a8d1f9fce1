"""Founding, deciding, reviewing and grading teams; the local Red Cross decides (VOL-10)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from core import settings
from core.audit.operations import SYSTEM, Actor
from core.audit.operations import record as audit
from core.crypto import opaque_code
from core.database import db
from core.rules import NN_, RuleViolation, UnknownRowError, next_state
from people.rules import age_on
from volunteers.models import Team, TeamSeat, Volunteer
from volunteers.operations.counting import count_team
from volunteers.operations.leading import give_to_handler, heads_of, note_team
from volunteers.operations.records import wards_among
from volunteers.operations.skills import serving_volunteer
from volunteers.queries.own import handler_for
from volunteers.rules import check_reason, check_serving, day_of
from volunteers.rules.registering import check_registrar
from volunteers.rules.resting import months_before
from volunteers.rules.teams import (
    SEAT_OPEN,
    TEAM_DECISIONS,
    TEAM_FOUNDING,
    TEAM_LIVE,
    TEAM_REASONS,
    TEAM_TRANSITIONS,
    RescueFacts,
    SeatStatus,
    TeamAction,
    TeamFacts,
    TeamRole,
    TeamStatus,
    check_rescue,
    check_seat,
    check_team,
)

CHUNK = 200


def found_team(person_id: int, facts: TeamFacts, *, by: Actor, now: datetime) -> Team:
    """Return a team that waits for its Red Cross; the volunteer who applies leads it."""
    volunteer, known, day = serving_volunteer(person_id), check_team(facts), day_of(now)
    _check_founder(volunteer, is_rescue=known.is_rescue, now=now)
    _check_foundings(volunteer, now)
    organization = volunteer.organization
    team = Team(
        code=opaque_code(8),
        organization=organization,
        county_id=organization.county_id,
        handler=handler_for(organization, volunteer.person, by.user_id or 0, day),
        founder=volunteer,
        name=known.name,
        purpose=known.purpose,
        field=known.field,
        is_rescue=known.is_rescue,
        status=TeamStatus.SUBMITTED,
        submitted_at=now,
        submitted_by_id=by.user_id,
    )
    db.session.add(team)
    db.session.flush()
    db.session.add(
        TeamSeat(
            code=opaque_code(8),
            team_id=team.id,
            volunteer_id=volunteer.id,
            role=TeamRole.LEADER,
            status=SeatStatus.IN,
            asked_at=now,
            joined_on=day,
        )
    )
    note_team(team, None, by, now)
    audit("teams.found", "team", team.id, by=by)
    db.session.flush()
    return team


def amend_team(person_id: int, code: str, facts: TeamFacts, *, by: Actor, now: datetime) -> Team:
    """Return a team handed in again after it came back; who founds it is looked at once more."""
    volunteer, known = serving_volunteer(person_id), check_team(facts)
    _check_founder(volunteer, is_rescue=known.is_rescue, now=now)
    team = locked_team(code, Team.founder.has(Volunteer.person_id == person_id))
    _step(team, TeamAction.RESUBMIT, by, now)
    team.name, team.purpose = known.name, known.purpose
    team.field, team.is_rescue = known.field, known.is_rescue
    team.submitted_at, team.note = now, ""
    db.session.flush()
    return team


def withdraw_team(person_id: int, code: str, *, by: Actor, now: datetime) -> None:
    """Take a founding application back before it is decided."""
    team = locked_team(code, Team.founder.has(Volunteer.person_id == person_id))
    _step(team, TeamAction.WITHDRAW, by, now)
    _end_seats(team, now)


def decide_team(
    code: str, action: TeamAction, note: str, *, handler_id: int, by: Actor, now: datetime
) -> Team:
    """Return a team that was approved, returned, reviewed, told to mend or dissolved.

    Raises RuleViolation for its founder and its leaders, and where a reason is missing.
    """
    if action not in TEAM_DECISIONS:
        raise UnknownRowError
    note = check_reason(note, "note", needed=action in TEAM_REASONS)
    team = locked_team(code, Team.handler_id == handler_id)
    _check_other(team, by)
    if action is TeamAction.APPROVE and team.status is TeamStatus.SUBMITTED:
        _check_founder(team.founder, is_rescue=team.is_rescue, now=now)
    _step(team, action, by, now, note)
    team.note, day = note, day_of(now)
    if action in (TeamAction.APPROVE, TeamAction.KEEP):
        team.founded_on = team.founded_on or day
        team.review_on = months_before(day, -settings.value("teams.review_months", day))
    if action is TeamAction.DISSOLVE:
        _end_seats(team, now)
    db.session.flush()
    return team


def grade_team(code: str, facts: RescueFacts, *, handler_id: int, by: Actor, now: datetime) -> Team:
    """Return a rescue team with registration, grade and next assessment (VOL-12).

    Raises RuleViolation for its founder and its leaders.
    """
    known = check_rescue(facts)
    team = locked_team(code, Team.handler_id == handler_id, Team.is_rescue.is_(True))
    _check_other(team, by)
    _step(team, TeamAction.GRADE, by, now, str(known.grade or ""))
    team.registration, team.grade = known.registration, known.grade
    team.assessment_on = known.assessment_on
    db.session.flush()
    return team


def let_reviews_fall_due(now: datetime) -> int:
    """Let teams wait for their yearly review; return how many, a chunk at a time."""
    found = db.session.scalars(
        select(Team)
        .where(Team.status == TeamStatus.ACTIVE, Team.review_on <= day_of(now))
        .order_by(Team.id)
        .limit(CHUNK)
        .with_for_update(of=Team)
        .execution_options(populate_existing=True)
    ).all()
    for team in found:
        _step(team, TeamAction.FALL_DUE, SYSTEM, now)
    db.session.flush()
    return len(found)


def follow_teams(organization_id: int, *, now: datetime) -> None:
    """Give the teams of an organization to who decides about them from now on."""
    found = db.session.scalars(
        select(Team)
        .where(Team.organization_id == organization_id)
        .where(Team.status.not_in((TeamStatus.WITHDRAWN, TeamStatus.DISSOLVED)))
        .order_by(Team.id)
        .with_for_update(of=Team)
        .execution_options(populate_existing=True)
    ).all()
    for team in found:
        give_to_handler(team, now=now)


def _check_other(team: Team, by: Actor) -> None:
    """Raise RuleViolation for somebody to whom the team is his own matter, or his ward's."""
    heads = heads_of(team)
    wards = wards_among(heads, by.user_id) if by.user_id is not None else set()
    for person_id in heads:
        check_registrar(person_id, by.person_id, is_ward=person_id in wards)


def locked_team(code: str, *conditions: ColumnElement[bool]) -> Team:
    """Return a team as it is now, its row locked. Raises UnknownRowError."""
    team = db.session.scalars(
        select(Team)
        .where(Team.code == code, *conditions)
        .with_for_update(of=Team)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if team is None:
        raise UnknownRowError(code)
    return team


def _check_founder(founder: Volunteer, *, is_rescue: bool, now: datetime) -> None:
    """Raise RuleViolation for who serves no more, and in a rescue team for a minor (VOL-04)."""
    check_serving(founder.status)
    born_on = founder.person.born_on
    check_seat(is_rescue=is_rescue, age=age_on(born_on, day_of(now)) if born_on else None)


def _check_foundings(founder: Volunteer, now: datetime) -> None:
    """Raise RuleViolation where as many applications wait as the setting allows.

    The volunteer is locked: two applications at once are counted one after the other.
    """
    most = settings.value("teams.open_foundings", day_of(now))
    waiting = select(func.count(Team.id)).where(
        Team.founder_id == founder.id, Team.status.in_(TEAM_FOUNDING)
    )
    if (db.session.scalar(waiting) or 0) >= most:
        message = NN_("已有 %(count)d 个队在申请，等有了结果再申请")
        raise RuleViolation("", message, count=most)


def _end_seats(team: Team, now: datetime) -> None:
    seats = select(TeamSeat).where(TeamSeat.team_id == team.id, TeamSeat.status.in_(SEAT_OPEN))
    for seat in db.session.scalars(seats.with_for_update()):
        seat.status, seat.left_on = SeatStatus.LEFT, day_of(now)
    db.session.flush()


def _step(team: Team, action: TeamAction, by: Actor, now: datetime, note: str = "") -> None:
    existed = team.status in TEAM_LIVE
    team.status = next_state(TEAM_TRANSITIONS, team.status, action)
    change = (team.status in TEAM_LIVE) - existed
    if change:
        count_team(team, change)
    note_team(team, action, by, now, note)
    audit(f"teams.{action}", "team", team.id, by=by)
