"""What waits at an organization follows its keeper, the tree and the closing of organizations."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from core.database import db
from organizations.models import Organization
from organizations.operations.moving import MovedSubtree
from people.operations.matters import note
from volunteers.models import Qualification, Registration, Team, Volunteer
from volunteers.operations.counting import move_teams
from volunteers.operations.holds import follow_desks
from volunteers.operations.registering import follow_registrations
from volunteers.operations.skills import follow_qualifications
from volunteers.operations.teams import follow_teams
from volunteers.rules.registering import REGISTRATION_OPEN
from volunteers.rules.skills import QualificationStatus
from volunteers.rules.teams import TEAM_FOUNDING


def follow_desk(organization_id: int, *, now: datetime) -> None:
    """Give what volunteers ask of an organization to who answers it from now on."""
    follow_registrations(organization_id, now=now)
    follow_qualifications(organization_id, now=now)
    follow_teams(organization_id, now=now)


def follow_moved(moved: MovedSubtree) -> None:
    """Keep the county of teams, and who answers what waits, after a part of the tree moved."""
    ids = list(moved.organization_ids)
    if "county_id" in moved.columns:
        db.session.execute(
            update(Team)
            .where(Team.organization_id.in_(ids))
            .values(county_id=moved.columns["county_id"])
            .execution_options(synchronize_session=False)
        )
    for organization_id in _asked_of(ids):
        follow_desk(organization_id, now=moved.now)
    follow_desks(ids)


def take_teams_along(source: Organization, target: Organization, now: datetime) -> None:
    """Give the teams of a closed organization to the one where its volunteers go."""
    move_teams(source, target)
    db.session.execute(
        update(Team)
        .where(Team.organization_id == source.id)
        .values(organization_id=target.id, county_id=target.county_id)
        .execution_options(synchronize_session=False)
    )
    for row in db.session.identity_map.values():
        if isinstance(row, Team):
            db.session.expire(row)
    asked_for = Team.organization_id == target.id, Team.status.in_(TEAM_FOUNDING)
    note(db.session.scalars(select(Team).where(*asked_for)))
    follow_desk(source.id, now=now)
    follow_teams(target.id, now=now)


def _asked_of(ids: Collection[int]) -> list[int]:
    """Return those of the organizations whose volunteers wait for an answer: few."""
    one = Volunteer.organization_id
    statements = (
        select(one)
        .join(Registration, Registration.volunteer_id == Volunteer.id)
        .where(one.in_(ids), Registration.status.in_(REGISTRATION_OPEN)),
        select(one)
        .join(Qualification, Qualification.volunteer_id == Volunteer.id)
        .where(one.in_(ids), Qualification.status == QualificationStatus.SUBMITTED),
        select(Team.organization_id).where(Team.organization_id.in_(ids)),
    )
    return sorted({found for statement in statements for found in db.session.scalars(statement)})
