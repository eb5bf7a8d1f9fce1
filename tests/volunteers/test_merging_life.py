"""Certificates, training, teams and the grade of two records that become one person (AZ-16)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.database import db
from people.models import Person
from people.rules.duplicates import Side
from tests.cast import Cast
from tests.people.pairs import VOLUNTEER, merge, part, rows_now, twin
from tests.volunteering import (
    make_qualification,
    make_registration,
    make_team,
    make_training,
    seat_volunteer,
)
from tests.volunteers.desk import BRANCH, COUNTY
from tests.volunteers.merged import OTHER
from volunteers.models import (
    Agreement,
    Qualification,
    Registration,
    Team,
    TeamSeat,
    Trainee,
    Volunteer,
    VolunteerProfile,
)
from volunteers.queries.resting import agreements_of
from volunteers.queries.teams import mates_of
from volunteers.rules import VolunteerStatus
from volunteers.rules.registering import RegistrationStatus
from volunteers.rules.resting import AgreementKind
from volunteers.rules.teams import SeatStatus, TeamRole

LIFE = (Qualification, Trainee, Team, TeamSeat, Registration, Volunteer)


def volunteer_of(person: Person) -> Volunteer:
    return db.session.scalars(select(Volunteer).where(Volunteer.person_id == person.id)).one()


def two(cast: Cast) -> tuple[Volunteer, Volunteer]:
    """Return the volunteer who stays, at the branch, and who is merged away, at the other."""
    first, second = (twin(cast, place, roles=VOLUNTEER) for place in (BRANCH, OTHER))
    return volunteer_of(first), volunteer_of(second)


def join(cast: Cast, kept: Volunteer, merged: Volunteer, place: Side = Side.FIRST) -> object:
    first, second = (db.session.get_one(Person, one.person_id) for one in (kept, merged))
    return merge(cast, first, second, {"record": Side.FIRST, "volunteer": place})


@pytest.mark.covers("AZ-16", "VOL-14")
def test_of_two_seats_in_one_team_one_stays_with_the_higher_role(cast: Cast) -> None:
    kept, merged = two(cast)
    team = make_team(cast.organization(BRANCH), leader=merged)
    own = seat_volunteer(team, kept, status=SeatStatus.ASKED)
    other = make_team(cast.organization(BRANCH))
    moved = seat_volunteer(other, merged)
    db.session.commit()
    before = rows_now(*LIFE)
    done = join(cast, kept, merged)
    assert [one.code for one in mates_of(team.id, with_phones=True)] == [own.code]
    assert (own.status, own.role) == (SeatStatus.IN, TeamRole.LEADER)
    assert (team.founder_id, moved.volunteer_id) == (kept.id, kept.id)
    part(cast, done)  # type: ignore[arg-type]
    assert rows_now(*LIFE) == before


@pytest.mark.covers("AZ-16", "AZ-03")
def test_what_waits_goes_to_who_answers_where_the_person_stands(cast: Cast) -> None:
    kept, merged = two(cast)
    waiting = make_qualification(merged, cast.organization(OTHER))
    trained = make_training(cast.organization(OTHER), cast.user("bea"))
    db.session.add_all(
        Trainee(training_id=trained.id, volunteer_id=one.id) for one in (kept, merged)
    )
    asked = make_registration(merged, cast.organization(COUNTY))
    db.session.commit()
    before = rows_now(*LIFE)
    done = join(cast, kept, merged)
    assert (waiting.volunteer_id, waiting.handler.name) == (kept.id, BRANCH)
    assert asked.status is RegistrationStatus.WITHDRAWN
    part(cast, done)  # type: ignore[arg-type]
    assert rows_now(*LIFE) == before


@pytest.mark.covers("AZ-16", "VOL-01")
@pytest.mark.parametrize("place", [Side.FIRST, Side.SECOND])
def test_the_registered_grade_is_not_lost(cast: Cast, place: Side) -> None:
    kept, merged = two(cast)
    merged.status, merged.registered_on = VolunteerStatus.REGISTERED, merged.entered_on
    asked = make_registration(kept, cast.organization(COUNTY))
    db.session.commit()
    before = rows_now(*LIFE)
    done = join(cast, kept, merged, place)
    assert (kept.status, kept.registered_on) == (VolunteerStatus.REGISTERED, kept.entered_on)
    assert asked.status is RegistrationStatus.WITHDRAWN
    part(cast, done)  # type: ignore[arg-type]
    assert rows_now(*LIFE) == before


@pytest.mark.covers("AZ-16", "VOL-53")
def test_what_he_said_of_himself_and_agreed_to_goes_along(cast: Cast) -> None:
    kept, merged = two(cast)
    given, kinds = clock.now() - timedelta(days=9), AgreementKind
    profile = VolunteerProfile(volunteer_id=merged.id, skills="会手语", updated_at=given)
    db.session.add(profile)
    for one, kind, over in (
        (merged, kinds.PHOTO, None),
        (merged, kinds.INSURANCE, None),
        (merged, kinds.CONTACT, None),
        (kept, kinds.INSURANCE, clock.now()),  # he took it back later than the other was given
        (kept, kinds.CONTACT, None),
    ):
        db.session.add(
            Agreement(
                volunteer_id=one.id,
                kind=kind,
                text_digest="x" * 64,
                given_at=given,
                withdrawn_at=over,
            )
        )
    db.session.commit()
    done = join(cast, kept, merged)
    assert {one.kind for one in agreements_of(kept.id)} == {kinds.PHOTO, kinds.CONTACT}
    own = db.session.get_one(VolunteerProfile, kept.id)
    assert own.skills == "会手语"
    part(cast, done)  # type: ignore[arg-type]
    db.session.expire_all()
    assert {one.kind for one in agreements_of(kept.id)} == {kinds.CONTACT}
    assert len(agreements_of(merged.id)) == 3
    assert db.session.get_one(VolunteerProfile, kept.id).skills == ""
