"""What stands on the stage of volunteers beyond their hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core import clock
from core.database import db
from exchange.rules import BatchStatus
from organizations.models import Organization
from tests import factories as make
from tests.cast import organization_named
from tests.e2e import stage
from tests.exchange_factories import make_batch
from tests.volunteering import make_qualification, make_registration, make_team, seat_volunteer
from volunteers.models import Qualification, Volunteer
from volunteers.operations import registering, skills, training
from volunteers.queries.cards import volunteer_token
from volunteers.rules import ServiceField
from volunteers.rules.registering import RegistrationReturn
from volunteers.rules.skills import QualificationKind, QualificationStatus, TrainingFacts
from volunteers.rules.teams import SeatStatus, TeamGrade, TeamStatus

if TYPE_CHECKING:
    from tests.e2e.scenery import Scenery


def furnish_registering(scenery: Scenery, branch: Organization) -> None:
    """Leave applications for the registered grade at the county, ada's own sent back."""
    county = organization_named("东县")
    ada = db.session.scalars(
        select(Volunteer).where(Volunteer.person_id == stage.acting("ada").person_id)
    ).one()
    own = make_registration(ada, county)
    registering.return_registration(
        own.code,
        RegistrationReturn.HOURS,
        "三月的记录有两条是同一天",
        handler_id=county.id,
        by=stage.acting("cora"),
        now=clock.now(),
    )
    for _ in range(3):
        person = make.make_person(born_on=stage.birth())
        waiting = make_registration(make.make_volunteer(person, branch), county)
    scenery.codes.update(registration=waiting.code, volunteer_card=volunteer_token(ada.code))


def furnish_skills(scenery: Scenery, branch: Organization) -> None:
    """Leave ada skills and certificates in every state, the secretary some to check, a training."""
    now, by = clock.now(), stage.acting("ada")
    ada = db.session.scalars(select(Volunteer).where(Volunteer.person_id == by.person_id)).one()
    fields = [ServiceField.FIRST_AID, ServiceField.DROWNING]
    skills.set_profile(ada.person_id, "开车、手语，会说测试话", fields, by=by, now=now)
    own = make_qualification(ada, branch, QualificationStatus.CHECKED, days_left=20)
    make_qualification(ada, branch, QualificationStatus.CHECKED, days_left=-3)
    returned = make_qualification(ada, branch, QualificationStatus.RETURNED, days_left=None)
    returned.kind, returned.name, returned.note = QualificationKind.OTHER, "水上救生", "看不清编号"
    for _ in range(3):
        person = make.make_person(born_on=stage.birth())
        waiting = make_qualification(make.make_volunteer(person, branch), branch)
    taught = training.record_training(
        branch,
        TrainingFacts("救护员复训", clock.today(), 240),
        ada.number,
        by=stage.acting("ben"),
        now=now,
    )
    assert isinstance(waiting, Qualification)
    scenery.codes.update(
        own_certificate=own.code,
        certificate=waiting.code,
        training=taught.code,
        skilled=ada.code,
    )


def furnish_teams(scenery: Scenery, branch: Organization) -> None:
    """Leave ada a team with people who ask, one that came back to gus, one to decide."""
    own, gus = (
        db.session.scalars(
            select(Volunteer).where(Volunteer.person_id == stage.acting(name).person_id)
        ).one()
        for name in ("ada", "gus")
    )
    team = make_team(branch, TeamStatus.REVIEW_DUE, own)
    team.registration, team.grade, team.assessment_on = (
        "浙测社证字第7号",
        TeamGrade.A3,
        clock.today(),
    )
    for status in (SeatStatus.IN, SeatStatus.ASKED):
        person = make.make_person(born_on=stage.birth())
        seat_volunteer(team, make.make_volunteer(person, branch), status=status)
    returned = make_team(branch, TeamStatus.RETURNED, gus, is_rescue=False)
    returned.note = "请写清楚平时做什么"
    waiting = make_team(branch, TeamStatus.SUBMITTED)
    scenery.codes.update(own_team=team.code, returned_team=returned.code, new_team=waiting.code)


def furnish_exchange(scenery: Scenery) -> None:
    """Leave the province batches: one with refused rows, one that is over, one to agree to."""
    province = organization_named("测试省")
    answered = make_batch(province, BatchStatus.RECEIPTED, refused=3)
    over = make_batch(province, BatchStatus.CLOSED)
    waiting = make_batch(province, BatchStatus.DRAFT)
    scenery.codes.update(batch=waiting.code, answered=answered.code, batch_over=over.code)
