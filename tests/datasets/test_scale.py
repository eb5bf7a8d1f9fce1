"""A load at a tiny size: everything that the product maintains is right, on both databases."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from accounts.models import Post, User
from accounts.queries import handler_of, secret_context
from core import keyring
from core.audit.models import AuditEvent
from core.audit.queries import verify_chain
from core.cli import alembic_config
from core.clock import local
from core.database import Base, db
from core.rules import RuleViolation
from datasets.scale.accounts import bench_accounts
from datasets.scale.parts import TABLES, HoursPart
from datasets.scale.plan import make_plan
from datasets.scale.spots import read_spots
from members.models import Application, GroupMembership, Membership
from members.operations import take_serial
from members.operations.memberships import card_token
from members.rules import LIVE_STATES, ApplicationStatus, MembershipStatus
from organizations.models import Figure, FigurePart, FigureStock, Organization
from organizations.rules import Measure
from people.models import Person
from people.rules import check_resident_id
from supervision.recount import differences
from tests.datasets.loads import NOW, SEED, SIZE, empty_app, load, structure
from tests.factories import make_person
from volunteers.models import LedgerEntry, ServiceRecord, Volunteer, VolunteerTotal
from volunteers.rules import ServiceStatus

SEALED = {"id_number", "phone", "totp_secret"}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[set[tuple[str, ...]]]:
    """Give what stood around the empty tables; the app with the loaded database is current."""
    with empty_app(tmp_path_factory.mktemp("scale") / "one", "scale"):
        before = structure()
        load()
        yield before


@pytest.fixture(autouse=True)
def _leave_nothing(loaded: object) -> Iterator[None]:
    yield
    db.session.rollback()


@pytest.fixture
def count(loaded: object) -> Callable[..., int]:
    """Return what counts the rows of a model under conditions."""

    def number(model: type, *conditions: object) -> int:
        statement = select(func.count()).select_from(model).where(*conditions)  # type: ignore[arg-type]
        return db.session.scalar(statement) or 0

    return number


@pytest.mark.covers("T3")
def test_there_are_as_many_of_each_as_the_size_says(count: Callable[..., int]) -> None:
    live = Membership.status.in_(LIVE_STATES)
    assert count(Person) == SIZE.people
    assert count(Membership, Membership.kind == "adult", live) == SIZE.adults
    assert count(Membership, Membership.kind == "youth", live) == SIZE.youth
    assert count(Volunteer) == SIZE.volunteers
    assert count(ServiceRecord) == SIZE.records
    both = select(Volunteer.person_id).join(Membership, Membership.person_id == Volunteer.person_id)
    assert db.session.execute(both.where(live)).all() == []
    assert count(Membership, Membership.status == MembershipStatus.APPROVED) >= SIZE.busy // 3
    assert count(Application, Application.status == ApplicationStatus.SUBMITTED) >= SIZE.waiting
    waiting = {row[0] for row in db.session.execute(select(ServiceRecord.status).distinct())}
    assert {ServiceStatus.PENDING, ServiceStatus.CONFIRMED, ServiceStatus.REFUSED} <= waiting


@pytest.mark.covers("T3")
def test_every_figure_equals_the_rows_behind_it() -> None:
    assert differences() == []


#: Numbers that the rows of a load make; the rest have no rows there.
MADE = (
    *(Measure.NEW_ADULTS, Measure.NEW_YOUTH, Measure.NEW_VOLUNTEERS, Measure.NEW_REGISTERED),
    *(Measure.ADMISSIONS_HANDLED, Measure.FILINGS_HANDLED, Measure.APPEALS_HANDLED),
    *(Measure.GROUP_MEMBERS, Measure.TEAMS, Measure.STARS, Measure.PUPILS, Measure.PEOPLE),
)


def province_id() -> int:
    return db.session.scalars(select(Organization.id).where(Organization.parent_id.is_(None))).one()


@pytest.mark.covers("T3")
def test_every_number_of_the_rows_is_there_with_its_parts(count: Callable[..., int]) -> None:
    top = province_id()
    for measure in MADE:
        assert count(Figure, Figure.organization_id == top, Figure.measure == measure), measure
    split = (Measure.GROUP_MEMBERS, Measure.TEAMS, Measure.STARS, Measure.FILINGS_HANDLED)
    for measure in split:
        of_top = FigurePart.organization_id == top, FigurePart.measure == measure
        assert count(FigurePart, *of_top), measure


@pytest.mark.covers("T3")
def test_past_months_lead_to_the_stock_of_now(count: Callable[..., int]) -> None:
    top = province_id()
    stocks = select(FigureStock.month, FigureStock.value).where(
        FigureStock.organization_id == top, FigureStock.measure == Measure.ADULT_MEMBERS
    )
    found = {row.month: row.value for row in db.session.execute(stocks)}
    assert sorted(found) == [*range(202511, 202513), *range(202601, 202611)]
    last = local(NOW).date().replace(day=1)
    came = count(
        Membership,
        Membership.kind == "adult",
        Membership.joined_on >= last,
        Membership.status.in_(LIVE_STATES),
    )
    assert found[202610] == SIZE.adults - came


@pytest.mark.covers("LED-01", "LED-13")
def test_the_ledger_is_one_chain_and_the_totals_equal_it() -> None:
    verdict = verify_chain(LedgerEntry)
    assert verdict.is_sound, verdict
    assert verify_chain(AuditEvent).is_sound
    assert verdict.rows > SIZE.records // 2
    entries = db.session.execute(
        select(Volunteer.id, LedgerEntry.starts_at, LedgerEntry.minutes).join(
            Volunteer, Volunteer.pseudonym == LedgerEntry.pseudonym
        )
    )
    ledger: Counter[tuple[int, int]] = Counter()
    for volunteer, starts_at, minutes in entries:
        ledger[volunteer, local(starts_at).year] += minutes
    totals = db.session.scalars(select(VolunteerTotal)).all()
    assert {
        (row.volunteer_id, row.year): row.confirmed_minutes
        for row in totals
        if row.confirmed_minutes
    } == {key: minutes for key, minutes in ledger.items() if minutes}
    pending = select(func.sum(ServiceRecord.minutes)).where(ServiceRecord.status == "pending")
    assert sum(row.pending_minutes for row in totals) == db.session.scalar(pending)
    standing = select(func.sum(ServiceRecord.minutes)).where(ServiceRecord.status == "confirmed")
    assert sum(ledger.values()) == db.session.scalar(standing)


@pytest.mark.covers("LED-02")
def test_no_two_intervals_of_a_person_overlap() -> None:
    rows = db.session.execute(
        select(ServiceRecord.person_id, ServiceRecord.starts_at, ServiceRecord.ends_at)
        .where(ServiceRecord.status != ServiceStatus.WITHDRAWN)
        .order_by(ServiceRecord.person_id, ServiceRecord.starts_at)
    ).all()
    assert [one for one, two in pairwise(rows) if one[0] == two[0] and one[2] > two[1]] == []
    assert all(row.ends_at <= NOW for row in rows)


def test_indexes_constraints_and_triggers_stand_as_before(loaded: set[tuple[str, ...]]) -> None:
    assert len(loaded) > 50
    assert structure() == loaded
    with db.engine.connect() as connection:
        command.check(alembic_config(connection))


@pytest.mark.covers("LED-12", "LED-02")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET minutes = minutes + 1 WHERE id = 1",
        "DELETE FROM ledger_entries WHERE id = 1",
        """UPDATE service_records SET person_id = 1, ends_at =
           (SELECT max(ends_at) FROM service_records) WHERE status = 'confirmed'""",
        "INSERT INTO volunteer_totals VALUES (999999, 2026, 1, 1)",
    ],
)
def test_what_must_not_be_is_refused_again(statement: str) -> None:
    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))


@pytest.mark.only_on("sqlite")
def test_every_check_holds_although_sqlite_did_not_look() -> None:
    assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"


@pytest.mark.covers("PRV-01", "PRV-02")
def test_sealed_fields_open_and_are_found_by_their_index() -> None:
    for person in db.session.scalars(select(Person).where(Person.id % 37 == 0)):
        known = check_resident_id(person.plain_id_number, NOW.date())
        assert (known.born_on, known.sex) == (person.born_on, person.sex)
        assert person.id_index == keyring.index_of(f"resident_id:{known.number}", "id")
        if person.phone:
            assert person.phone_index == keyring.index_of(person.plain_phone, "phone")
            tail = person.plain_phone[-4:]
            assert person.phone_tail_index == keyring.index_of(tail, "phone-tail")
    for membership in db.session.scalars(select(Membership).where(Membership.id % 29 == 0)):
        assert membership.search_text == membership.person.search_text
        token = card_token(membership.code)
        assert membership.verify_digest == hashlib.sha256(token.encode()).digest()


def test_new_rows_get_ids_and_numbers_that_nobody_has(count: Callable[..., int]) -> None:
    assert make_person().id == SIZE.people + 1
    used = [*db.session.scalars(select(Membership.number))]
    used += db.session.scalars(select(GroupMembership.number).where(GroupMembership.number != ""))
    for name in db.session.scalars(text("SELECT name FROM number_sequences")).all()[:20]:
        what, region, *_, year = name.split(":")
        if what == "member":
            kind = {"adult": "1", "youth": "2", "group": "3"}[name.split(":")[2]]
            serial = take_serial(name)
            assert not any(n.startswith(f"{region}{kind}{year}{serial:06d}") for n in used)


def test_everything_waits_where_the_product_would_send_it() -> None:
    rows = db.session.scalars(select(ServiceRecord).where(ServiceRecord.status == "pending")).all()
    assert rows
    for record in rows[:40]:
        assert record.handler_id == handler_of(record.organization, NOW.date())
    for application in db.session.scalars(select(Application).limit(40)):
        assert application.handler_id == handler_of(application.organization, NOW.date())


def test_the_accounts_of_the_bench_can_sign_in() -> None:
    for account in bench_accounts(SIZE, SEED):
        index = keyring.index_of(account.phone, "phone")
        user = db.session.scalars(select(User).where(User.phone_index == index)).one()
        assert user.is_demo
        posts = db.session.scalars(select(Post).where(Post.user_id == user.id)).all()
        assert bool(posts) == bool(account.totp_secret)
        if account.totp_secret:
            assert (
                keyring.unseal(user.totp_secret or "", secret_context(user)) == account.totp_secret
            )
    shown = db.session.scalar(select(func.count()).select_from(User).where(User.is_demo))
    assert shown == len(bench_accounts(SIZE, SEED))


def test_a_database_with_people_is_refused(count: Callable[..., int]) -> None:
    before = rows_in(TABLES)
    with pytest.raises(RuleViolation):
        load()
    assert rows_in(TABLES) == before


def rows_of(table: str) -> list[str]:
    """Return every row but its sealed fields, in a fixed order; a tried load uses up numbers."""
    hidden = SEALED | {"id", "organization_id", "county_id"} if table == "schools" else SEALED
    found = db.session.execute(select(Base.metadata.tables[table])).mappings()
    shown = ([(name, value) for name, value in row.items() if name not in hidden] for row in found)
    return sorted(map(repr, shown))


def rows_in(tables: Iterable[str]) -> dict[str, int]:
    """Return how many rows each table has."""
    known = Base.metadata.tables
    found = {name: select(func.count()).select_from(known[name]) for name in tables}
    return {name: db.session.scalar(statement) or 0 for name, statement in found.items()}


def break_off(*_: object) -> None:
    raise RuntimeError("power failure")


@pytest.mark.covers("T3")
def test_a_load_that_fails_leaves_nothing_and_the_next_gives_the_same_rows(
    loaded: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = {table: rows_of(table) for table in (*TABLES, "schools")}
    with empty_app(tmp_path / "two", "scale_two"):
        before, tree = structure(), set(db.session.scalars(select(Organization.id)))
        monkeypatch.setattr(HoursPart, "__call__", break_off)
        with pytest.raises(RuntimeError):
            load()
        assert set(rows_in(TABLES).values()) == {0}
        assert set(db.session.scalars(select(Organization.id))) == tree
        assert structure() == before
        monkeypatch.undo()
        load()
        assert {table: rows_of(table) for table in first} == first


def test_another_seed_gives_other_rows() -> None:
    one, two = (make_plan(SIZE, seed, NOW, NOW.date(), read_spots()) for seed in (SEED, SEED + 1))
    assert one.adult_at != two.adult_at
    assert bench_accounts(SIZE, SEED) != bench_accounts(SIZE, SEED + 1)
