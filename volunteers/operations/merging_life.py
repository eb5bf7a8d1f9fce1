"""What a merged-away volunteer can do, was taught and belongs to goes to the one who stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from core.database import db
from people.operations.moves import Act, Undoing
from volunteers.models import (
    Agreement,
    Qualification,
    StarGrant,
    Team,
    TeamSeat,
    Trainee,
    Volunteer,
    VolunteerProfile,
)
from volunteers.operations.following import follow_desk
from volunteers.rules import day_of
from volunteers.rules.stars import STAR_OPEN, StarStatus
from volunteers.rules.teams import SEAT_OPEN, SeatStatus, TeamRole


def bring_life(act: Act, merged: Volunteer, kept: Volunteer) -> None:
    """Give certificates, training, seats in teams, profile and consents to the kept volunteer.

    A training of both stays where it is; of two seats in one team one is left. What waits for an
    answer goes to who gives it where the person stands from now on.
    """
    for row in db.session.scalars(
        select(Qualification).where(Qualification.volunteer_id == merged.id).with_for_update()
    ):
        act.change(row, volunteer_id=kept.id)
    has = select(Trainee.training_id).where(Trainee.volunteer_id == kept.id)
    for trainee in db.session.scalars(
        select(Trainee).where(Trainee.volunteer_id == merged.id, Trainee.training_id.not_in(has))
    ):
        act.change(trainee, volunteer_id=kept.id)
    here = {seat.team_id: seat for seat in _seats(kept) if seat.status in SEAT_OPEN}
    for seat in _seats(merged):
        if seat.team_id not in here:
            act.change(seat, volunteer_id=kept.id)
        elif seat.status in SEAT_OPEN:
            _join(act, seat, here[seat.team_id])
    for team in db.session.scalars(select(Team).where(Team.founder_id == merged.id)):
        act.change(team, founder_id=kept.id)
    _bring_stars(act, merged, kept)
    _bring_profile(act, merged, kept)
    _bring_agreements(act, merged, kept)
    _follow([merged, kept], act.now)


def _bring_stars(act: Act, merged: Volunteer, kept: Volunteer) -> None:
    """Give stars and what is on its way; of two on their way, or one star twice, the kept stays."""
    theirs = db.session.scalars(select(StarGrant).where(StarGrant.volunteer_id == kept.id)).all()
    has_open = any(one.status in STAR_OPEN for one in theirs)
    held = {one.star for one in theirs if one.status is StarStatus.GRANTED}
    own = select(StarGrant).where(StarGrant.volunteer_id == merged.id).order_by(StarGrant.id)
    for grant in db.session.scalars(own.with_for_update()):
        is_doubled = grant.status is StarStatus.GRANTED and grant.star in held
        if not is_doubled and not (grant.status in STAR_OPEN and has_open):
            act.change(grant, volunteer_id=kept.id)


def _bring_profile(act: Act, merged: Volunteer, kept: Volunteer) -> None:
    """Fill what the kept volunteer never said of himself with what the other one said."""
    theirs = db.session.get(VolunteerProfile, merged.id)
    if theirs is None:
        return
    own = db.session.get(VolunteerProfile, kept.id, with_for_update=True)
    if own is None:
        updated_at = theirs.updated_at
        own = VolunteerProfile(volunteer_id=kept.id, skills="", fields="", updated_at=updated_at)
        db.session.add(own)
        db.session.flush()
    told = {name: getattr(theirs, name) for name in ("skills", "fields") if not getattr(own, name)}
    if any(told.values()):
        act.change(own, **told)


def _bring_agreements(act: Act, merged: Volunteer, kept: Volunteer) -> None:
    """Give consents in force; where the person answered the same later, that answer stands."""
    own = db.session.scalars(
        select(Agreement).where(Agreement.volunteer_id == kept.id).with_for_update()
    ).all()
    for one in db.session.scalars(
        select(Agreement)
        .where(Agreement.volunteer_id == merged.id, Agreement.withdrawn_at.is_(None))
        .with_for_update()
    ):
        mine = [other for other in own if other.kind is one.kind]
        is_answered = any(
            other.withdrawn_at is None or other.withdrawn_at > one.given_at for other in mine
        )
        if not is_answered:
            act.change(one, volunteer_id=kept.id)


def return_life(undoing: Undoing) -> None:
    """Give back what a merge had brought along."""
    for model in (Qualification, Trainee, TeamSeat, Team, StarGrant, Agreement, VolunteerProfile):
        for row, saved in undoing.rows(model):
            saved.put_back(row)
    ids = undoing.merge.survivor_id, undoing.merge.merged_id
    found = db.session.scalars(select(Volunteer).where(Volunteer.person_id.in_(ids)))
    _follow(found.all(), undoing.now)


def _seats(volunteer: Volunteer) -> Sequence[TeamSeat]:
    statement = select(TeamSeat).where(TeamSeat.volunteer_id == volunteer.id)
    return db.session.scalars(statement.order_by(TeamSeat.id).with_for_update()).all()


def _join(act: Act, left: TeamSeat, stays: TeamSeat) -> None:
    """Leave one of two seats in a team; who belongs to it, and who leads it, goes on doing so."""
    is_in = left.status is SeatStatus.IN
    if is_in and stays.status is SeatStatus.ASKED:
        act.change(stays, status=SeatStatus.IN, joined_on=left.joined_on)
    if is_in and left.role is TeamRole.LEADER and stays.role is not TeamRole.LEADER:
        act.change(stays, role=TeamRole.LEADER)
    act.change(left, status=SeatStatus.LEFT, left_on=day_of(act.now))


def _follow(volunteers: Sequence[Volunteer], now: datetime) -> None:
    """Give what waits to who answers it where the volunteers stand."""
    db.session.flush()
    for row in db.session.identity_map.values():
        if isinstance(row, Qualification | Team):
            db.session.expire(row)
    for organization_id in sorted({one.organization_id for one in volunteers}):
        follow_desk(organization_id, now=now)
