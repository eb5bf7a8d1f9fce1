"""Certificates of service: asked for on the phone, proven by the ledger, ended by the issuer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from core import clock
from core.access.permissions import Role
from core.database import db
from core.rules import RuleViolation
from people.rules import mask_name
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.volunteers.certified import OWN, confirm, credited, days, issued, link_of, register
from tests.volunteers.desk import BRANCH, acting, an_entry
from volunteers import operations as hours
from volunteers.queries.certificates import proof_of
from volunteers.queries.holders import facts_in
from volunteers.rules.certificates import CertificateReason, Period

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.mark.covers("V12", "S18", "S10", "LED-01", "CERT-02")
def test_a_volunteer_gets_a_certificate_of_what_the_ledger_proves(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    credited(cast)
    credited(cast, minutes=45, back=7, title="巡河")
    ada = client_of("ada")
    assert "2.8 小时" in ada.page(f"{OWN}?period=all").text
    one = issued(ada)
    facts = facts_in(one)
    assert (one.minutes, facts["minutes"], facts["grades"]) == (165, 165, {"self_reported": 165})
    assert facts["activities"] == [["急救演练", "东一村", 1, 120], ["巡河", "东一村", 1, 45]]
    assert facts["issuer"] == "东县"
    page = Client(app).page(link_of(one))
    for value in (one.number, mask_name("人ada"), "2.8 小时", "真实有效", "东县", "自报"):
        assert value in page.text
    person = cast.person("ada")
    for value in (person.name, person.plain_phone, person.plain_id_number[:6], "巡河", one.code):
        assert value not in str(page)


@pytest.mark.covers("RACE-09", "VOL-47")
def test_the_same_is_not_certified_twice_and_something_else_replaces_it(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    credited(cast)
    ada = client_of("ada")
    first = issued(ada)
    assert issued(ada).id == first.id
    credited(cast, title="巡河", back=4)
    second = issued(ada)
    assert second.number != first.number
    assert "已换发" in Client(app).page(link_of(first)).text
    assert "4 小时" in Client(app).page(link_of(second)).text


@pytest.mark.covers("LED-06", "D3")
def test_hours_that_are_somebodys_word_wait_a_day(cast: Cast, client_of: ClientOf) -> None:
    record = hours.log_service(
        cast.person("ada").id, an_entry(), by=acting(cast, "ada"), now=clock.now()
    )
    now = clock.now()
    confirm(cast, record, now)
    answer = client_of("ada").post(OWN, {"period": "all"})
    assert answer.status_code == 422
    assert "明天就能开证明" in answer.text
    days = Period(record.served_on, record.served_on)
    for hours_later, minutes in ((23.9, 0), (24.1, 120)):
        proof = proof_of(record.person_id, days, now + timedelta(hours=hours_later))
        assert (proof.minutes, proof.held_minutes) == (minutes, 120 - minutes)


def test_only_days_of_the_period_count_and_wrong_ones_are_refused(
    cast: Cast, client_of: ClientOf
) -> None:
    near, far = credited(cast), credited(cast, back=40, title="巡河", minutes=60)
    ada = client_of("ada")
    one = issued(
        ada, period="chosen", first=far.served_on.isoformat(), last=far.served_on.isoformat()
    )
    assert one.minutes == 60
    assert near.minutes == 120
    later = (clock.today() + timedelta(days=1)).isoformat()
    for first, last in (
        ("2020-02-30", later),
        (near.served_on.isoformat(), later),
        (near.served_on.isoformat(), far.served_on.isoformat()),
    ):
        answer = ada.post(OWN, {"period": "chosen", "first": first, "last": last})
        assert answer.status_code == 422, (first, last)
    assert client_of("gus").post(OWN, {"period": "all"}).status_code == 422


@pytest.mark.covers("CERT-03", "S40")
def test_a_reversal_shows_on_the_page_at_once(app: Flask, cast: Cast, client_of: ClientOf) -> None:
    record = credited(cast)
    one = issued(client_of("ada"))
    hours.correct(
        record.code,
        30,
        "早走了",
        organization_id=cast.organization(BRANCH).id,
        by=acting(cast, "ben"),
        now=clock.now(),
    )
    page = Client(app).page(link_of(one)).text
    assert "时长有更正，请要新的证明" in page
    assert "2 小时" in page
    assert "0.5 小时" in page
    assert "真实有效" not in page
    cora = client_of("cora")
    assert "时长有更正" in cora.page(f"/o/{cast.code('东县')}/certificates").text


@pytest.mark.covers("S40", "VOL-47")
def test_a_revoked_one_says_so_with_the_day_and_not_why(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    credited(cast)
    one = issued(client_of("ada"))
    cora, address = client_of("cora"), register(cast, one, "/revoke")
    assert cora.post(address, {"reason": "hours_corrected"}).status_code == 422
    assert cora.post(address, {"reason": "other"}).status_code == 422
    sent = {"reason": "false_hours", "note": "人ada当天不在"}
    assert cora.post(address, sent).status_code == 303
    assert cora.post(address, sent).status_code == 409
    page = Client(app).page(link_of(one)).text
    day = clock.today()
    assert "已作废" in page
    assert f"{day.year}年{day.month}月{day.day}日" in page
    for hidden in ("当天不在", "时长不真实", "人ada"):
        assert hidden not in page
    own = client_of("ada").page(f"{OWN}/{one.code}")
    assert "当天不在" in own.text
    assert "不能再用" in own.select("#main .notice")[0].text
    assert not own.select("figure.qr, a.button-main")
    assert "作废了您的一份服务证明" in client_of("ada").page("/me/messages").text


@pytest.mark.covers("VOL-47", "AZ-10")
def test_the_issuer_replaces_one_and_nobody_else_does(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    credited(cast)
    one = issued(client_of("ada"))
    cast.person("ada").name = "人安安"
    sent = {"reason": "person_corrected"}
    for name in ("dan", "eve", "ben", "ada"):
        answer = client_of(name).post(register(cast, one, "/replace"), sent)
        assert answer.status_code in {403, 404}, name
    answer = client_of("cora").post(register(cast, one, "/replace"), sent)
    assert answer.status_code == 303
    assert "人安安" in client_of("cora").page(answer.location).text
    assert "已换发" in Client(app).page(link_of(one)).text
    assert client_of("dan").get(f"/o/{cast.code('西县')}/certificates").status_code == 200
    assert client_of("gus").get(f"{OWN}/{one.code}").status_code == 404


def test_nobody_ends_his_own(cast: Cast, client_of: ClientOf) -> None:
    credited(cast)
    one = issued(client_of("ada"))
    make.make_post(cast.user("ada"), Role.OFFICER, cast.organization("东县"))
    db.session.commit()
    with pytest.raises(RuleViolation, match="自己"):
        hours.revoke_certificate(
            one.code,
            CertificateReason.OTHER,
            "不要了",
            issuer_id=one.issuer_id,
            by=acting(cast, "ada"),
            now=clock.now(),
        )


@pytest.mark.covers("LOAD-07")
def test_a_long_register_costs_no_more_statements(
    cast: Cast, client_of: ClientOf, count_statements: Counting
) -> None:
    seen = []
    client_of("cora").get(f"/o/{cast.code('东县')}/certificates")
    for back in range(5, 13):
        credited(cast, back=back)
        issued(client_of("ada"), period="chosen", **days(back))
        if back in {5, 12}:
            with count_statements() as statements:
                client_of("cora").page(f"/o/{cast.code('东县')}/certificates")
            seen.append(len(statements))
    assert seen[0] == seen[1]
