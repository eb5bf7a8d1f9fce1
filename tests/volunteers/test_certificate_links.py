"""A certificate leaves by a link for a day, and those whose hours were corrected are found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.audit.models import AuditEvent
from core.database import db
from tests.cast import Cast
from tests.client import Client, parsed
from tests.volunteers.certified import OWN, credited, issued
from tests.volunteers.desk import BRANCH, acting
from volunteers import operations as hours
from volunteers.routes.certified import paper_token
from volunteers.rules.certificates import CertificateReason

ClientOf = Callable[[str], Client]


@pytest.mark.covers("S18", "CERT-01")
def test_a_link_opens_the_paper_for_a_day_and_only_while_it_stands(
    app: Flask, cast: Cast, client_of: ClientOf
) -> None:
    credited(cast)
    ada, stranger = client_of("ada"), Client(app)
    one = issued(ada)
    answer = ada.post(f"{OWN}/{one.code}/link")
    shown = "#main a[href*='/v/p/']"
    [link] = parsed(answer).select(shown)
    assert not ada.page(f"{OWN}/{one.code}?done=link").select(shown)  # only made, never read again
    path = "/v/p/" + str(link["href"]).rpartition("/v/p/")[2]
    paper = stranger.get(path)
    assert (paper.status_code, paper.data[:4]) == (200, b"%PDF")
    assert paper.headers["Cache-Control"] == "no-store"
    told = select(AuditEvent.subject_id).where(AuditEvent.action == "certificates.link")
    assert db.session.scalars(told).all() == [one.id]
    ended = paper_token(one, clock.now() - timedelta(hours=24))
    code, until, proof = path.removeprefix("/v/p/").split("-")
    later = f"{code}-{int(until, 16) + 9999:x}-{proof}"
    for wrong in (ended, later, f"{code}-{until}-{'0' * 32}", code, f"--{proof}"):
        assert stranger.get(f"/v/p/{wrong}").status_code == 404
    hours.revoke_certificate(
        one.code,
        CertificateReason.FALSE_HOURS,
        "查实",
        issuer_id=one.issuer_id,
        by=acting(cast, "cora"),
        now=clock.now(),
    )
    db.session.commit()
    assert stranger.get(path).status_code == 404


@pytest.mark.covers("VOL-47", "LOAD-10")
def test_the_register_shows_what_has_to_be_reviewed(
    cast: Cast, client_of: ClientOf, count_statements: Any
) -> None:
    record = credited(cast)
    credited(cast, "gus", back=6)
    one = issued(client_of("ada"))
    issued(client_of("gus"))
    cora, page = client_of("cora"), f"/o/{cast.code('东县')}/certificates?show=to_review"
    assert "没有要核对的" in cora.page(page).text
    hours.correct(
        record.code,
        60,
        "只到了一小时",
        organization_id=cast.organization(BRANCH).id,
        by=acting(cast, "ben"),
        now=clock.now(),
    )
    db.session.commit()
    with count_statements() as seen:
        shown = cora.page(page)
    assert [row.select("th")[0].text for row in shown.select("tr[data-row]")] == [one.number]
    assert len(seen) <= 8
