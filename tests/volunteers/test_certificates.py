"""Certificates of service: asked for on the phone, proven by the ledger, verified by anybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app import create_app
from core import clock, fonts
from core.access.permissions import Role
from core.cli import upgrade_database
from core.database import db
from core.extensions import limiter
from core.rules import RuleViolation
from people.rules import mask_name
from tests import factories as make
from tests.cast import Cast
from tests.client import Client
from tests.conftest import make_config
from tests.volunteers.desk import BRANCH, acting, an_entry
from tests.volunteers.papers import text_of
from volunteers import operations as hours
from volunteers.models import ServiceCertificate, ServiceRecord
from volunteers.operations import verify_token
from volunteers.queries.certificates import facts_in, proof_of
from volunteers.rules import day_of
from volunteers.rules.certificates import CertificateReason, Period

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]
OWN = "/me/certs"
RARE = "𠮷野·阿依古丽"


def credited(
    cast: Cast, name: str = "ada", minutes: int = 120, back: int = 5, title: str = "急救演练"
) -> ServiceRecord:
    """Return a record that was confirmed two days ago."""
    record = hours.log_service(
        cast.person(name).id,
        an_entry(back=back, minutes=minutes, title=title),
        by=acting(cast, name),
        now=clock.now() - timedelta(days=3),
    )
    confirm(cast, record, clock.now() - timedelta(days=2))
    return record


def confirm(cast: Cast, record: ServiceRecord, now: datetime) -> None:
    place = cast.organization(BRANCH).id
    hours.confirm([record.code], handler_id=place, by=acting(cast, "ben"), now=now)
    db.session.commit()


def issued(client: Client, **fields: str) -> ServiceCertificate:
    """Return the certificate that somebody asked for."""
    answer = client.post(OWN, {"period": "all", **fields})
    assert answer.status_code == 303, answer.text
    code = answer.location.partition("?")[0].rpartition("/")[2]
    return db.session.scalars(
        select(ServiceCertificate).where(ServiceCertificate.code == code)
    ).one()


def link_of(certificate: ServiceCertificate) -> str:
    return f"/v/s/{verify_token(certificate.code)}"


def body(answer: TestResponse) -> str:
    return answer.text.partition('<main id="main"')[2].partition("</main>")[0]


def register(cast: Cast, certificate: ServiceCertificate, act: str = "") -> str:
    return f"/o/{cast.code('东县')}/certificates/{certificate.code}{act}"


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
    assert "当天不在" in client_of("ada").page(f"{OWN}/{one.code}").text
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


@pytest.mark.covers("CERT-02", "CERT-04", "PRV-06")
def test_every_wrong_code_gets_one_answer_and_the_right_one_never_says_more(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    credited(cast)
    one = issued(client_of("ada"))
    right = link_of(one)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    paths = (wrong, "/v/s/x", "/v/s/王", "/v/s/" + "a" * 500, f"/v/s/{one.code}")
    answers = [Client(app).get(path) for path in (*paths, f"/v/s/{one.number}")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({body(answer) for answer in answers}) == 1
    browser = Client(app)
    assert len({body(browser.get(right)) for _ in range(20)}) == 1


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Flask]:
    """Return an app of its own with limits; the limiter is shared, so it is put back."""
    built = create_app(make_config(tmp_path, limits_enabled=True))
    try:
        with built.app_context():
            upgrade_database()
            yield built
            db.engine.dispose()
    finally:
        limiter.reset()
        limiter.enabled = False


@pytest.mark.covers("CERT-04")
@pytest.mark.only_on("sqlite")
def test_an_address_that_guesses_is_slowed_down(limited: Flask) -> None:
    client = Client(limited)
    states = [client.get(f"/v/s/{at:032x}").status_code for at in range(61)]
    assert states == [404] * 60 + [429]
    elsewhere = client.get("/v/s/x", environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert elsewhere.status_code == 404


@pytest.mark.covers("PRV-12")
def test_the_name_of_a_minor_is_not_told(app: Flask, cast: Cast, client_of: ClientOf) -> None:
    credited(cast)
    one = issued(client_of("ada"))
    today = clock.today()
    for born_on, told in (
        (date(today.year - 18, 1, 1), True),
        (date(today.year - 17, 1, 1), False),
    ):
        cast.person("ada").born_on = born_on
        page = Client(app).page(link_of(one)).text
        assert (mask_name("人ada") in page) is told
        assert "真实有效" in page


@pytest.mark.covers("CERT-01")
def test_codes_are_long_all_different_and_in_no_order(app: Flask) -> None:
    with app.app_context():
        tokens = [verify_token(f"code{at}") for at in range(2_000)]
    assert len(set(tokens)) == len(tokens)
    assert {len(token) for token in tokens} == {32}
    assert tokens != sorted(tokens)


@pytest.mark.covers("CERT-03")
def test_what_was_certified_cannot_be_changed_and_a_forged_row_is_no_certificate(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    credited(cast)
    one = issued(client_of("ada"))
    for statement in (
        "UPDATE service_certificates SET minutes = minutes + 60",
        "DELETE FROM service_certificates",
    ):
        with pytest.raises(DBAPIError), db.session.begin_nested():
            db.session.execute(text(statement))
    facts = json.loads(one.facts)
    forged = ServiceCertificate(
        **{
            name: getattr(one, name)
            for name in (
                "volunteer_id", "issuer_id", "first_on", "last_on", "minutes",
                "algorithm", "key_id", "signature", "issued_at",
            )
        },
        code="forged",
        number="FW9",
        verify_digest=hashlib.sha256(b"forged").digest(),
        facts=json.dumps({**facts, "minutes": 6000, "number": "FW9"}),
    )  # fmt: skip
    db.session.add(forged)
    db.session.commit()
    page = Client(app).page("/v/s/forged").text
    assert "签名核对不上" in page
    assert "真实有效" not in page


@pytest.mark.covers("CERT-05")
@pytest.mark.parametrize("with_rare", [True, False])
def test_paper_drops_no_character(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, *, with_rare: bool
) -> None:
    if not with_rare:
        monkeypatch.setattr(fonts, "RARE", ())
    elif not all(face.is_file() for face in fonts.RARE):
        pytest.skip("fonts-hanazono is not installed")
    credited(cast)
    person, name = cast.person("ada"), RARE + "长" * (50 - len(RARE))
    person.name = name
    ada = client_of("ada")
    one = issued(ada)
    answer = ada.get(f"{OWN}/{one.code}/pdf")
    assert answer.mimetype == "application/pdf"
    assert one.number in answer.headers["Content-Disposition"]
    read = text_of(answer.data)
    assert (name if with_rare else name.replace("𠮷", "[U+20BB7]")) in read
    for told in (one.number, "东县", "2 小时（120 分钟）", "自报", link_of(one)):
        assert told in read
    assert person.plain_id_number[3:] not in read


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


def days(back: int) -> dict[str, str]:
    day = (day_of(clock.now()) - timedelta(days=back)).isoformat()
    return {"first": day, "last": day}
