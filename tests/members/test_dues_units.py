"""Units pay by the band of their staff, against a charge, like members (domain.md 2.3, MEM-30)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock, settings
from core.database import db
from members import operations
from members.models import DuesCharge, DuesPayment, DuesTariff, GroupMembership
from members.operations.dues_groups import charge_group
from members.queries.dues_books import books_of
from members.queries.dues_due import all_tariffs
from members.queries.dues_proof import prove
from members.rules import MemberGrade, MembershipKind, TariffFacts
from members.rules.groups import GroupStatus
from organizations import figures
from organizations.rules import Measure
from supervision.recount import differences
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members import test_groups as units
from tests.members.conftest import actor_of
from tests.members.dues import cells, year
from tests.members.test_dues_arrears import travel
from tests.members.test_figures import settle
from tests.members.test_letters import lines
from tests.units import facts, make_group, owes_since

Clients = Callable[[str], Client]
G = GroupStatus
PLACE = "东县"


def unit_of(cast: Cast, status: GroupStatus = G.ACTIVE, staff: int = 200) -> GroupMembership:
    """Return a unit of the county whose contact is ada, with the figures it makes."""
    unit = make_group(cast.organization(PLACE), status, owner_id=cast.user("ada").id)
    unit.staff = staff
    measure = Measure.GROUP_MEMBERS if status is G.ACTIVE else Measure.GROUPS_WAITING
    figures.add(unit.organization.path, measure, 1)
    if measure is Measure.GROUP_MEMBERS:
        figures.add_part(unit.organization.path, measure, unit.kind, 1)
    db.session.commit()
    return unit


def charge(unit: GroupMembership, of: int | None = None) -> DuesCharge:
    found = charge_group(unit, of or year(), all_tariffs(), now=clock.now())
    assert found
    db.session.commit()
    return found


def pay(client: Client, cast: Cast, unit: GroupMembership, amount: str, **changes: str) -> int:
    sent = {"number": "浙财0001", "paid_on": clock.today().isoformat(), "amount": amount}
    return units.act(client, cast, unit, f"dues?year={year()}", **{**sent, **changes})


@pytest.fixture(autouse=True)
def today(database: None) -> Iterator[None]:
    """Leave the clock as it was."""
    yield
    clock.set_offset_for_tests(timedelta(0), production=False)


def state(unit: GroupMembership) -> GroupStatus:
    db.session.expire_all()
    return db.session.get_one(GroupMembership, unit.id).status


@pytest.mark.covers("S19", "MEM-30", "MEM-31", "MEM-32")
def test_an_approved_unit_is_charged_by_its_band_pays_and_becomes_a_member(
    cast: Cast, client_of: Clients
) -> None:
    settle()
    cora, unit = client_of("cora"), unit_of(cast, G.APPROVED)
    assert units.act(cora, cast, unit, "dues/ask") == 303
    due = db.session.scalars(select(DuesCharge)).one()
    assert (due.group_id, due.membership_id, due.amount) == (unit.id, None, 500_00)
    listed = cora.page(f"/o/{cast.code(PLACE)}/dues/unpaid")
    assert "500 元" in cells(listed, "#rows")
    assert listed.select_one(f"a[href$='/groups/{unit.code}']")
    assert "500 元" in cells(client_of("ada").page(f"/me/groups/{unit.code}"), "#charges")
    sent = {"number": "浙财0001", "paid_on": clock.today().isoformat(), "amount": "500"}
    answer = cora.post(f"{units.county(cast)}/{unit.code}/dues", sent)
    assert answer.status_code == 303
    assert unit.name in cora.page(answer.location).text
    assert state(unit) is G.ACTIVE
    assert cora.page(f"/o/{cast.code(PLACE)}/dues/unpaid").select("#rows tr") == []
    own = client_of("ada").page(f"/me/groups/{unit.code}").select_one("#payments a")
    assert own is not None
    assert "浙财0001" in client_of("ada").page(str(own["href"])).text
    assert client_of("mia").get(str(own["href"])).status_code == 404
    places = [cast.organization(name).id for name in (PLACE, "东市", "测试省")]
    kept = [books_of([one], year())[one].kept for one in places]
    assert kept == [350_00, 105_00, 31_50]
    assert prove().is_sound
    assert differences() == []
    assert "证书" in lines(client_of("ada"))[0]


@pytest.mark.covers("MEM-30")
@pytest.mark.parametrize(
    ("staff", "fen"),
    [(1, 300_00), (199, 300_00), (200, 500_00), (499, 500_00), (500, 1000_00), (2000, 2000_00)],
)
def test_an_edge_belongs_to_the_higher_band(cast: Cast, staff: int, fen: int) -> None:
    assert charge(unit_of(cast, staff=staff)).amount == fen


@pytest.mark.covers("MEM-30")
def test_the_nearest_region_has_its_own_tariff(cast: Cast) -> None:
    place = cast.organization("东市").id
    first, facts_of = date(year(), 1, 1), "市红会〔2026〕1号"
    line = TariffFacts(MembershipKind.GROUP, 800_00, first, facts_of, region_id=place)
    operations.set_tariff(line, by=actor_of(cast, "gil"), now=clock.now())
    assert charge(unit_of(cast)).amount == 800_00
    other = make_group(cast.organization("北县"))
    assert charge(other).amount == 500_00


@pytest.mark.covers("MEM-30", "MEM-32")
@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("501", "应交 500 元，多出的 1 元是捐赠，不是会费"),
        ("300", "有 200 人，应交 500 元；300 元是另一档的会费，请核对人数"),
        ("0", "金额"),
        ("五百", "金额"),
    ],
)
def test_a_wrong_amount_is_refused_with_its_reason(
    cast: Cast, client_of: Clients, amount: str, words: str
) -> None:
    unit = unit_of(cast, G.APPROVED)
    units.act(client_of("cora"), cast, unit, "dues/ask")
    sent = {"number": "浙财1", "paid_on": clock.today().isoformat(), "amount": amount}
    answer = client_of("cora").post(f"{units.county(cast)}/{unit.code}/dues", sent)
    assert answer.status_code == 422
    assert words in parsed(answer).text
    assert db.session.scalars(select(DuesPayment)).all() == []
    assert state(unit) is G.DUES_PENDING


@pytest.mark.covers("MEM-30")
def test_staff_that_fit_no_band_are_told_and_nothing_is_charged(
    cast: Cast, client_of: Clients
) -> None:
    for line in db.session.scalars(select(DuesTariff).where(DuesTariff.band_from == 200)):
        line.valid_to = date(2001, 12, 31)
    unit = unit_of(cast, G.APPROVED)
    answer = client_of("cora").post(f"{units.county(cast)}/{unit.code}/dues/ask")
    assert answer.status_code == 422
    assert "会费标准里没有 200 人的档" in parsed(answer).text
    assert state(unit) is G.APPROVED
    assert db.session.scalars(select(DuesCharge)).all() == []


@pytest.mark.covers("MEM-30")
def test_what_is_due_follows_the_staff_while_nothing_was_paid(
    cast: Cast, client_of: Clients
) -> None:
    settle()
    cora, unit = client_of("cora"), unit_of(cast)
    charge(unit)
    for staff, fen in (("600", 1000_00), ("10", 300_00)):
        told = facts(name=unit.name, staff=staff)
        assert units.act(cora, cast, unit, "edit", **told) == 303
        db.session.expire_all()
        assert db.session.scalars(select(DuesCharge.amount)).one() == fen
    assert pay(cora, cast, unit, "100") == 303
    assert units.act(cora, cast, unit, "edit", **facts(name=unit.name, staff="600")) == 303
    assert db.session.scalars(select(DuesCharge.amount)).one() == 300_00
    assert differences() == []


@pytest.mark.covers("MEM-32", "LED-12")
def test_a_refund_of_a_unit_is_a_reversal_told_to_its_contact(
    cast: Cast, client_of: Clients
) -> None:
    settle()
    cora, unit = client_of("cora"), unit_of(cast)
    assert pay(cora, cast, unit, "500") == 303
    payment = db.session.scalars(select(DuesPayment)).one()
    path = f"/o/{cast.code(PLACE)}/dues/payments/{payment.code}/refund"
    assert unit.name in cora.page(path).text
    assert cora.post(path, {"note": "记错单位"}).status_code == 303
    db.session.expire_all()
    assert db.session.scalars(select(DuesCharge.paid)).one() == 0
    assert db.session.get_one(GroupMembership, unit.id).dues_paid_on is None
    assert "冲正" in lines(client_of("ada"))[0]
    assert prove().is_sound
    assert differences() == []


@pytest.mark.covers("MEM-11", "MEM-32")
def test_a_unit_none_of_whose_payments_stands_waits_for_its_dues_again(
    cast: Cast, client_of: Clients
) -> None:
    settle()
    cora, unit = client_of("cora"), unit_of(cast, G.APPROVED)
    units.act(cora, cast, unit, "dues/ask")
    assert pay(cora, cast, unit, "500") == 303
    assert db.session.get_one(GroupMembership, unit.id).joined_on == clock.today()
    assert refund(cora, cast) == 303
    assert state(unit) is G.DUES_PENDING
    kept = db.session.get_one(GroupMembership, unit.id)
    assert (kept.joined_on, kept.dues_receipt) == (None, "")
    assert kept.dues_due_on is not None
    assert "会费应在" in cora.page(f"{units.county(cast)}/{unit.code}").text
    assert client_of("ada").get(f"/me/groups/{unit.code}/certificate").status_code == 404
    assert differences() == []
    assert pay(cora, cast, unit, "500", number="浙财0002") == 303
    assert state(unit) is G.ACTIVE
    assert differences() == []


@pytest.mark.covers("MEM-32")
def test_a_refund_leaves_a_unit_that_paid_another_year(cast: Cast, client_of: Clients) -> None:
    settle()
    cora, unit = client_of("cora"), unit_of(cast)
    unit.approved_at = clock.now() - timedelta(days=400)
    before = charge(unit, year() - 1)
    before.paid = before.amount
    db.session.commit()
    assert pay(cora, cast, unit, "500") == 303
    assert refund(cora, cast) == 303
    assert state(unit) is G.ACTIVE


@pytest.mark.covers("MEM-11", "MEM-30")
def test_a_band_that_costs_nothing_is_a_band(cast: Cast, client_of: Clients) -> None:
    settle()
    cora, unit = client_of("cora"), unit_of(cast, G.APPROVED, staff=10)
    for line in all_tariffs():
        if line.kind is MembershipKind.GROUP and line.band_from == 0:
            line.amount = 0
    db.session.commit()
    page = f"{units.county(cast)}/{unit.code}"
    assert "每年 0 元" in cora.page(page).text
    assert units.act(cora, cast, unit, "dues/ask") == 303
    assert state(unit) is G.ACTIVE
    assert db.session.get_one(GroupMembership, unit.id).joined_on == clock.today()
    assert "不用交会费" in cora.page(f"{page}?done=asked").text
    assert db.session.scalars(select(DuesCharge)).all() == []
    assert "已是" in lines(client_of("ada"))[0]
    assert "不用交会费" in refusal(cora, page)
    assert differences() == []


def refund(client: Client, cast: Cast) -> int:
    standing = select(DuesPayment).where(DuesPayment.refunded_at.is_(None))
    payment = db.session.scalars(standing).one()
    path = f"/o/{cast.code(PLACE)}/dues/payments/{payment.code}/refund"
    return client.post(path, {"note": "记错单位"}).status_code


def refusal(client: Client, page: str) -> str:
    """Return what the desk reads that takes money which nobody owes."""
    sent = {"number": "浙财0009", "paid_on": clock.today().isoformat(), "amount": "300"}
    answer = client.post(f"{page}/dues?year={year()}", sent)
    assert answer.status_code == 422
    return parsed(answer).text


@pytest.mark.covers("MEM-32")
def test_a_part_keeps_the_unit_waiting_and_blocks_its_refusal(
    cast: Cast, client_of: Clients
) -> None:
    settle()
    cora, unit = client_of("cora"), unit_of(cast, G.APPROVED)
    units.act(cora, cast, unit, "dues/ask")
    assert pay(cora, cast, unit, "100") == 303
    assert state(unit) is G.DUES_PENDING
    assert units.act(cora, cast, unit, "reject", note="没交齐") == 422
    assert pay(cora, cast, unit, "400", number="浙财0002") == 303
    assert state(unit) is G.ACTIVE
    other = unit_of(cast, G.APPROVED)
    units.act(cora, cast, other, "dues/ask")
    assert units.act(cora, cast, other, "reject", note="一直没交") == 303
    assert db.session.scalars(select(DuesCharge.group_id)).all() == [unit.id]
    assert [one for one in differences() if one.measure.startswith("dues")] == []


@pytest.mark.covers("S16", "MEM-34")
def test_the_clock_charges_marks_and_proposes_units_and_the_county_decides_after_notice(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    travel(date(year() + 1, 1, 10))
    Cast.load()
    wanted, lasting, paying = unit_of(cast), unit_of(cast), unit_of(cast)
    owes_since(wanted, 2)
    owes_since(paying, 1)
    lasting.approved_at = wanted.approved_at
    lasting.grade = MemberGrade.PERMANENT
    db.session.commit()
    run = app.test_cli_runner().invoke
    for _ in range(2):
        for command in ("charge-dues", "propose-removals"):
            assert run(args=["members", command]).exit_code == 0
    assert [state(one) for one in (wanted, paying, lasting)] == [G.PROPOSED, G.ARREARS, G.ACTIVE]
    assert "拟注销其会籍" in lines(client_of("ada"))[0]
    cora = client_of("cora")
    assert units.act(cora, cast, wanted, "deregister", note="没有回音") == 422
    assert units.act(cora, cast, wanted, "keep", note="单位说马上交") == 303
    run(args=["members", "propose-removals"])
    assert state(wanted) is G.ARREARS  # kept for this year
    assert units.act(cora, cast, wanted, "propose", note="还是没交") == 303
    travel(clock.today() + timedelta(days=settings.value("dues.notice_days", clock.today()) + 1))
    Cast.load()
    assert units.act(client_of("cora"), cast, wanted, "deregister", note="没有回音") == 303
    assert state(wanted) is G.LAPSED


@pytest.mark.covers("AZ-18")
def test_nobody_takes_or_returns_the_money_of_his_own_unit(cast: Cast, client_of: Clients) -> None:
    cora, unit = client_of("cora"), unit_of(cast)
    due = charge(unit)
    assert pay(cora, cast, unit, "100") == 303
    unit.owner_id = cast.user("cora").id
    db.session.commit()
    taken = db.session.scalars(select(DuesPayment)).one()
    refund = f"/o/{cast.code(PLACE)}/dues/payments/{taken.code}/refund"
    assert cora.post(refund, {"note": "记错单位"}).status_code == 422
    assert pay(cora, cast, unit, "400", number="浙财0002") == 422
    sent = {"amounts": ["400"], "number": "浙财1", "paid_on": clock.today().isoformat()}
    path = f"/o/{cast.code(PLACE)}/dues/collect"
    assert cora.post(path, {"ids": [due.code], **sent}).status_code == 422
    db.session.expire_all()
    (kept,) = db.session.scalars(select(DuesPayment)).all()
    assert kept.refunded_at is None


@pytest.mark.covers("MEM-30")
def test_the_database_takes_a_charge_of_one_of_the_two_only(cast: Cast) -> None:
    due = charge(unit_of(cast))
    due.group_id = None
    with pytest.raises(IntegrityError, match="of_one"):
        db.session.flush()
    db.session.rollback()
