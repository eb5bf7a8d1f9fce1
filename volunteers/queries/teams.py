"""Teams: one's own, those one may join, those of an organization, and who belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import joinedload

from core import clock
from core.access.scope import Scope
from core.database import db
from core.paging import Page, page_of
from organizations.queries import within
from people.models import Person
from people.rules import is_minor_on, mask_name
from volunteers.models import Agreement, Team, TeamEvent, TeamSeat, Volunteer
from volunteers.queries.registering import shown_name
from volunteers.rules.resting import AgreementKind
from volunteers.rules.teams import (
    SEAT_OPEN,
    TEAM_LIVE,
    TEAM_WAITING,
    SeatStatus,
    TeamRole,
    TeamStatus,
)

PAGE = 20
MOST = 200


def own_seats(person_id: int | None) -> Sequence[TeamSeat]:
    """Return the teams to which a person belongs, leads or asks to belong."""
    return db.session.scalars(
        select(TeamSeat)
        .join(TeamSeat.volunteer)
        .options(joinedload(TeamSeat.team, innerjoin=True).joinedload(Team.organization))
        .where(Volunteer.person_id == person_id, TeamSeat.status.in_(SEAT_OPEN))
        .order_by(TeamSeat.id)
        .limit(MOST)
    ).all()


def near(volunteer: Volunteer) -> ColumnElement[bool]:
    """Return the condition of a team that a volunteer may join: of his county or organization.

    Who serves at a city or the province itself has no county: the others there are not his.
    """
    here = Team.organization_id == volunteer.organization_id
    if volunteer.county_id is None:
        return here
    return here | (Team.county_id == volunteer.county_id)


def teams_near(volunteer: Volunteer, after: str = "") -> Page[Team]:
    """Return a page of the teams of a volunteer's county that he may ask to join."""
    statement = (
        select(Team)
        .options(joinedload(Team.organization, innerjoin=True))
        .where(near(volunteer), Team.status.in_(TEAM_LIVE))
    )
    if after:
        anchor = select(Team.id).where(Team.code == after).scalar_subquery()
        statement = statement.where(Team.id > anchor)
    rows = db.session.scalars(statement.order_by(Team.id).limit(PAGE + 1)).all()
    return page_of(list(rows), PAGE)


def team_for(person_id: int | None, code: str) -> Team | None:
    """Return a team that a volunteer may read: a live one of his county, or one he belongs to."""
    seated = select(TeamSeat.team_id).join(TeamSeat.volunteer)
    seated = seated.where(Volunteer.person_id == person_id, TeamSeat.status.in_(SEAT_OPEN))
    own = select(Volunteer).where(Volunteer.person_id == person_id)
    volunteer = db.session.scalars(own).one_or_none()
    if volunteer is None:
        return None
    return db.session.scalars(
        select(Team)
        .options(joinedload(Team.organization, innerjoin=True))
        .where(Team.code == code)
        .where(
            (Team.status.in_(TEAM_LIVE) & near(volunteer))
            | Team.id.in_(seated)
            | (Team.founder_id == volunteer.id)
        )
    ).one_or_none()


def seat_in(team_id: int, person_id: int | None) -> TeamSeat | None:
    """Return the open seat of a person in a team."""
    return db.session.scalars(
        select(TeamSeat)
        .join(TeamSeat.volunteer)
        .where(TeamSeat.team_id == team_id, Volunteer.person_id == person_id)
        .where(TeamSeat.status.in_(SEAT_OPEN))
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class Mate:
    """Somebody of a team as its leader sees him; the phone where he agreed to it.

    Of somebody under 18 or of unknown age a masked name and no phone (decisions.md D10); no
    document, no birth day, no other number.
    """

    code: str
    name: str
    role: TeamRole
    status: SeatStatus
    joined_on: date | None
    phone: str


def mates_of(team_id: int, *, with_phones: bool) -> list[Mate]:
    """Return who belongs to a team or asks to, leaders first: one statement."""
    agreed = (
        select(Agreement.id)
        .where(
            Agreement.volunteer_id == Volunteer.id,
            Agreement.kind == AgreementKind.CONTACT,
            Agreement.withdrawn_at.is_(None),
        )
        .exists()
    )
    rows = db.session.execute(
        select(TeamSeat, Person, agreed)
        .join(TeamSeat.volunteer)
        .join(Person, Person.id == Volunteer.person_id)
        .where(TeamSeat.team_id == team_id, TeamSeat.status.in_(SEAT_OPEN))
        .order_by(TeamSeat.role, TeamSeat.id)
        .limit(MOST)
    )
    today = clock.today()
    found = []
    for seat, person, may_call in rows:
        is_grown = person.born_on is not None and not is_minor_on(person.born_on, today)
        phone = person.plain_phone if with_phones and may_call and is_grown else ""
        name = person.name if with_phones and is_grown else mask_name(person.name)
        found.append(Mate(seat.code, name, seat.role, seat.status, seat.joined_on, phone))
    return found


def teams_in(scope: Scope, after: str = "") -> Page[Team]:
    """Return a page of the teams in a scope, those that wait first of all: one statement."""
    statement = (
        select(Team)
        .options(joinedload(Team.organization, innerjoin=True))
        .where(_reaches(scope), Team.status.not_in((TeamStatus.WITHDRAWN,)))
    )
    if after:
        anchor = select(Team.id).where(Team.code == after).scalar_subquery()
        statement = statement.where(Team.id < anchor)
    rows = db.session.scalars(statement.order_by(Team.id.desc()).limit(PAGE + 1)).all()
    return page_of(list(rows), PAGE)


def team_in(scope: Scope, code: str) -> Team | None:
    """Return a team in a scope."""
    return db.session.scalars(
        select(Team)
        .options(joinedload(Team.organization, innerjoin=True))
        .where(Team.code == code, _reaches(scope))
    ).one_or_none()


def _reaches(scope: Scope) -> ColumnElement[bool]:
    """Return the condition for teams in a scope, and those that its organization decides about."""
    return or_(within(scope, Team), Team.handler_id == scope.place.id)


def leaders_of(scope: Scope, team_id: int) -> tuple[list[str], int]:
    """Return the leaders by name as the viewer may read it, and how many belong to the team."""
    rows = db.session.execute(
        select(Person.name, Person.born_on, Volunteer.organization_id, TeamSeat.role)
        .select_from(TeamSeat)
        .join(TeamSeat.volunteer)
        .join(Person, Person.id == Volunteer.person_id)
        .where(TeamSeat.team_id == team_id, TeamSeat.status == SeatStatus.IN)
        .order_by(TeamSeat.id)
    ).all()
    names = [shown_name(scope, *row[:3]) for row in rows if row[3] is TeamRole.LEADER]
    return names, len(rows)


def steps_of_team(team_id: int) -> Sequence[TeamEvent]:
    """Return the history of a team, newest first."""
    return db.session.scalars(
        select(TeamEvent).where(TeamEvent.team_id == team_id).order_by(TeamEvent.id.desc())
    ).all()


def count_teams(handler_id: Any) -> ScalarSelect[int]:
    """Return the count of teams that wait, as a part of another statement."""
    return (
        select(func.count())
        .select_from(Team)
        .where(Team.handler_id == handler_id, Team.status.in_(TEAM_WAITING))
        .scalar_subquery()
    )
