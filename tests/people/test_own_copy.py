"""A person reads all that is kept of him, and nothing of others (security.md PRV-15)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Select, select

from core import clock
from core.database import Base, db
from members.models import Application, DuesCharge, Honour, Membership
from members.rules import MembershipStatus
from tests import dues_factories as dues
from tests import factories as make
from tests.cast import PARTS, Cast
from tests.client import Client
from tests.volunteering import make_qualification
from volunteers.models import Qualification, ServiceRecord, Volunteer

#: Columns that point at a person, and where the row is told to him on the page of his own data.
TOLD = {
    "activity_signups.person_id",
    "appointments.person_id",
    "applications.person_id",
    "consents.person_id",
    "guardians.person_id",
    "memberships.person_id",
    "pupils.person_id",
    "rights_requests.person_id",
    "service_records.person_id",
    "venue_charges.person_id",
    "venue_team_members.person_id",
    "volunteers.person_id",
}
#: Columns whose rows he reads elsewhere, or that say no more than a row that is told.
ELSEWHERE = {
    "activities.leader_id": "the desk of the activity stands on his home",
    "appointment_booked_quarters.person_id": "keeps an appointment that is told from a second one",
    "change_requests.person_id": "/me/changes",
    "comings_of_age.person_id": "the page on which he is asked for his own consent",
    "consent_requests.person_id": "the link of a guardian; the answer is told",
    "data_checks.person_id": "the day above the page: checked last",
    "data_flags.person_id": "calls a value wrong that he reads and may correct",
    "deaths.person_id": "nobody reads it any more; a mistake is told by a letter",
    "duplicate_candidates.high_id": "names a second record, which may be somebody else's",
    "duplicate_candidates.low_id": "names a second record, which may be somebody else's",
    "erasures.person_id": "/me/account/close",
    "letters.about_id": "/me/messages of whom it was written to",
    "matters.person_id": "the same cases as the lists of what he asked",
    "minor_approvals.person_id": "who may look; every look is told",
    "person_merges.merged_id": "a look with its reason is told",
    "person_merges.survivor_id": "a look with its reason is told",
    "persons.merged_into_id": "the record that stays is the one he reads",
    "users.person_id": "the account that he reads with",
    "venues.keeper_id": "the charges of venues are told",
    "venues.leader_id": "the charges of venues are told",
}


@pytest.mark.covers("PRV-15")
def test_a_person_reads_every_row_of_his_and_none_of_others(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    wes, village, before = (
        cast.person("wes"),
        cast.organization("西一村"),
        cast.organization("东一村"),
    )
    left = make.make_membership(wes, before, status=MembershipStatus.WITHDRAWN)
    left.left_on = clock.today() - timedelta(days=40)
    make.make_application(wes, before, cast.user("wes"))
    make.make_honour(left, cast.user("dan"), "老会员奖")
    dues.make_charge(left, 2019)
    volunteer = db.session.scalars(select(Volunteer).where(Volunteer.person_id == wes.id)).one()
    make.make_record(volunteer, village, title="河边清淤")
    make_qualification(volunteer, village).name = "潜水证"
    ned = db.session.scalars(
        select(Volunteer).where(Volunteer.person_id == cast.person("ned").id)
    ).one()
    make.make_record(ned, village, title="别人的服务")
    db.session.commit()
    text = client_of("wes").page("/me/data").text
    assert [one for one in rows_of(wes.id) if one not in text] == []
    strangers = [cast.person(name) for name in PARTS if name != "wes"]
    secrets = [word for one in strangers for word in (one.name, one.plain_phone)]
    assert [word for word in ["别人的服务", ned.number, *secrets] if word in text] == []


def rows_of(person_id: int) -> list[str]:
    """Return what every row of a person is known by, as the database has it."""
    memberships = db.session.scalars(select(Membership).where(Membership.person_id == person_id))
    mine = [one.id for one in memberships]
    volunteer = select(Volunteer.id).where(Volunteer.person_id == person_id).scalar_subquery()
    asked: tuple[Select[Any], ...] = (
        select(Membership.number).where(Membership.person_id == person_id),
        select(Honour.name).where(Honour.membership_id.in_(mine)),
        select(DuesCharge.year).where(DuesCharge.membership_id.in_(mine)),
        select(Volunteer.number).where(Volunteer.person_id == person_id),
        select(ServiceRecord.title).where(ServiceRecord.person_id == person_id),
        select(Qualification.name).where(Qualification.volunteer_id == volunteer),
    )
    found = [str(one) for statement in asked for one in db.session.scalars(statement)]
    applied = db.session.scalars(select(Application).where(Application.person_id == person_id))
    found += [f"{one.organization.name} · " for one in applied]
    assert len(found) > len(asked)
    return found


@pytest.mark.pure
@pytest.mark.covers("PRV-15")
def test_no_row_of_a_person_is_forgotten_where_he_reads_them() -> None:
    pointing = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.target_fullname == "persons.id"
    }
    assert pointing == TOLD | ELSEWHERE.keys()
    assert not TOLD & ELSEWHERE.keys()
