"""What holds a certificate back, who lifts it, who reads of it, and codes that outlive keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import clock
from core.access.permissions import Role
from core.config import SigningKey
from core.database import db
from core.settings import DatedSetting
from organizations.operations.closing import Plan, close_organization
from people.rules import mask_name
from tests import desk_factories as desk
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.conftest import INDEX_KEY
from tests.volunteers.certified import OWN, body, credited, days, issued, link_of, register
from tests.volunteers.desk import BRANCH, acting
from tests.volunteers.papers import text_of
from volunteers import operations as hours
from volunteers.models import ServiceCertificate
from volunteers.queries.certificates import notices_for
from volunteers.rules.certificates import CertificateReason, Period

ClientOf = Callable[[str], Client]
FALSE = {"reason": "false_hours", "note": "当天不在"}
FOUND = "台账已改"


@pytest.mark.covers("VOL-47", "VOL-29b", "CERT-03")
def test_days_of_false_hours_are_certified_anew_only_when_the_county_cleared_them(
    cast: Cast, client_of: ClientOf
) -> None:
    credited(cast)
    credited(cast, back=40, title="巡河")
    ada, cora = client_of("ada"), client_of("cora")
    one = issued(ada, period="chosen", **days(5))
    assert cora.post(register(cast, one, "/clear"), {"note": FOUND}).status_code == 409
    assert cora.post(register(cast, one, "/revoke"), FALSE).status_code == 303
    for fields in ({"period": "all"}, {"period": "chosen", **days(5)}):
        refused = ada.post(OWN, fields)
        assert refused.status_code == 422
        assert f"{one.number}因时长不真实已作废" in refused.text
    page = ada.page(f"{OWN}?period=all")
    assert one.number in page.select("#main .notice")[0].text
    assert not page.select("#main form button")
    assert issued(ada, period="chosen", **days(40)).minutes == 120
    assert "还在核实" in ada.page(f"{OWN}/{one.code}").text
    assert "核实完成" in cora.page(register(cast, one)).text
    for name in ("dan", "eve", "ben", "ada"):
        answer = client_of(name).post(register(cast, one, "/clear"), {"note": FOUND})
        assert answer.status_code in {403, 404}, name
    assert cora.post(register(cast, one, "/clear"), {"note": " "}).status_code == 422
    assert cora.post(register(cast, one, "/clear"), {"note": FOUND}).status_code == 303
    assert cora.post(register(cast, one, "/clear"), {"note": "再来"}).status_code == 409
    assert FOUND in ada.page(f"{OWN}/{one.code}").text
    assert "可以重新开证明" in ada.page("/me/messages").text
    assert issued(ada, period="chosen", **days(5)).number != one.number
    with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.execute(text("DELETE FROM service_certificate_clearances"))


@pytest.mark.covers("VOL-47")
def test_what_ended_for_another_reason_holds_nothing_back(cast: Cast, client_of: ClientOf) -> None:
    credited(cast)
    ada = client_of("ada")
    one = issued(ada)
    sent = {"reason": "other", "note": "开重了"}
    assert client_of("cora").post(register(cast, one, "/revoke"), sent).status_code == 303
    assert issued(ada).number != one.number


@pytest.mark.covers("VOL-40")
def test_so_many_a_day_and_the_same_one_again_is_no_new_one(
    cast: Cast, client_of: ClientOf
) -> None:
    for back in (5, 6, 7):
        credited(cast, back=back)
    db.session.add(
        DatedSetting(
            name="certificates.per_day",
            valid_from=date(2021, 1, 1),
            value=2,
            source="test",
            entered_at=clock.now(),
        )
    )
    db.session.commit()
    ada = client_of("ada")
    first = issued(ada, period="chosen", **days(5))
    issued(ada, period="chosen", **days(6))
    refused = ada.post(OWN, {"period": "chosen", **days(7)})
    assert refused.status_code == 422
    assert "今天已经开了 2 份证明" in refused.text
    assert issued(ada, period="chosen", **days(5)).id == first.id
    kept = hours.replace_certificate(
        first.code,
        CertificateReason.PERSON_CORRECTED,
        "",
        issuer_id=first.issuer_id,
        by=acting(cast, "cora"),
        now=clock.now(),
    )
    assert kept.number != first.number


@pytest.mark.covers("VOL-43", "VOL-44", "PRV-12", "D10")
def test_the_unit_reads_of_it_at_once_for_seven_days_without_names_and_minors(
    cast: Cast, client_of: ClientOf
) -> None:
    credited(cast)
    one = issued(client_of("ada"))
    assert clock.local(one.issued_at).date() == clock.today()
    rival = make.make_volunteer(make.make_person(), cast.organization("东二村"))
    child = make.make_person(born_on=clock.today() - timedelta(days=16 * 365))
    hidden = [
        desk.make_certificate(rival, one.issuer),
        desk.make_certificate(make.make_volunteer(child, cast.organization(BRANCH)), one.issuer),
    ]
    page = client_of("gus").page(f"{OWN}/notices")
    assert one.number in page.text
    assert mask_name("人ada") in page.text
    assert "2 小时" in page.text
    for secret in ("人ada", one.code, cast.person("ada").plain_phone, *(h.number for h in hidden)):
        assert secret not in str(page)
    assert client_of("mia").get(f"{OWN}/notices").status_code == 404
    gus = one.volunteer
    assert one in notices_for(gus, clock.today() + timedelta(days=7))
    assert one not in notices_for(gus, clock.today() + timedelta(days=8))
    hours.revoke_certificate(
        one.code,
        CertificateReason.OTHER,
        "开重了",
        issuer_id=one.issuer_id,
        by=acting(cast, "cora"),
        now=clock.now(),
    )
    assert one.number not in client_of("gus").page(f"{OWN}/notices").text


@pytest.mark.covers("VOL-45", "VOL-41")
def test_where_the_unit_was_closed_the_red_cross_above_issues(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    credited(cast)
    branch = cast.organization(BRANCH)
    plan = Plan("东红〔2026〕1 号", clock.today(), None)
    for_closing = make.make_post(cast.user("cora"), Role.OFFICER, cast.organization("东县"))
    assert for_closing
    close_organization(branch, plan, by=acting(cast, "cora"), now=clock.now())
    db.session.commit()
    one = issued(client_of("ada"))
    page = Client(app).page(link_of(one)).text
    assert "东县" in page
    assert "真实有效" in page
    assert BRANCH in client_of("ada").page(f"{OWN}/{one.code}").text


@pytest.mark.covers("PRV-08", "CERT-01")
def test_printed_codes_and_signatures_survive_new_keys(
    app: Flask, cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    credited(cast)
    ada, config = client_of("ada"), app.config["REDCROSS"]
    one = issued(ada)
    printed = link_of(one)
    before = body(Client(app).get(printed))
    turned = replace(
        config,
        index_key=bytes(range(7, 39)),
        old_index_keys=(("gm", INDEX_KEY),),
        signing_keys={
            "s2": SigningKey("sm2", bytes(range(1, 33))), **config.signing_keys
        },
        current_signing_key="s2",
    )  # fmt: skip
    monkeypatch.setitem(app.config, "REDCROSS", turned)
    assert body(Client(app).get(printed)) == before
    assert printed in text_of(ada.get(f"{OWN}/{one.code}/pdf").data)
    credited(cast, back=4, title="巡河")
    newer = issued(ada)
    assert (newer.algorithm, newer.key_id) == ("sm2", "s2")
    assert "真实有效" in Client(app).page(link_of(newer)).text
    assert "已换发" in Client(app).page(printed).text


@pytest.mark.covers("CERT-01")
def test_a_code_whose_key_is_gone_is_replaced_by_a_new_certificate(
    app: Flask, cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    credited(cast)
    ada, config = client_of("ada"), app.config["REDCROSS"]
    one = issued(ada)
    printed = link_of(one)
    monkeypatch.setitem(app.config, "REDCROSS", replace(config, index_key=bytes(range(7, 39))))
    page = ada.page(f"{OWN}/{one.code}")
    assert "核验码不能再印" in page.text
    assert not page.select("figure.qr")
    for paper in ("pdf", "png"):
        assert ada.get(f"{OWN}/{one.code}/{paper}").status_code == 303
    assert "真实有效" in Client(app).page(printed).text
    fresh = issued(ada)
    assert fresh.number != one.number
    assert "已换发" in Client(app).page(printed).text
    assert "真实有效" in Client(app).page(link_of(fresh)).text


def test_a_period_of_somebody_elses_false_hours_is_free(cast: Cast, client_of: ClientOf) -> None:
    credited(cast)
    credited(cast, "gus")
    one = issued(client_of("ada"))
    assert client_of("cora").post(register(cast, one, "/revoke"), FALSE).status_code == 303
    other = issued(client_of("gus"))
    assert isinstance(other, ServiceCertificate)
    assert Period(other.first_on, other.last_on).last == clock.today()
