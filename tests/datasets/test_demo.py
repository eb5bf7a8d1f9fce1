"""The demonstration: complete, deterministic, true to every rule, and never among other people."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts import operations as accounts
from accounts.models import Post, User
from accounts.queries import find_user_by_phone
from activities.models import Activity, Signup, Venue
from activities.rules import ActivityStatus, SignupStatus
from app import create_app
from core import clock
from core.access.permissions import Role
from core.audit.operations import SYSTEM
from core.chain import ChainHead
from core.config import Environment
from core.database import db
from datasets.demo import cast, names
from datasets.demo.listing import table
from datasets.demo.places import CITIES, COUNTIES
from exchange.models import Batch
from exchange.queries.batches import has_file
from exchange.rules import BatchMode, BatchStatus
from members.models import Application, Membership
from members.rules import ApplicationStatus, MembershipStatus
from organizations.listing import GRASSROOTS
from organizations.models import Figure, FigurePart, Organization, OrganizationCouncil
from organizations.rules import NIGHTLY, PEOPLE_MEASURES, Measure, OrganizationKind
from organizations.rules.foundings import FoundingStatus
from people.models import Person
from people.rules import check_mobile, check_resident_id
from schools.models import School, SchoolFounding, SchoolHonour
from supervision.alerts.models import Alert
from supervision.alerts.rules import Colour
from supervision.orders.models import Order
from supervision.orders.rules import OPEN, OrderStatus
from supervision.recount import differences
from tests.conftest import make_config
from tests.datasets.building import build, run
from tests.schema import make_schema
from volunteers.models import ServiceRecord
from volunteers.rules import ServiceStatus

pytestmark = pytest.mark.only_on("sqlite")

ROOT = Path(__file__).resolve().parents[2]
#: Numbers that are shown by their parts too.
SPLIT = (
    *(Measure.LEFT_ADULTS, Measure.LEFT_YOUTH, Measure.GROUP_MEMBERS, Measure.TEAMS),
    *(Measure.ADMISSIONS_HANDLED, Measure.FILINGS_HANDLED, Measure.APPEALS_HANDLED),
    *(Measure.STARS, Measure.DUES_REMITTED),
)


@pytest.fixture
def seeded(demo: Flask) -> Iterator[Flask]:
    with demo.app_context():
        yield demo


@pytest.mark.covers("T2")
def test_two_cities_are_staffed_and_longgang_needs_no_township(seeded: Flask) -> None:
    counties = [*COUNTIES.values(), "龙港市"]
    assert len(CITIES) == 2
    for county in counties:
        office = db.session.scalars(
            select(Organization).where(Organization.short_name == county)
        ).one()
        kinds = Counter(
            db.session.scalars(
                select(Organization.kind).where(
                    Organization.county_id == office.id, Organization.id != office.id
                )
            )
        )
        assert kinds[OrganizationKind.VILLAGE] >= 2
        assert kinds[OrganizationKind.SCHOOL] == 2
        direct = office.short_name == "龙港市"
        assert bool(kinds[OrganizationKind.TOWNSHIP]) is not direct
    listed = db.session.scalars(select(School.organization_id)).all()
    assert 0 < sum(one is None for one in listed) < len(listed)
    founding = db.session.scalars(select(SchoolFounding.status)).all()
    assert set(founding) == {FoundingStatus.SUBMITTED, FoundingStatus.APPROVED}
    for model in (SchoolHonour, OrganizationCouncil):
        assert db.session.scalars(select(model)).first() is not None


@pytest.mark.covers("T2")
def test_every_principal_is_there(seeded: Flask) -> None:
    held: dict[str, set[Role]] = {}
    today = clock.today()
    for one in cast.CAST:
        user = find_user_by_phone(names.phone_of(one.serial))
        assert user is not None
        assert user.is_demo
        assert user.password_hash
        assert (user.suspended_at is not None) is one.suspended
        assert bool(user.totp_secret) is (bool(one.posts) and one.has_factor)
        terms = db.session.scalars(select(Post).where(Post.user_id == user.id)).all()
        over = [term.ends_on is not None and term.ends_on < today for term in terms]
        assert over == [one.ended] * len(one.posts)
        held[one.key] = {term.role for term in terms}
    assert set().union(*held.values()) == set(Role)
    assert held["dual"] == {Role.SECRETARY}
    assert {"member", "volunteer", "guardian", "youth", "child"} <= set(held)
    assert {"former", "suspended", "unfinished"} <= set(held)


@pytest.mark.covers("T2")
def test_activities_were_run_and_come_at_several_branches(seeded: Flask) -> None:
    now = clock.now()
    found = db.session.scalars(select(Activity)).all()
    assert {one.status for one in found} == set(ActivityStatus)
    assert len({one.organization_id for one in found}) >= 4
    published = [one for one in found if one.status is ActivityStatus.PUBLISHED]
    assert any(one.first_starts_at <= now < one.last_ends_at for one in published)
    assert any(one.first_starts_at > now for one in published)
    states = set(db.session.scalars(select(Signup.status)))
    assert {SignupStatus.ACCEPTED, SignupStatus.WAITLISTED} <= states


@pytest.mark.covers("T2")
def test_applications_members_and_hours_are_there_in_every_state(seeded: Flask) -> None:
    for column, states in (
        (Application.status, set(ApplicationStatus)),
        (
            Membership.status,
            {
                MembershipStatus.APPROVED,
                MembershipStatus.ACTIVE,
                MembershipStatus.FILING_RETURNED,
                MembershipStatus.EXPULSION_PROPOSED,
                MembershipStatus.PENDING_TRANSFER,
                MembershipStatus.DECEASED,
            },
        ),
        (ServiceRecord.status, set(ServiceStatus)),
    ):
        found = Counter(db.session.scalars(select(column)))
        assert states <= set(found)
    assert (db.session.scalar(select(func.count(Person.id))) or 0) >= 300


@pytest.mark.covers("T2", "VOL-52")
def test_batches_were_refused_in_part_differ_and_were_sent_again(seeded: Flask) -> None:
    first, again = db.session.scalars(select(Batch).order_by(Batch.id)).all()
    assert (first.mode, first.status) == (BatchMode.FULL, BatchStatus.CLOSED)
    assert (again.mode, again.status) == (BatchMode.REJECTS, BatchStatus.RECEIPTED)
    told, repeated = first.report["kinds"], again.report["kinds"]
    assert (told["service"]["refused"], repeated["service"]["accepted"]) == (3, 3)
    assert [kind for kind, one in told.items() if one["ours"] != one["theirs"]] == ["group"]
    assert all(one["ours"] == one["theirs"] and not one["refused"] for one in repeated.values())
    assert not any(has_file(one) for one in (first, again))


@pytest.mark.covers("T2", "AU-16")
def test_everybody_is_made_up_and_marked(seeded: Flask) -> None:
    assert db.session.scalars(select(User.id).where(User.is_demo.is_(False))).first() is None
    for person in db.session.scalars(select(Person)):
        assert person.name.startswith("演示")
        if person.phone:
            assert check_mobile(person.plain_phone).startswith(names.PHONE_BLOCK)
        if person.id_number:
            known = check_resident_id(person.plain_id_number, clock.today())
            assert not known.region_known


@pytest.mark.covers("LED-12")
def test_every_maintained_number_and_chain_is_right(demo: Flask) -> None:
    with demo.app_context():
        assert differences() == []
        assert db.session.get_one(ChainHead, "ledger").sequence > 0
        assert db.session.get_one(ChainHead, "dues").sequence > 0
        top = select(Organization.id).where(Organization.parent_id.is_(None)).scalar_subquery()
        there = select(Figure.measure).where(Figure.organization_id == top, Figure.value > 0)
        missing = set(PEOPLE_MEASURES) - set(db.session.scalars(there.distinct()))
        assert missing <= NIGHTLY - {Measure.MINORS, Measure.MINORS_CONSENTED}
        split = select(FigurePart.measure).where(FigurePart.organization_id == top)
        assert set(SPLIT) <= set(db.session.scalars(split.distinct()))
    assert run(demo, "members", "verify-dues").exit_code == 0
    assert run(demo, "ledger", "verify").exit_code == 0
    assert run(demo, "audit", "verify").exit_code == 0


@pytest.mark.covers("T2")
def test_a_second_time_nothing_is_done(demo: Flask) -> None:
    before = digest(demo)
    again = run(demo, "demo", "seed")
    assert (again.exit_code, again.output.strip()) == (0, "The demonstration is already there.")
    assert digest(demo) == before


@pytest.mark.covers("T2")
def test_the_same_day_gives_the_same_demonstration(demo: Flask, tmp_path: Path) -> None:
    other = build(tmp_path, environment=Environment.DEMO)
    assert run(other, "demo", "seed").exit_code == 0
    assert digest(other) == digest(demo)


def digest(app: Flask) -> str:
    """Return a digest of what the demonstration tells, without random codes and keys.

    Instants count by their day: an activity is under way at whatever hour it was built.
    """
    with app.app_context():
        told = [
            db.session.execute(statement).all()
            for statement in (
                select(Organization.code, Organization.path, Organization.name).where(
                    Organization.kind.in_(GRASSROOTS)
                ),
                select(Person.name, Person.born_on),
                select(User.display_name, User.person_id),
                select(Post.user_id, Post.role, Post.organization_id, Post.starts_on, Post.ends_on),
                select(Application.person_id, Application.status, Application.submitted_at),
                select(Membership.number, Membership.status, Membership.joined_on),
                select(
                    ServiceRecord.person_id,
                    ServiceRecord.title,
                    ServiceRecord.starts_at,
                    ServiceRecord.minutes,
                    ServiceRecord.status,
                ),
            )
        ]
        text = json.dumps([[list(map(_shown, row)) for row in rows] for rows in told])
    return hashlib.sha256(text.encode()).hexdigest()


def _shown(value: Any) -> str:
    return str(clock.local(value).date() if isinstance(value, datetime) else value)


@pytest.mark.covers("T2")
def test_it_refuses_a_database_that_holds_other_people(tmp_path: Path) -> None:
    app = build(tmp_path)
    with app.app_context():
        stranger = accounts.find_or_create_user("13900000000", by=SYSTEM, now=clock.now())
        db.session.commit()
        assert_refused(app)
        db.session.delete(stranger)
        now = clock.now()
        db.session.add(Person(code="abcdefgh", name="试人", match_key="试人", created_at=now))
        db.session.commit()
        assert_refused(app)


def assert_refused(app: Flask) -> None:
    """Assert that nothing was seeded, and that the reason was said."""
    refused = run(app, "demo", "seed")
    assert refused.exit_code == 1
    assert "not of the demonstration" in refused.output
    assert db.session.scalars(select(User.id).where(User.is_demo.is_(True))).first() is None


def test_it_refuses_a_database_without_divisions_and_production(tmp_path: Path) -> None:
    app = create_app(make_config(tmp_path))
    with app.app_context():
        make_schema()
    assert "import-divisions" in run(app, "demo", "seed").output
    production = create_app(
        make_config(
            tmp_path,
            environment=Environment.PRODUCTION,
            origin="https://redcross.example",
            message_gateway="http",
            message_gateway_url="https://gateway.example",
        )
    )
    refused = run(production, "demo", "seed")
    assert refused.exit_code == 1
    assert "production" in refused.output


@pytest.mark.pure
def test_the_documented_accounts_are_those_of_the_command() -> None:
    documented = (ROOT / "docs" / "demo-accounts.md").read_text(encoding="utf-8")
    assert table() in documented


def test_the_demonstration_has_venues_on_every_step(seeded: Flask) -> None:
    del seeded
    found = db.session.execute(select(Venue.kind, Venue.status)).all()
    kinds, statuses = {kind for kind, _ in found}, {status for _, status in found}
    assert len(kinds) >= 8
    assert {"planned", "applied", "inspected", "running", "closed"} <= statuses
    home = db.session.scalars(select(Venue).where(Venue.fund_fen > 0)).one()
    assert (home.stars, home.fund_fen) == (4, 1_850_000)


def test_the_demonstration_has_alerts_and_orders_in_every_state(seeded: Flask) -> None:
    del seeded
    colours = set(db.session.scalars(select(Alert.colour).where(Alert.ended_on.is_(None))))
    assert colours == set(Colour)
    begun = set(db.session.scalars(select(Alert.since).where(Alert.ended_on.is_(None))))
    assert len(begun) > 5
    assert db.session.scalar(select(func.count()).where(Alert.ended_on.is_not(None)))
    states = set(db.session.scalars(select(Order.status)))
    assert states >= {*OPEN, OrderStatus.CLOSED, OrderStatus.WITHDRAWN}
    assert db.session.scalar(select(func.count()).where(Order.delay.is_not(None)))
    assert db.session.scalar(select(func.max(Order.rounds))) == 1
