"""Rosters follow a death and a school that ends; a pupil reads what is kept (MEM-45, PRV-15)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.rules import SessionKind
from core import clock
from core.audit.operations import SYSTEM
from core.database import db
from members.models import Membership
from members.rules import MembershipStatus
from organizations.models import OrganizationClosing
from people.models import Death, Person
from people.operations.deaths import record_death, undo_death
from people.rules.consents import ConsentStatus
from people.rules.deaths import DeathFacts, DeathProof
from schools.models import Pupil, SchoolClass
from schools.operations import consents
from schools.operations.classes import ClassFacts, open_class
from schools.queries.consents import requests_of
from schools.rules.pupils import ConsentState, PupilStatus
from schools.rules.register import SchoolStage
from tests import factories as make
from tests import school_factories as school
from tests.cast import Cast
from tests.client import Client
from tests.members.conftest import years_ago
from tests.races.stage import session_of
from tests.schools.acting import actor_of

Clients = Callable[[str], Client]
SCHOOL, OTHER = "东小学", "西小学"
#: The highest number of a class in the school that takes others in.
TAKEN = 5


def a_roster(cast: Cast) -> tuple[Pupil, Pupil]:
    """Return a member and a draft whose guardian was asked, in one class."""
    place = cast.organization(SCHOOL)
    school.make_school(place)
    here = school.make_class(place)
    member = school.make_pupil(here, born_on=years_ago(9), member=True)
    draft = school.make_pupil(here, born_on=years_ago(9))
    consents.ask(draft, by=SYSTEM, now=clock.now())
    db.session.commit()
    return member, draft


def die(cast: Cast, person: Person) -> Death:
    facts = DeathFacts(clock.today(), DeathProof.CERTIFICATE, "")
    place, by = cast.organization(SCHOOL), actor_of(cast, "finn", SCHOOL)
    return record_death(person, facts, place_id=place.id, by=by, now=clock.now())


@pytest.mark.covers("MEM-45", "S23")
def test_a_pupil_who_died_leaves_the_roster_and_a_mistake_puts_him_back(cast: Cast) -> None:
    member, draft = a_roster(cast)
    for pupil, state in ((member, PupilStatus.MEMBER), (draft, PupilStatus.DRAFT)):
        death = die(cast, pupil.person)
        db.session.expire_all()
        assert (pupil.status, pupil.due_on) == (PupilStatus.LEFT, None)
        asked = [one.status for one in requests_of(pupil.person_id)]
        assert ConsentStatus.REQUESTED not in asked
        by, place = actor_of(cast, "finn", SCHOOL), cast.organization(SCHOOL)
        undo_death(death.code, place_id=place.id, by=by, now=clock.now())
        db.session.expire_all()
        assert pupil.status is state
    assert member.membership is not None
    assert member.membership.status is MembershipStatus.ACTIVE
    assert draft.consent is ConsentState.LAPSED


def close(client: Client, cast: Cast, target: str | None) -> OrganizationClosing:
    fields = {
        "document": "东红〔2026〕9号",
        "closed_on": clock.today().isoformat(),
        "target": cast.code(target) if target else "none",
    }
    answer = client.post(f"/o/{cast.code(SCHOOL)}/closing", fields)
    assert answer.status_code == 303, answer.text
    db.session.expire_all()
    return db.session.scalars(select(OrganizationClosing)).one()


@pytest.mark.covers("ORG-17", "MEM-43", "PRV-16")
def test_a_roster_ends_with_its_school_and_is_there_again(cast: Cast, client_of: Clients) -> None:
    member, draft = a_roster(cast)
    cora, was = client_of("cora"), member.class_id
    close(cora, cast, None)
    assert (member.status, draft.status) == (PupilStatus.LEFT, PupilStatus.REMOVED)
    assert draft.due_on is not None
    assert [one.status for one in requests_of(draft.person_id)] == [ConsentStatus.LAPSED]
    assert cora.post(f"/o/{cast.code(SCHOOL)}/closing/undo").status_code == 303
    db.session.expire_all()
    assert (member.status, draft.status) == (PupilStatus.MEMBER, PupilStatus.DRAFT)
    assert member.class_id == was
    assert not draft.due_on


@pytest.mark.covers("ORG-17", "MEM-43")
def test_a_roster_goes_on_in_the_school_that_takes_it_in(cast: Cast, client_of: Clients) -> None:
    member, draft = a_roster(cast)
    kind, county = cast.organization(SCHOOL).kind, cast.organization("东县")
    home = make.make_organization(kind, "东新小学", county)
    school.make_school(home)
    db.session.commit()
    cora, was = client_of("cora"), member.class_id
    other = db.session.get_one(SchoolClass, was)
    for number in (other.number, TAKEN):
        facts = ClassFacts(other.grade, number)
        open_class(home.id, SchoolStage.PRIMARY, other.year, facts, by=SYSTEM)
    db.session.commit()
    close(cora, cast, "东新小学")
    for pupil in (member, draft):
        assert pupil.organization_id == home.id
    old, new = (db.session.get_one(SchoolClass, key) for key in (was, member.class_id))
    made = new.id
    assert new.organization_id == home.id
    assert (new.year, new.grade, new.number) == (old.year, old.grade, TAKEN + 1)
    assert (member.status, draft.status) == (PupilStatus.MEMBER, PupilStatus.DRAFT)
    stands = db.session.get_one(Membership, member.membership_id)
    assert stands.organization_id == home.id
    assert cora.post(f"/o/{cast.code(SCHOOL)}/closing/undo").status_code == 303
    db.session.expire_all()
    assert (member.organization_id, member.class_id) == (cast.organization(SCHOOL).id, was)
    assert db.session.get(SchoolClass, made) is None


@pytest.mark.covers("PRV-15")
def test_a_pupil_reads_what_schools_keep_and_nothing_of_the_guardian(
    app: Flask, cast: Cast
) -> None:
    member, _ = a_roster(cast)
    user = make.make_user(member.person)
    token = session_of(user, SessionKind.PERSON)
    guardian = school.guardian_of(member.person)
    db.session.commit()
    text = Client(app, token).page("/me/data").text
    for told in ("学校名册", SCHOOL, "同意书", "监护人", "母亲"):
        assert told in text
    for secret in (guardian.name, guardian.plain_phone):
        assert secret not in text
