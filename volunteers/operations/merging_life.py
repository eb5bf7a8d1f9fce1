"""What a merged-away volunteer can do, was taught and belongs to goes to the one who stays."""

from __future__ import annotations

from sqlalchemy import select

from core.database import db
from people.operations.moves import Act, Undoing
from volunteers.models import Qualification, Team, TeamSeat, Trainee, Volunteer
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
    db.session.flush()


def return_life(undoing: Undoing) -> None:
    """Give back what a merge had brought along."""
    for model in (Qualification, Trainee, TeamSeat, Team):
        for row, saved in undoing.rows(model):
            saved.put_back(row)
    db.session.flush()
