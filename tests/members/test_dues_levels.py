"""Dues at every level: sent up and confirmed, read by supervisors, tariffs of the province."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core import clock
from core.database import db
from core.rules import RuleViolation
from members import operations
from members.models import (
    DuesReceipt,
    DuesRemittance,
    DuesTariff,
)
from members.queries.dues_proof import prove
from members.rules import MembershipKind
from tests.cast import Cast
from tests.client import Client, parsed
from tests.members import dues
from tests.members.conftest import actor_of
from tests.members.dues import cash, cells, pay_path, year
from tests.members.test_figures import settle

Clients = Callable[[str], Client]


def two_yuan(county: str) -> dict[str, str]:
    """Return the form of two yuan that a village sends to its county."""
    today = clock.today().isoformat()
    return {"debt": f"{year()}-{county}", "amount": "2", "remitted_on": today, "voucher": "汇1"}


@pytest.mark.covers("MEM-31", "UX-R2")
def test_a_wrong_remittance_is_told_beside_its_field(cast: Cast, client_of: Clients) -> None:
    ben, code, sent = client_of("ben"), cast.code("东一村"), two_yuan(cast.code("东县"))
    ben.post(pay_path(cast, dues.of(cast, "mia")), cash())
    for wrong, field in (
        ({"amount": "2.01"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"debt": "2026-zzzz"}, "debt"),
        ({"voucher": ""}, "voucher"),
        ({"remitted_on": "2099-01-01"}, "remitted_on"),
        ({"remitted_on": "2001-01-01"}, "remitted_on"),
    ):
        answer = ben.post(f"/o/{code}/dues/remit", {**sent, **wrong})
        assert answer.status_code == 422, wrong
        assert parsed(answer).select_one(f"#{field}-error"), wrong
    assert db.session.scalars(select(DuesRemittance)).all() == []


@pytest.mark.covers("S15", "MEM-31", "LED-04")
def test_money_goes_up_and_the_level_above_says_that_it_came(
    cast: Cast, client_of: Clients
) -> None:
    code, county = cast.code("东一村"), cast.code("东县")
    ben, cora = client_of("ben"), client_of("cora")
    ben.post(pay_path(cast, dues.of(cast, "mia")), cash())
    sent = two_yuan(county)
    assert ben.post(f"/o/{code}/dues/remit", sent).status_code == 303
    remittance = db.session.scalars(select(DuesRemittance)).one()
    with pytest.raises(RuleViolation, match="别人确认"):
        operations.confirm_remittance(
            remittance.code,
            upper=cast.organization("东县"),
            by=actor_of(cast, "ben"),
            now=clock.now(),
        )
    assert "等上级确认" in ben.page(f"/o/{code}/dues/reconciliation").text
    assert "下级上缴会费，待确认" in cora.page(f"/o/{county}/home").text
    page = cora.page(f"/o/{county}/dues/reconciliation")
    form = page.select_one("#arriving form")
    assert form is not None
    assert cora.post(str(form["action"])).status_code == 303
    assert cora.post(str(form["action"])).status_code == 409
    difference = cells(ben.page(f"/o/{code}/dues/reconciliation"), "#main")
    assert "差额 0 元" in difference
    assert prove().is_sound
    assert (
        client_of("dan").post(str(form["action"]).replace(county, cast.code("西县"))).status_code
        == 404
    )


@pytest.mark.covers("MEM-31")
def test_money_that_did_not_come_is_owed_again(cast: Cast, client_of: Clients) -> None:
    code, county = cast.code("东一村"), cast.code("东县")
    ben, cora = client_of("ben"), client_of("cora")
    ben.post(pay_path(cast, dues.of(cast, "mia")), cash())
    sent = two_yuan(county)
    assert ben.post(f"/o/{code}/dues/remit", sent).status_code == 303
    link = cora.page(f"/o/{county}/dues/reconciliation").select_one("#arriving a[href$='/return']")
    assert link is not None
    assert cora.post(str(link["href"]), {"note": ""}).status_code == 422
    assert cora.post(str(link["href"]), {"note": "账上没有"}).status_code == 303
    page = ben.page(f"/o/{code}/dues/reconciliation")
    assert "账上没有" in cells(page, "#sent")
    assert ben.post(f"/o/{code}/dues/remit", sent).status_code == 303
    assert prove().is_sound


@pytest.mark.covers("S37")
def test_a_supervisor_reads_books_and_no_names(cast: Cast, client_of: Clients) -> None:
    client_of("ben").post(pay_path(cast, dues.of(cast, "mia")), cash())
    receipt = db.session.scalars(select(DuesReceipt)).one()
    sam = client_of("sam")
    for place in ("东县", "东一村"):
        for page in ("dues", "dues/ledger", "dues/reconciliation", "dues/rules"):
            found = sam.page(f"/o/{cast.code(place)}/{page}")
            assert "人mia" not in found.text
            assert found.select("#main form") == []
    here = cast.code("东一村")
    for path in (
        f"/o/{here}/dues/unpaid",
        f"/o/{here}/dues/receipts/{receipt.code}",
        f"/o/{here}/dues/remit",
        pay_path(cast, dues.of(cast, "mia")),
    ):
        assert sam.get(path).status_code == 403


@pytest.mark.covers("AZ-07", "C2")
def test_levels_see_figures_and_few_payers_are_hidden_above(cast: Cast, client_of: Clients) -> None:
    settle()
    for _ in range(5):
        dues.charge_of(dues.member_of(cast, "东二村"))
    client_of("ben").post(pay_path(cast, dues.of(cast, "mia")), cash())
    eve = client_of("eve")
    city = cells(eve.page(f"/o/{cast.code('东市')}/dues"), "#rows")
    assert "东县 县级 60 元 10 元 16.66% 0.60 元" in city
    county = cells(eve.page(f"/o/{cast.code('东县')}/dues"), "#rows")
    assert "东二村 村（社区） 50 元 0 元 0.00%" in county
    assert "东镇 乡镇（街道） 人数过少 人数过少" in county
    by_name = cells(client_of("cora").page(f"/o/{cast.code('东县')}/dues"), "#rows")
    assert "东镇 乡镇（街道） 10 元 10 元 100.00%" in by_name


@pytest.mark.covers("LOAD-07")
def test_pages_cost_the_same_whatever_the_number_of_rows(
    cast: Cast, client_of: Clients, count_statements: Callable[[], object]
) -> None:
    ben, cora, code = client_of("ben"), client_of("cora"), cast.code("东一村")
    paths = {
        ben: (f"/o/{code}/dues/unpaid", f"/o/{code}/dues/ledger"),
        cora: (f"/o/{cast.code('东县')}/dues", f"/o/{cast.code('东县')}/dues/reconciliation"),
    }
    dues.pay(cast, "ben", dues.charge_of(dues.member_of(cast, "东一村")))
    dues.charge_of(dues.member_of(cast, "东一村"))
    db.session.commit()

    def cost() -> list[int]:
        found = []
        for client, wanted in paths.items():
            for path in wanted:
                client.page(path)
                with count_statements() as seen:  # type: ignore[attr-defined]
                    client.page(path)
                found.append(len(seen))
        return found

    before = cost()
    for place in ("东一村", "东二村", "东镇"):
        for _ in range(10):
            dues.pay(cast, "ben", dues.charge_of(dues.member_of(cast, place)))
            dues.charge_of(dues.member_of(cast, place))
    db.session.commit()
    assert cost() == before


@pytest.mark.covers("MEM-30", "MEM-31")
def test_the_province_enters_a_tariff_and_others_read_it(cast: Cast, client_of: Clients) -> None:
    gil, top = client_of("gil"), cast.code("测试省")
    path = f"/o/{top}/dues/rules"
    line = {
        "kind": "adult",
        "amount": "15",
        "valid_from": f"{year() + 1}-01-01",
        "source": "新办法〔2027〕1号",
    }
    answer = gil.post(f"{path}/tariff", line)
    assert answer.status_code == 422
    assert "先写明它的截止日期" in parsed(answer).text
    assert gil.post(f"{path}/tariff", {**line, "region": "没有这个县"}).status_code == 422
    old = db.session.scalars(
        select(DuesTariff).where(DuesTariff.kind == MembershipKind.ADULT)
    ).one()
    ending = {"line": old.code, "valid_to": f"{year()}-12-31"}
    assert gil.post(f"{path}/end", {**ending, "valid_to": "2002-01-01"}).status_code == 422
    assert gil.post(f"{path}/end", ending).status_code == 303
    assert gil.post(f"{path}/tariff", line).status_code == 303
    assert gil.post(f"{path}/tariff", {**line, "amount": "8", "region": "东县"}).status_code == 303
    split = {
        "level": "grassroots",
        "kind": "",
        "percent": "12.5",
        "region": "东县",
        "valid_from": "2026-01-01",
        "source": "县规定",
    }
    assert gil.post(f"{path}/split", {**split, "percent": "101"}).status_code == 422
    assert gil.post(f"{path}/split", split).status_code == 303
    assert gil.post(f"{path}/split", split).status_code == 422
    for who, place in (("ben", "东一村"), ("sam", "东县")):
        shown = client_of(who).page(f"/o/{cast.code(place)}/dues/rules")
        assert "新办法〔2027〕1号" in shown.text
        assert "12.5%" in shown.text
        assert shown.select("#main a[href*='/end']") == []
    for who, place in (("cora", "东县"), ("eve", "东市"), ("ben", "东一村")):
        other = f"/o/{cast.code(place)}/dues/rules/tariff"
        assert client_of(who).get(other).status_code == 403


@pytest.mark.covers("UX-R2")
@pytest.mark.parametrize(
    ("page", "sent", "fields"),
    [
        ("tariff", {}, ("kind", "amount", "valid_from", "source")),
        (
            "tariff",
            {"kind": "group", "amount": "x", "band_from": "-1", "band_to": "y", "valid_to": "z"},
            ("amount", "band_from", "band_to", "valid_from", "valid_to"),
        ),
        ("split", {}, ("level", "percent", "valid_from")),
        ("split", {"level": "county", "percent": "12.55", "kind": "ghost"}, ("percent", "kind")),
        ("end", {}, ("line", "valid_to")),
    ],
)
def test_a_wrong_line_tells_every_field(
    cast: Cast, client_of: Clients, page: str, sent: dict[str, str], fields: tuple[str, ...]
) -> None:
    answer = client_of("gil").post(f"/o/{cast.code('测试省')}/dues/rules/{page}", sent)
    assert answer.status_code == 422
    told = parsed(answer)
    missing = [name for name in fields if not told.select_one(f"#{name}-error")]
    assert [name for name in missing if name != "source"] == []
