"""What the code on a certificate tells anybody, and what it keeps to itself."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import create_app
from core import clock
from core.audit.operations import Actor
from core.crypto import opaque_code
from core.database import db
from core.extensions import limiter
from people.models import Person
from people.operations.merges import settle_merges
from people.rules import mask_name
from people.rules.duplicates import KeptField, Side
from tests import factories as make
from tests.cast import Cast, build_cast, organization_named
from tests.client import Client
from tests.conftest import make_config
from tests.desk_factories import make_certificate
from tests.people.pairs import NAME, merge
from tests.schema import make_schema
from tests.volunteers.certified import body, credited, issued, link_of, register
from tests.volunteers.desk import BRANCH, an_entry
from tests.volunteers.merged import confirm, log, two
from volunteers import operations as hours
from volunteers.models import ServiceCertificate
from volunteers.operations import verify_token
from volunteers.rules.certificates import Period

ClientOf = Callable[[str], Client]
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.mark.covers("CERT-02", "CERT-04", "PRV-06")
@pytest.mark.soak
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
    asked = 1_000 if os.environ.get("SOAK") == "full" else 20
    seen = {body(browser.get(f"{right}?q={at}")) for at in range(asked)}
    assert len(seen) == 1
    told = seen.pop()
    person = cast.person("ada")
    for secret in (person.name, person.name[1:], one.code, one.volunteer.number, "急救演练"):
        assert secret not in told


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Flask]:
    """Return an app of its own with limits; the limiter is shared, so it is put back."""
    built = create_app(make_config(tmp_path, limits_enabled=True))
    try:
        with built.app_context():
            make_schema()
            yield built
            db.engine.dispose()
    finally:
        limiter.reset()
        limiter.enabled = False


@pytest.mark.covers("CERT-04")
@pytest.mark.only_on("sqlite")
def test_an_address_that_guesses_is_slowed_down(limited: Flask) -> None:
    client = Client(limited)
    build_cast()
    volunteer = make.make_volunteer(make.make_person(), organization_named(BRANCH))
    one = make_certificate(volunteer, organization_named("东县"))
    db.session.commit()
    right = link_of(one)
    states = [client.get(f"/v/s/{at:032x}").status_code for at in range(61)]
    assert states == [404] * 60 + [429]
    assert client.get(right).status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    assert client.get("/v/s/x", environ_base=elsewhere).status_code == 404
    found = client.get(right, environ_base=elsewhere)
    assert found.status_code == 200
    assert one.number in found.text


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
@pytest.mark.soak
def test_codes_are_long_all_different_and_in_no_order(app: Flask) -> None:
    """Codes of addresses are drawn, codes on paper need the key: neither repeats nor rises."""
    count = 100_000 if os.environ.get("SOAK") == "full" else 5_000
    codes = [opaque_code(10) for _ in range(count)]
    with app.app_context():
        tokens = [verify_token(code) for code in codes]
    for drawn, length in ((codes, 10), (tokens, 32)):
        assert len(set(drawn)) == count
        assert {len(one) for one in drawn} == {length}
        rising = sum(first < second for first, second in pairwise(drawn))
        assert 0.4 < rising / count < 0.6
    first = Counter(token[0] for token in tokens)
    assert len(first) == 16
    assert max(first.values()) < 2 * min(first.values())


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
    assert "不公开" in Client(app).page(link_of(one)).text
    assert cora.get(f"{page}/pdf").status_code == 403
    assert NAME not in cora.page(page).text


def log_for(cast: Cast, person: Person) -> None:
    """Let somebody have an hour that was confirmed two days ago."""
    now = clock.now() - timedelta(days=2)
    record = log(person, an_entry(back=5), now=now)
    confirm(cast, record, now=now)
