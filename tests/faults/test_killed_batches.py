"""kill -9 while a batch is made: every row once, and nothing left beside the file."""

from __future__ import annotations

import io
import json
import zipfile
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.directory import scope_of_account
from core import clock
from core.access.permissions import Permission
from core.config import Config
from core.database import db
from core.exports import vault
from exchange import operations
from exchange.models import Batch
from exchange.operations import gathering
from exchange.rules import BatchMode
from tests import factories as make
from tests.cast import Cast, organization_named
from tests.faults.killing import IS_FULL, KILLS, kill_until_done
from tests.races import books
from volunteers.models import Agreement
from volunteers.rules.agreement_text import digest_of
from volunteers.rules.resting import AgreementKind

PEOPLE, CHUNK = (1_200, 100) if IS_FULL else (120, 10)


def crowd() -> None:
    """Let many volunteers agree to be shared."""
    for _ in range(PEOPLE):
        one = make.make_volunteer(make.make_person(), organization_named("东一村"))
        kind, digest = AgreementKind.SHARING, digest_of(AgreementKind.SHARING)
        db.session.add(
            Agreement(volunteer_id=one.id, kind=kind, text_digest=digest, given_at=clock.now())
        )
    books.settle()
    db.session.commit()


@pytest.mark.covers("EXP-06", "FLT-01", "S33")
def test_a_batch_survives_every_kill(
    served: tuple[Flask, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = served
    monkeypatch.setattr(gathering, "CHUNK", CHUNK)
    kills, random = 0, Random(33)  # noqa: S311 - moments to kill at, no secret
    with app.app_context():
        crowd()
    while kills < KILLS:
        with app.app_context():
            place = organization_named("测试省")
            user = Cast().user("gil").id
            scope = scope_of_account(user, place.code, Permission.EXCHANGE_KEEP)
            assert scope is not None
            batch = operations.start_batch(scope, BatchMode.FULL, now=clock.now())
            db.session.commit()
            code, job = batch.code, batch.job_code
        kills += kill_until_done(app, job, random)
        with app.app_context():
            found = db.session.scalars(select(Batch).where(Batch.code == code)).one()
            assert found.is_whole
            assert [path.name for path in (vault.folder() / code).iterdir()] == ["sealed"]
            with zipfile.ZipFile(io.BytesIO(b"".join(vault.pieces(code)))) as box:
                lines = box.read("volunteer.jsonl").decode().splitlines()
            numbers = {json.loads(line)["number"] for line in lines}
            assert len(numbers) == len(lines) == PEOPLE
            assert found.counts["objects"]["volunteer"]["rows"] == PEOPLE
            operations.give_up(code, scope, now=clock.now())
            db.session.commit()
            db.session.remove()
