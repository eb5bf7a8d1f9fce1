"""What a merged-away volunteer can do, was taught and belongs to goes to the one who stays."""

from __future__ import annotations

from sqlalchemy import select

from core.database import db
from people.operations.moves import Act, Undoing
from volunteers.models import Qualification, StarGrant, Team, TeamSeat, Trainee, Volunteer
from volunteers.rules.stars import STAR_OPEN, StarStatus
from volunteers.rules.teams import SEAT_OPEN


def bring_life(act: Act, merged: Volunteer, kept: Volunteer) -> None:
    """Give certificates and training to the kept volunteer; what both have stays where it is."""
    for row in db.session.scalars(
        select(Qualification).where(Qualification.volunteer_id == merged.id).with_for_update()
    ):
        act.change(row, volunteer_id=kept.id)
    has = select(Trainee.training_id).where(Trainee.volunteer_id == kept.id)
    for seat in db.session.scalars(
        select(Trainee).where(Trainee.volunteer_id == merged.id, Trainee.training_id.not_in(has))
    ):
        act.change(seat, volunteer_id=kept.id)
    here = select(TeamSeat.team_id).where(
        TeamSeat.volunteer_id == kept.id, TeamSeat.status.in_(SEAT_OPEN)
    )
    for one in db.session.scalars(
        select(TeamSeat).where(TeamSeat.volunteer_id == merged.id, TeamSeat.team_id.not_in(here))
    ):
        act.change(one, volunteer_id=kept.id)
    for team in db.session.scalars(select(Team).where(Team.founder_id == merged.id)):
        act.change(team, founder_id=kept.id)
    _bring_stars(act, merged, kept)
    db.session.flush()


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


def return_life(undoing: Undoing) -> None:
    """Give back what a merge had brought along."""
    for model in (Qualification, Trainee, TeamSeat, Team, StarGrant):
        for row, saved in undoing.rows(model):
            saved.put_back(row)
    db.session.flush()
