"""Dues of the demonstration: charged, paid in batches, sent up, and some unpaid for years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from sqlalchemy import select

from core import clock
from core.database import db
from datasets.demo import names
from datasets.demo.people import Stage, make_person
from datasets.demo.places import COUNTIES
from members import operations as joining
from members.models import DuesCharge, DuesPayment, DuesProposal, DuesRemittance, Membership
from members.operations import dues_books
from members.queries.dues_books import debts_of
from members.rules import LIVE_STATES, MembershipKind, MembershipStatus
from organizations.models import Organization

OLD_YEARS = 3
PLACES = ("村1", "村2", "镇1", "院")
PAID_DAYS_AGO, SENT_DAYS_AGO = 20, 8


def build_dues(stage: Stage) -> None:
    """Charge everybody, let most of some places pay, and leave something to decide."""
    slow = _members_of_old(stage, stage.places["上城区/村1"])
    _charge(stage)
    _propose(stage, slow)
    for county in COUNTIES.values():
        for name in _kept(stage, county):
            _collect(stage, stage.places[f"{county}/{name}"], county)
    _refund_one(stage)
    _write()
    for county in COUNTIES.values():
        _send(stage, county)
    _write()


def _members_of_old(stage: Stage, village: Organization) -> list[Membership]:
    """Return three members since years, who have not paid for the last two."""
    made = []
    for _ in range(3):
        serial = stage.next_serial()
        person = make_person(stage, names.name_of(serial), 30 + serial % 30, serial)
        made.append(
            joining.create_membership(
                person,
                village,
                MembershipKind.ADULT,
                by=stage.keepers[village.id],
                now=stage.at(200),
                status=MembershipStatus.ACTIVE,
                joined_on=date(stage.today.year - OLD_YEARS, 1, 4),
            )
        )
    db.session.flush()
    return made


def _charge(stage: Stage) -> None:
    for year in range(stage.today.year - OLD_YEARS + 1, stage.today.year + 1):
        now, last_id = stage.at(30), 0
        while (step := joining.charge_year(year, now, last_id)) is not None:
            last_id = step.last_id


def _propose(stage: Stage, slow: Sequence[Membership]) -> None:
    """List the three as in January: one was told, one is kept, one waits."""
    january = clock.at(date(stage.today.year, 1, 8), time(9))
    while joining.fall_behind(january):
        pass
    while joining.propose_removals(january):
        pass
    village = slow[0].organization
    listed = db.session.scalars(
        select(DuesProposal.code)
        .where(DuesProposal.organization_id == village.id)
        .order_by(DuesProposal.id)
    ).all()
    by = stage.keepers[village.id]
    told, kept = listed[:2]
    joining.notify_unpaid(told, organization_id=village.id, by=by, now=january)
    reason = "长期住院，家属来说明过"
    joining.keep_unpaid(kept, reason, organization_id=village.id, by=by, now=january)


def _collect(stage: Stage, place: Organization, county: str) -> None:
    """Let the first two thirds of a place pay with one receipt, one more with his own."""
    due = db.session.scalars(
        select(DuesCharge.code)
        .join(DuesCharge.membership)
        .where(
            DuesCharge.organization_id == place.id,
            DuesCharge.year == stage.today.year,
            Membership.status.in_(LIVE_STATES),
        )
        .order_by(DuesCharge.id)
    ).all()
    many = len(due) * 2 // 3
    for number, codes in ((1, due[:many]), (2, due[many : many + 1])):
        if codes:
            now = stage.at(PAID_DAYS_AGO)
            joining.collect(
                place,
                dict.fromkeys(codes, 1000),
                f"演示{county}{place.id:05d}-{number}",
                clock.local(now).date(),
                by=stage.keepers[place.id],
                now=now,
            )


def _refund_one(stage: Stage) -> None:
    village = stage.places["西湖区/村1"]
    payment = db.session.scalars(
        select(DuesPayment)
        .where(DuesPayment.organization_id == village.id)
        .order_by(DuesPayment.id.desc())
        .limit(1)
    ).one()
    by, now = stage.keepers[village.id], stage.at(PAID_DAYS_AGO - 1)
    joining.refund(payment.code, "记到别人名下了", organization_id=village.id, by=by, now=now)


def _send(stage: Stage, county: str) -> None:
    """Let two places send up what they owe; the county has confirmed the first."""
    office = stage.places[county]
    for number, name in enumerate(_kept(stage, county)[:2]):
        place = stage.places[f"{county}/{name}"]
        for debt in debts_of(place.id):
            sent = _remit(stage, place, debt.upper_id, debt.year, debt.to_send)
            if number == 0:
                by, now = stage.keepers[office.id], stage.at(SENT_DAYS_AGO - 2)
                joining.confirm_remittance(sent.code, upper=office, by=by, now=now)


def _remit(
    stage: Stage, place: Organization, upper_id: int, year: int, amount: int
) -> DuesRemittance:
    now = stage.at(SENT_DAYS_AGO)
    day = max(clock.local(now).date(), date(year, 1, 1))
    by, voucher = stage.keepers[place.id], f"演示汇{place.id:05d}"
    return joining.remit(place, upper_id, year, amount, voucher, day, by=by, now=now)


def _kept(stage: Stage, county: str) -> list[str]:
    """Return the places of a county that somebody keeps."""
    return [name for name in PLACES if stage.places[f"{county}/{name}"].id in stage.keepers]


def _write() -> None:
    """Write the sums of the books, which a remittance looks at."""
    db.session.flush()
    dues_books.write(db.session())
