"""What may happen to the money of members and units, in any order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select, update

from core import chain, clock
from core.database import db
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
from members.queries.dues_books import debts_of
from members.queries.dues_due import all_tariffs
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
from tests import factories as make
from tests.cast import Cast
from tests.members import dues
from tests.members.conftest import actor_of
from tests.members.test_figures import settle
from tests.units import make_group

STEPS = 16
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
