"""Dues in daily work: cash of one and of many, receipts, one's own page, money on its way up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.audit.models import AuditEvent
from core.database import db
from members.models import (
    DuesCharge,
    DuesPayment,
    DuesReceipt,
    Membership,
)
from members.queries.dues_books import books_of
from members.queries.dues_proof import prove
from members.rules import MemberGrade, MembershipKind, MembershipStatus
from supervision.recount import differences
from tests import factories as make
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members import dues
from tests.members.dues import cash, cells, pay_path, year
from tests.members.test_figures import settle

Clients = Callable[[str], Client]


@pytest.mark.covers("S15", "MEM-32")
def test_the_secretary_records_ten_yuan_and_everybody_sees_them(
    cast: Cast, client_of: Clients
) -> None:
    settle()
    mia, ben, code = dues.of(cast, "mia"), client_of("ben"), cast.code("东一村")
    assert "请交给东一村" in cells(client_of("mia").page("/me/dues"), "#main")
    answer = ben.post(pay_path(cast, mia), cash())
    assert answer.status_code == 303
    receipt = ben.page(answer.headers["Location"])
    assert "浙财0001" in receipt.text
    assert "人mia" in cells(receipt, "#rows")
    own = client_of("mia").page("/me/dues")
    assert "已交清" in cells(own, "#charges")
    link = own.select_one("#payments a")
    assert link is not None
    assert "浙财0001" in client_of("mia").page(str(link["href"])).text
    assert "10 元" in cells(client_of("mia").page(f"{link['href']}?style=print"), "#main")
    ledger = cells(ben.page(f"/o/{code}/dues/ledger"), "#rows")
    assert "8 元" in ledger
    assert "人mia" not in ledger
    overview = ben.page(f"/o/{code}/dues").text
    assert f"{year()} 年还要上缴 2 元，{year()}年12月31日前交" in overview
    county = cells(
        client_of("cora").page(f"/o/{cast.code('东县')}/dues/reconciliation"), "#debtors"
    )
    assert "东一村" in county
    assert "2 元" in county
    assert prove().is_sound
    assert differences() == []
    assert "dues.collect" in set(db.session.scalars(select(AuditEvent.action)))


@pytest.mark.covers("MEM-32", "UX-R2")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": ""}, "amount"),
        ({"amount": "十元"}, "amount"),
        ({"amount": "1e3"}, "amount"),
        ({"amount": "4.205"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"number": " "}, "number"),
        ({"number": "长" * 41}, "number"),
        ({"number": "a\x07"}, "number"),
        ({"paid_on": "2099-01-01"}, "paid_on"),
        ({"paid_on": "2020-01-01"}, "paid_on"),
        ({"paid_on": "昨天"}, "paid_on"),
    ],
)
def test_wrong_cash_is_told_beside_its_field(
    cast: Cast, client_of: Clients, changes: dict[str, str], field: str
) -> None:
    answer = client_of("ben").post(pay_path(cast, dues.of(cast, "mia")), cash(**changes))
    assert answer.status_code == 422
    assert parsed(answer).select_one(f"#{field}-error")
    assert db.session.scalars(select(DuesPayment)).all() == []


@pytest.mark.covers("UX-R2")
def test_every_wrong_field_is_told_at_once(cast: Cast, client_of: Clients) -> None:
    wrong = cash(amount="?", number="", paid_on="?")
    page = parsed(client_of("ben").post(pay_path(cast, dues.of(cast, "mia")), wrong))
    found = [page.select_one(f"#{name}-error") for name in ("amount", "number", "paid_on")]
    assert all(found)


@pytest.mark.covers("MEM-32")
def test_more_than_the_charge_is_refused_with_who_is_meant(cast: Cast, client_of: Clients) -> None:
    answer = client_of("ben").post(pay_path(cast, dues.of(cast, "mia")), cash(amount="15"))
    assert answer.status_code == 422
    assert "人mia应交 10 元，多出的 5 元是捐赠，不是会费" in parsed(answer).text
    assert db.session.scalars(select(DuesPayment)).all() == []


@pytest.mark.covers("MEM-32")
def test_a_number_of_a_receipt_is_used_once(cast: Cast, client_of: Clients) -> None:
    ben, other = client_of("ben"), dues.member_of(cast, "东一村")
    assert ben.post(pay_path(cast, dues.of(cast, "mia")), cash()).status_code == 303
    answer = ben.post(pay_path(cast, other), cash())
    assert answer.status_code == 422
    assert parsed(answer).select_one("#number-error")
    assert len(db.session.scalars(select(DuesReceipt)).all()) == 1


@pytest.mark.covers("MEM-32", "LED-01")
def test_a_village_pays_with_one_receipt(cast: Cast, client_of: Clients) -> None:
    settle()
    members = [dues.member_of(cast, "东一村") for _ in range(4)]
    due = [dues.charge_of(one) for one in members]
    absent = due.pop()
    ben, code = client_of("ben"), cast.code("东一村")
    page = ben.page(f"/o/{code}/dues/unpaid")
    assert len(page.select("#rows tr")) == 4
    codes = [one.code for one in due]
    asked = ben.post(f"/o/{code}/dues/collect", {"ids": codes})
    assert asked.status_code == 422
    form = parsed(asked)
    assert [str(field["value"]) for field in form.select("input[name=amounts]")] == ["10"] * 3
    sent = {"ids": codes, "amounts": ["10", "10", "4.5"], "number": "浙财9", "paid_on": "today"}
    wrong = ben.post(f"/o/{code}/dues/collect", {**sent, "amounts": ["10", "12", "x"]})
    words = parsed(wrong).text
    assert wrong.status_code == 422
    for who, told in ((members[1], "捐赠，不是会费"), (members[2], "金额请填数字")):
        assert f"{who.person.name}" in words
        assert told in words
    assert parsed(wrong).select_one("#paid_on-error")
    sent["paid_on"] = clock.today().isoformat()
    answer = ben.post(f"/o/{code}/dues/collect", sent)
    assert answer.status_code == 303
    receipt = db.session.scalars(select(DuesReceipt)).one()
    assert (receipt.amount, receipt.count) == (2450, 3)
    assert len(ben.page(answer.headers["Location"]).select("#rows tr")) == 3
    rest = ben.page(f"/o/{code}/dues/unpaid")
    assert {absent.code, due[2].code} == {
        str(row["id"]).removeprefix("charge-") for row in rest.select("#rows tr")
    }
    assert prove().is_sound
    assert [one for one in differences() if one.measure.startswith("dues_")] == []


@pytest.mark.covers("AZ-05", "AZ-18")
def test_nobody_collects_what_another_organization_is_owed(cast: Cast, client_of: Clients) -> None:
    stranger = dues.charge_of(dues.member_of(cast, "东二村"))
    sent = {"amounts": ["10"], "number": "浙财1", "paid_on": clock.today().isoformat()}
    for codes in ([], ["zzzzzzzz"], [stranger.code], ["'; --"]):
        for form in ({"ids": codes}, {"ids": codes, **sent}):
            answer = client_of("ben").post(f"/o/{cast.code('东一村')}/dues/collect", form)
            assert answer.status_code == 422
            assert stranger.payer not in answer.text
    assert db.session.scalars(select(DuesPayment)).all() == []


@pytest.mark.covers("MEM-32", "LED-12")
def test_a_refund_is_a_reversal_with_its_reason(cast: Cast, client_of: Clients) -> None:
    settle()
    ben, code, mia = client_of("ben"), cast.code("东一村"), dues.of(cast, "mia")
    ben.post(pay_path(cast, mia), cash())
    payment = db.session.scalars(select(DuesPayment)).one()
    path = f"/o/{code}/dues/payments/{payment.code}/refund"
    assert ben.post(path, {"note": ""}).status_code == 422
    assert ben.post(path, {"note": "收错了人"}).status_code == 303
    assert ben.post(path, {"note": "再退一次"}).status_code == 404
    charge = db.session.scalars(select(DuesCharge)).one()
    assert (charge.paid, charge.outstanding) == (0, 1000)
    book = books_of([cast.organization("东一村").id], year())[cast.organization("东一村").id]
    assert (book.collected, book.kept, book.owed) == (0, 0, 0)
    assert "已退" in cells(client_of("mia").page("/me/dues"), "#payments")
    assert prove().is_sound
    assert differences() == []
    assert ben.post(pay_path(cast, mia), cash(number="浙财0002")).status_code == 303


@pytest.mark.covers("LED-04")
def test_nobody_refunds_himself(cast: Cast, client_of: Clients) -> None:
    own = make.make_membership(cast.person("ben"), cast.organization("东一村"))
    db.session.commit()
    ben = client_of("ben")
    assert ben.post(pay_path(cast, own), cash()).status_code == 303
    payment = db.session.scalars(select(DuesPayment)).one()
    path = f"/o/{cast.code('东一村')}/dues/payments/{payment.code}/refund"
    assert ben.post(path, {"note": "还给我"}).status_code == 422


@pytest.mark.covers("MEM-33", "MEM-02")
def test_youth_and_permanent_members_are_never_asked(
    app: Flask, cast: Cast, client_of: Clients
) -> None:
    lasting = dues.member_of(cast, "东一村", years=3)
    lasting.grade = MemberGrade.PERMANENT
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["members", "charge-dues"])
    assert result.exit_code == 0
    assert "4 charged" not in result.output
    charged = set(db.session.scalars(select(DuesCharge.membership_id)))
    assert lasting.id not in charged
    youth = db.session.scalars(
        select(Membership.id).where(Membership.kind == MembershipKind.YOUTH)
    ).all()
    assert youth
    assert not charged & set(youth)
    page = client_of("hana").page("/me/dues")
    assert "完全自愿" in page.text
    assert "东小学" in client_of("hana").page("/me/card").text
    finn = client_of("finn")
    path = pay_path(cast, dues.of(cast, "hana"), "东小学")
    assert "没有要交的会费" in finn.page(path).text
    assert finn.post(path, cash()).status_code == 422


@pytest.mark.covers("MEM-30", "FLT-02")
def test_charging_a_year_twice_charges_once_and_goes_on_where_it_stopped(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("members.operations.dues_charges.BATCH", 2)
    members = [dues.member_of(cast, "东一村", years=1) for _ in range(3)]
    settle()
    dues.charge_of(members[1])
    db.session.commit()
    run = app.test_cli_runner().invoke
    assert run(args=["members", "charge-dues"]).exit_code == 0
    made = db.session.scalars(select(DuesCharge)).all()
    adults = db.session.scalars(
        select(Membership).where(Membership.kind == MembershipKind.ADULT)
    ).all()
    assert len(made) == len(adults)
    assert {(one.year, one.amount) for one in made} == {(year(), 1000)}
    assert "0 charged" in run(args=["members", "charge-dues"]).output
    last = run(args=["members", "charge-dues", "--year", str(year() - 1)])
    assert last.exit_code == 0
    assert len(db.session.scalars(select(DuesCharge)).all()) >= len(made) + 3
    assert differences() == []


@pytest.mark.covers("MEM-34", "S16")
def test_paying_the_old_year_ends_arrears(app: Flask, cast: Cast, client_of: Clients) -> None:
    membership = dues.member_of(cast, "东一村", years=1)
    settle()
    due = dues.charge_of(membership, year() - 1)
    dues.charge_of(membership)
    db.session.commit()
    assert app.test_cli_runner().invoke(args=["members", "charge-dues"]).exit_code == 0
    assert db.session.get_one(Membership, membership.id).status is MembershipStatus.ARREARS
    listed = client_of("ben").page(f"/o/{cast.code('东一村')}/members?status=arrears")
    assert membership.person.name in cells(listed, "#rows")
    dues.pay(cast, "ben", due)
    db.session.commit()
    assert membership.status is MembershipStatus.ACTIVE
    assert differences() == []


def test_a_day_too_long_ago_is_no_day_of_payment(cast: Cast, client_of: Clients) -> None:
    ben, mia = client_of("ben"), dues.of(cast, "mia")
    late = (clock.today() - timedelta(days=93)).isoformat()
    assert ben.post(pay_path(cast, mia), cash(paid_on=late)).status_code == 422
    just = (clock.today() - timedelta(days=92)).isoformat()
    assert ben.post(pay_path(cast, mia), cash(paid_on=just)).status_code == 303
