"""Whatever is charged, paid, refunded, sent up or moved: every book balances to the fen."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from core import chain, clock
from core.database import db, is_postgresql
from core.rules import RuleViolation, UnknownRowError
from members import operations
from members.models import (
    DuesBook,
    DuesCharge,
    DuesPayment,
    DuesRemittance,
    DuesTariff,
    GroupMembership,
    Membership,
)
from members.operations import dues_books
from members.operations.dues_charges import charge
from members.operations.dues_groups import recharge_group
from members.operations.memberships import relocate
from members.queries.dues_books import books_of, debts_of
from members.queries.dues_due import all_tariffs
from members.queries.dues_proof import prove
from members.rules import (
    DuesLevel,
    MembershipKind,
    MembershipStatus,
    RemittanceStatus,
    SplitFacts,
    TariffFacts,
)
from organizations import figures
from organizations.models import Organization
from organizations.operations.moving import move
from organizations.rules import OrganizationKind
from supervision.recount import differences
from tests import factories as make
from tests.cast import Cast
from tests.members import dues
from tests.members.conftest import actor_of
from tests.members.test_figures import settle
from tests.units import make_group

PARTS, STEPS = 4, 16
#: Per part; a thousand altogether with ``make soak``, on each database.
HISTORIES = 250 if os.environ.get("SOAK") == "full" else 25
PLACES = ("东一村", "东二村", "西一村", "北一村", "东镇", "东县", "市直医院")
UNIT_PLACES = ("东县", "西县", "东市", "测试省")
SENDERS = (*PLACES, "西县", "北县", "东市", "北市", "测试省")
Step = tuple[str, int, int]

steps = st.lists(
    st.tuples(
        st.sampled_from(
            (
                *("charge", "pay", "pay", "unit", "unit", "staff", "batch", "batch", "refund"),
                *("remit", "remit", "remit"),
                *("confirm", "confirm", "deny", "tariff", "split", "transfer", "move"),
            )
        ),
        st.integers(0, 40),
        st.integers(1, 1200),
    ),
    min_size=STEPS // 2,
    max_size=STEPS,
)


class History:
    """Members all over the tree, and what may happen to their money."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.now, self.year = cast, clock.now(), clock.today().year
        make.make_organization(OrganizationKind.HOSPITAL, "市直医院", cast.organization("东市"))
        found = [dues.member_of(cast, place, years=2) for place in PLACES for _ in range(2)]
        self.ids = [one.id for one in found]
        self.units = [make_group(cast.organization(place)).id for place in UNIT_PLACES]
        self.by, self.other = actor_of(cast, "ben"), actor_of(cast, "gil")
        settle()
        self.numbers = 0

    def number(self) -> str:
        self.numbers += 1
        return f"票{self.numbers}"

    def take(self, step: Step) -> None:
        kind, index, amount = step
        act: Callable[[int, int], Any] = getattr(self, kind)
        self.settle_sums()
        try:
            with db.session.begin_nested():
                act(index, amount)
        except (RuleViolation, UnknownRowError):
            for noted in (figures.PENDING, dues_books.PENDING, chain.UNSEALED):
                db.session.info.pop(noted, None)

    def member(self, index: int) -> Membership:
        return db.session.get_one(Membership, self.ids[index % len(self.ids)])

    def charge(self, index: int, _amount: int) -> None:
        charge(self.member(index), self.year - index % 2, all_tariffs(), now=self.now)
        db.session.flush()

    def pay(self, index: int, amount: int) -> None:
        member = self.member(index)
        operations.collect_from(
            member.code, self.year - amount % 2, amount, self.number(), clock.today(),
            organization=member.organization, by=self.by, now=self.now,
        )  # fmt: skip

    def one_unit(self, index: int) -> GroupMembership:
        return db.session.get_one(GroupMembership, self.units[index % len(self.units)])

    def unit(self, index: int, amount: int) -> None:
        """Let a unit pay a part, all, or what is refused."""
        one = self.one_unit(index)
        fen = 500_00 if amount % 2 else amount * 100
        operations.receive_group_dues(
            one.code, self.year, fen, self.number(), clock.today(),
            inside=GroupMembership.id == one.id, by=self.by, now=self.now,
        )  # fmt: skip

    def staff(self, index: int, amount: int) -> None:
        one = self.one_unit(index)
        one.staff = amount
        recharge_group(one, self.now)

    def batch(self, index: int, amount: int) -> None:
        place = self.cast.organization(PLACES[index % len(PLACES)])
        found = db.session.scalars(
            select(DuesCharge).where(
                DuesCharge.organization_id == place.id, DuesCharge.paid < DuesCharge.amount
            )
        ).all()
        part = amount % 3 == 0
        wanted = {one.code: amount if part else one.outstanding for one in found}
        if wanted:
            day = clock.today() - timedelta(days=amount % 60)
            operations.collect(place, wanted, self.number(), day, by=self.by, now=self.now)

    def refund(self, index: int, _amount: int) -> None:
        found = db.session.scalars(select(DuesPayment).order_by(DuesPayment.id)).all()
        if found:
            one = found[index % len(found)]
            operations.refund(
                one.code, "记错了", organization_id=one.organization_id, by=self.by, now=self.now
            )

    def remit(self, index: int, amount: int) -> None:
        holding = db.session.scalars(
            select(DuesBook.organization_id)
            .where(DuesBook.owed > DuesBook.remitted, DuesBook.collected + DuesBook.received > 0)
            .order_by(DuesBook.organization_id)
        ).all()
        if not holding:
            return
        place = db.session.get_one(Organization, holding[index % len(holding)])
        for debt in debts_of(place.id)[:1]:
            sent = debt.to_send if amount % 2 else min(amount, debt.to_send)
            day = min(clock.today(), date(debt.year, 12, 31))
            operations.remit(
                place, debt.upper_id or None, debt.year, sent, self.number(), day,
                by=self.by, now=self.now,
            )  # fmt: skip

    def waiting(self, index: int) -> DuesRemittance | None:
        found = db.session.scalars(
            select(DuesRemittance)
            .where(DuesRemittance.status == RemittanceStatus.SENT)
            .order_by(DuesRemittance.id)
        ).all()
        return found[index % len(found)] if found else None

    def confirm(self, index: int, _amount: int) -> None:
        one = self.waiting(index)
        if one is not None and one.upper is not None:
            operations.confirm_remittance(one.code, upper=one.upper, by=self.other, now=self.now)

    def deny(self, index: int, _amount: int) -> None:
        one = self.waiting(index)
        if one is not None and one.upper is not None:
            operations.deny_remittance(
                one.code, "没有到账", upper=one.upper, by=self.other, now=self.now
            )

    def tariff(self, index: int, amount: int) -> None:
        db.session.execute(
            update(DuesTariff)
            .where(DuesTariff.kind == MembershipKind.ADULT, DuesTariff.valid_to.is_(None))
            .values(valid_to=date(self.year - 2, 12, 31 - index % 20))
        )
        start = date(self.year - 1, 1, 1)
        operations.set_tariff(
            TariffFacts(MembershipKind.ADULT, amount, start, f"第{index}号"),
            by=self.other, now=self.now,
        )  # fmt: skip

    def split(self, index: int, amount: int) -> None:
        place = self.cast.organization(SENDERS[index % len(SENDERS)])
        level = list(DuesLevel)[amount % 4]
        operations.set_split(
            SplitFacts(level, amount % 1001, date(2020, 1, 1), "试", region_id=place.id),
            by=self.other, now=self.now,
        )  # fmt: skip

    def transfer(self, index: int, amount: int) -> None:
        member = self.member(index)
        target = self.cast.organization(PLACES[amount % len(PLACES)])
        if target.id != member.organization_id and member.status is MembershipStatus.ACTIVE:
            relocate(member, target, by=self.by, now=self.now)
            member.status = MembershipStatus.ACTIVE

    def move(self, index: int, _amount: int) -> None:
        village = self.cast.organization(("东二村", "西一村", "北一村")[index % 3])
        target = self.cast.organization(("东县", "西县", "北县")[index % 2])
        move(village, target, reason="区划调整", by=self.other, now=self.now)

    def settle_sums(self) -> None:
        """Write what a commit would write."""
        db.session.flush()
        chain.seal(db.session())
        figures.write(db.session())
        dues_books.write(db.session())


@pytest.mark.covers("MEM-31", "LED-01", "LED-10")
@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_every_book_balances_after_any_history(cast: Cast, part: int) -> None:
    history = History(cast)
    seen = {"entries": 0, "remittances": 0, "of units": 0}
    of_units = select(func.count(DuesPayment.id)).join(DuesPayment.charge)
    of_units = of_units.where(DuesCharge.group_id.is_not(None))

    @seed(part)
    @settings(
        max_examples=HISTORIES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(steps)
    def run(taken: list[Step]) -> None:
        for step in taken:
            history.take(step)
        history.settle_sums()
        proof = prove()
        money = [one for one in differences() if one.measure.startswith("dues_")]
        assert (proof.differences, money) == ([], []), taken
        seen["entries"] += proof.entries
        seen["remittances"] += proof.remittances
        seen["of units"] += db.session.scalar(of_units) or 0
        db.session.rollback()

    run()
    assert min(seen.values()) > 0, seen


@pytest.mark.covers("MEM-31", "LED-12", "LED-13")
def test_a_line_is_never_changed_and_a_changed_one_is_found(cast: Cast) -> None:
    due = dues.charge_of(dues.member_of(cast, "东一村"))
    dues.pay(cast, "ben", due)
    db.session.commit()
    assert prove().is_sound
    for statement in ("UPDATE dues_entries SET kept = 0, up = cash", "DELETE FROM dues_entries"):
        with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
            db.session.execute(text(statement))
    crooked = text(
        "INSERT INTO dues_entries "
        "(kind, organization_id, year, booked_on, cash, below, kept, up, entered_at) "
        "VALUES ('payment', 1, 2026, '2026-01-01', 1000, 0, 800, 100, '2026-01-01')"
    )
    with pytest.raises(DBAPIError, match="balance"), db.session.begin_nested():
        db.session.execute(crooked)


@pytest.mark.covers("MEM-31", "LED-13")
@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE dues_books SET kept = kept + 1, owed = owed - 1",
        "UPDATE dues_books SET confirmed = 1",
        "UPDATE dues_charges SET paid = paid - 1",
        "UPDATE dues_payments SET amount = amount - 1",
        "UPDATE dues_receipts SET amount = amount + 1",
        "UPDATE dues_payments SET refunded_at = '2026-01-01'",
        "UPDATE dues_remittances SET amount = amount + 1",
        "UPDATE dues_remittances SET status = 'confirmed'",
        "DELETE FROM dues_books",
    ],
)
def test_whatever_is_changed_by_hand_is_found(app: Flask, cast: Cast, tampering: str) -> None:
    place = cast.organization("东一村")
    dues.pay(cast, "ben", dues.charge_of(dues.member_of(cast, "东一村")))
    db.session.commit()
    debt = debts_of(place.id)[0]
    operations.remit(
        place, debt.upper_id, debt.year, 100, "缴1", clock.today(),
        by=actor_of(cast, "ben"), now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    assert prove().is_sound
    db.session.execute(text(tampering))
    db.session.commit()
    assert not prove().is_sound
    if not is_postgresql():  # there a snapshot needs a connection that the test has not begun
        assert app.test_cli_runner().invoke(args=["members", "verify-dues"]).exit_code == 1


@pytest.mark.covers("S15", "MEM-31", "MEM-32")
def test_ten_yuan_are_eight_kept_and_two_owed_up(cast: Cast) -> None:
    receipt = dues.pay(cast, "ben", dues.charge_of(dues.member_of(cast, "东一村")))
    db.session.commit()
    assert (receipt.amount, receipt.count) == (1000, 1)
    names = ("东一村", "东镇", "东县", "东市", "测试省")
    ids = {name: cast.organization(name).id for name in names}
    books = books_of(ids.values(), clock.today().year)
    shown = {
        name: (books[one].collected, books[one].below, books[one].kept, books[one].owed)
        for name, one in ids.items()
        if one in books
    }
    assert shown == {
        "东一村": (1000, 0, 800, 200),
        "东县": (0, 200, 140, 60),
        "东市": (0, 60, 42, 18),
        "测试省": (0, 18, 13, 5),
    }


@pytest.mark.covers("MEM-31")
def test_a_unit_right_below_a_city_owes_the_city(cast: Cast) -> None:
    city = cast.organization("东市")
    clinic = make.make_organization(OrganizationKind.HOSPITAL, "市直医院", city)
    membership = make.make_membership(make.make_person(), clinic)
    dues.pay(cast, "ben", dues.charge_of(membership))
    db.session.commit()
    assert [(one.upper_id, one.to_send) for one in debts_of(clinic.id)] == [(city.id, 200)]
    assert books_of([city.id], clock.today().year)[city.id].below == 200


@pytest.mark.covers("MEM-41", "MEM-31")
def test_what_is_owed_goes_along_and_what_was_paid_stays(cast: Cast) -> None:
    settle()
    membership = dues.member_of(cast, "东一村", years=1)
    last, this = (dues.charge_of(membership, clock.today().year - back) for back in (1, 0))
    dues.pay(cast, "ben", last)
    target = cast.organization("东二村")
    relocate(membership, target, by=actor_of(cast, "ben"), now=clock.now())
    db.session.commit()
    assert last.organization_id == cast.organization("东一村").id
    assert this.organization_id == target.id
    assert [one for one in differences() if one.measure.startswith("dues_")] == []
    with pytest.raises(UnknownRowError):
        operations.collect(
            cast.organization("东一村"), {this.code: 1000}, "票", clock.today(),
            by=actor_of(cast, "ben"), now=clock.now(),
        )  # fmt: skip
