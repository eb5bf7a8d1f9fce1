"""What the code on a certificate tells anybody, and what it keeps to itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import create_app
from core import clock
from core.audit.operations import Actor
from core.cli import upgrade_database
from core.database import db
from core.extensions import limiter
from people.models import Person
from people.operations.merges import settle_merges
from people.rules import mask_name
from people.rules.duplicates import KeptField, Side
from tests.cast import Cast
from tests.client import Client
from tests.conftest import make_config
from tests.people.pairs import NAME, merge
from tests.volunteers.certified import body, credited, issued, link_of, register
from tests.volunteers.desk import an_entry
from tests.volunteers.merged import confirm, log, two
from volunteers import operations as hours
from volunteers.models import ServiceCertificate
from volunteers.operations import verify_token
from volunteers.rules.certificates import Period

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


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


@pytest.mark.covers("CERT-02", "PRV-12", "AZ-16")
def test_a_merge_makes_nobody_a_minor_and_hides_one_who_is(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    first, second = two(cast)
    log_for(cast, second)
    one = hours.issue_certificate(
        second.id,
        Period(clock.today() - timedelta(days=30), clock.today()),
        by=Actor(),
        now=clock.now(),
    )
    done = merge(cast, first, second, {KeptField.RECORD: Side.FIRST})
    settle_merges(clock.at(done.undo_until + timedelta(days=1), time(12)))
    db.session.commit()
    assert second.born_on is None
    cora, page = client_of("cora"), register(cast, one)
    assert mask_name(NAME) in Client(app).page(link_of(one)).text
    assert NAME in cora.page(page).text
    assert cora.get(f"{page}/pdf").status_code == 200
    second.born_on, first.born_on = first.born_on, clock.today() - timedelta(days=16 * 365)
    db.session.commit()
    assert "未成年人" in Client(app).page(link_of(one)).text
    assert cora.get(f"{page}/pdf").status_code == 403
    assert NAME not in cora.page(page).text


def log_for(cast: Cast, person: Person) -> None:
    """Let somebody have an hour that was confirmed two days ago."""
    now = clock.now() - timedelta(days=2)
    record = log(person, an_entry(back=5), now=now)
    confirm(cast, record, now=now)
