"""Volunteers of the demonstration who agree that another system gets their records (VOL-53)."""

from __future__ import annotations

from sqlalchemy import select

from accounts.models import User
from core.audit.operations import Actor
from core.database import db
from core.rules import AGE_OF_MAJORITY
from datasets.demo.people import Stage
from people.models import Person
from volunteers.models import Volunteer
from volunteers.operations.resting import set_agreements
from volunteers.queries.roster import latest_birth
from volunteers.rules import SERVING
from volunteers.rules.resting import AgreementKind

#: Of three who could, so many agree: a batch also tells of whom it leaves out.
OF_THREE = 2


def build_sharing(stage: Stage) -> None:
    """Let most grown volunteers with an account agree, so that a batch holds something."""
    rows = db.session.execute(
        select(Volunteer.person_id, User.id)
        .join(Person, Person.id == Volunteer.person_id)
        .join(User, User.person_id == Person.id)
        .where(
            Volunteer.status.in_(SERVING),
            Person.born_on <= latest_birth(stage.today, AGE_OF_MAJORITY),
        )
        .order_by(Volunteer.id)
    ).all()
    for place, (person_id, user_id) in enumerate(rows):
        if place % 3 < OF_THREE:
            by, now = Actor(user_id, person_id), stage.at(2, 12)
            set_agreements(person_id, [AgreementKind.SHARING], by=by, now=now)
