"""Volunteers, their teams and what the teams' Red Cross holds, as objects to be shared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from activities.models import Activity, Shift
from activities.rules import PUBLIC_STATES
from core.clock import local
from core.database import db
from core.web import config_value
from exchange.queries.sharing import Ask, Found, shared
from people.models import Person
from volunteers.models import Team, TeamSeat, Volunteer, VolunteerProfile
from volunteers.rules.teams import TEAM_LIVE, SeatStatus, TeamRole, TeamStatus


def volunteers(ask: Ask) -> list[Found]:
    """Return volunteers."""
    statement = (
        select(Volunteer, VolunteerProfile)
        .join(Volunteer.person)
        .outerjoin(VolunteerProfile, VolunteerProfile.volunteer_id == Volunteer.id)
        .options(
            contains_eager(Volunteer.person), joinedload(Volunteer.organization, innerjoin=True)
        )
        .where(*shared(ask.today))
    )
    rows = db.session.execute(ask.of(statement, Volunteer.id))
    return [Found(one.id, one.number, _volunteer(one, profile)) for one, profile in rows]


def _volunteer(one: Volunteer, profile: VolunteerProfile | None) -> dict[str, Any]:
    person = one.person
    return {
        "local_number": one.code,
        "name": person.name,
        "sex": person.sex,
        "born_on": person.born_on,
        "id_type": person.id_type,
        "id_number": person.plain_id_number or None,
        "unit": one.organization.name,
        "phone": person.plain_phone or None,
        "division": one.organization.division_code,
        "skills": profile.skills if profile else None,
        "fields": [*profile.field_list] if profile else [],
        "registered_on": one.registered_on,
        "entered_on": one.entered_on,
        "source": config_value("brand"),
        "state": one.status,
    }


def teams(ask: Ask) -> list[Found]:
    """Return teams that exist or did; the head is told where he is shared himself."""
    members = select(func.count()).where(
        TeamSeat.team_id == Team.id, TeamSeat.status == SeatStatus.IN
    )
    head = (
        select(func.min(Volunteer.number))
        .select_from(TeamSeat)
        .join(Volunteer, Volunteer.id == TeamSeat.volunteer_id)
        .join(Person, Person.id == Volunteer.person_id)
        .where(
            TeamSeat.team_id == Team.id,
            TeamSeat.status == SeatStatus.IN,
            TeamSeat.role == TeamRole.LEADER,
            *shared(ask.today),
        )
    )
    statement = (
        select(Team, members.scalar_subquery(), head.scalar_subquery())
        .options(joinedload(Team.organization, innerjoin=True))
        .where(Team.status.in_((*TEAM_LIVE, TeamStatus.DISSOLVED)))
    )
    return [
        Found(one.id, one.code, _team(one, count, leader))
        for one, count, leader in db.session.execute(ask.of(statement, Team.id))
    ]


def _team(one: Team, members: int, head: str | None) -> dict[str, Any]:
    return {
        "name": one.name,
        "type": "rescue" if one.is_rescue else "service",
        "registration": one.registration or None,
        "founded_on": one.founded_on,
        "division": one.organization.division_code,
        "head": head,
        "phone": one.organization.phone or None,
        "liaison": one.organization.name,
        "fields": [one.field],
        "members": members,
        "state": one.status,
    }


def projects(ask: Ask) -> list[Found]:
    """Return activities that were published, with the seats of all their shifts."""
    seats = select(func.coalesce(func.sum(Shift.seats), 0)).where(
        Shift.activity_id == Activity.id, Shift.removed_at.is_(None)
    )
    statement = (
        select(Activity, seats.scalar_subquery())
        .options(joinedload(Activity.organization, innerjoin=True))
        .where(Activity.status.in_(PUBLIC_STATES), Activity.published_at.is_not(None))
    )
    return [
        Found(one.id, one.code, _project(one, int(wanted)))
        for one, wanted in db.session.execute(ask.of(statement, Activity.id))
    ]


def _project(one: Activity, wanted: int) -> dict[str, Any]:
    return {
        "name": one.title,
        "field": one.field,
        "description": one.description,
        "division": one.organization.division_code,
        "address": one.place,
        "starts_at": local(one.first_starts_at),
        "ends_at": local(one.last_ends_at),
        "recruits_from": local(one.published_at) if one.published_at else None,
        "recruits_to": local(one.last_ends_at),
        "wanted": wanted,
        "conditions": _conditions(one),
        "risk_flags": sorted(one.ground_set),
        "guarantees": one.risks,
        "insurance": one.policy_number or None,
        "contact": one.organization.phone or None,
        "organizer": one.organization.name,
        "state": one.status,
    }


def _conditions(one: Activity) -> str | None:
    parts = [
        f"满 {one.min_age} 岁" if one.min_age else "",
        "注册志愿者" if one.needs_registered else "",
        one.certificate,
    ]
    return "；".join(filter(None, parts)) or None
