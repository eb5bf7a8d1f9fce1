"""Whatever is charged, paid, refunded, sent up or moved: every book balances to the fen."""

from __future__ import annotations

import os

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, seed, settings
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from core import clock
from core.database import db, is_postgresql
from core.rules import UnknownRowError
from members import operations
from members.models import (
    DuesCharge,
    DuesPayment,
)
from members.operations.memberships import relocate
from members.queries.dues_books import books_of, debts_of
from members.queries.dues_proof import prove
from organizations.rules import OrganizationKind
from supervision.recount import differences
from tests import factories as make
from tests.cast import Cast
from tests.members import dues
from tests.members.conftest import actor_of
from tests.members.dues_history import History, Step, steps
from tests.members.test_figures import settle

PARTS = 4
#: Per part; a thousand altogether with ``make soak``, on each database.
HISTORIES = 250 if os.environ.get("SOAK") == "full" else 25


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
