"""Members who owe dues, and the acts of those who collect them, for tests."""

from __future__ import annotations

from datetime import date

from bs4 import BeautifulSoup
from sqlalchemy import select

from core import clock
from core.database import db
from members import operations
from members.models import DuesCharge, DuesReceipt, Membership
from members.operations.dues_charges import charge
from members.queries.dues_due import all_tariffs
from tests import factories as make
from tests.cast import Cast
from tests.members.conftest import actor_of

_numbers = iter(range(1, 10**9))


def settle_since(membership: Membership, years: int) -> Membership:
    """Let a membership have begun some years ago, on the first of January."""
    membership.joined_on = date(clock.today().year - years, 1, 1)
    db.session.flush()
    return membership


def member_of(cast: Cast, place: str, years: int = 0) -> Membership:
    """Return a member of an organization since some years ago, who has been charged nothing."""
    membership = make.make_membership(make.make_person(), cast.organization(place))
    return settle_since(membership, years)


def charge_of(membership: Membership, year: int | None = None) -> DuesCharge:
    """Return the charge of a member for a year, made where there is none."""
    found = charge(membership, year or clock.today().year, all_tariffs(), now=clock.now())
    assert found
    db.session.flush()
    return found


def pay(
    cast: Cast, who: str, *charges: DuesCharge, amount: int | None = None, number: str = ""
) -> DuesReceipt:
    """Return the receipt for charges of one organization, all at once."""
    return operations.collect(
        charges[0].organization,
        {one.code: one.outstanding if amount is None else amount for one in charges},
        number or f"测{next(_numbers):06d}",
        clock.today(),
        by=actor_of(cast, who),
        now=clock.now(),
    )


def of(cast: Cast, who: str) -> Membership:
    """Return the membership of somebody of the cast."""
    person_id = cast.person(who).id
    return db.session.scalars(select(Membership).where(Membership.person_id == person_id)).one()


def year() -> int:
    return clock.today().year


def cells(page: BeautifulSoup, where: str) -> str:
    found = page.select_one(where)
    assert found, where
    return found.get_text(" ", strip=True)


def pay_path(cast: Cast, membership: Membership, place: str = "东一村") -> str:
    return f"/o/{cast.code(place)}/members/{membership.code}/dues/pay?year={year()}"


def cash(**changes: str) -> dict[str, str]:
    paid_on = clock.today().isoformat()
    return {"amount": "10", "number": "浙财0001", "paid_on": paid_on, **changes}
