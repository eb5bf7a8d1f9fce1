"""Batches in tests: who agrees, two officers, the file, receipts that are true or lie."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from sqlalchemy import select

from accounts.directory import scope_of_account
from core import clock, crypto
from core.access.permissions import Permission, Role
from core.access.scope import Scope
from core.audit.operations import Actor
from core.database import db
from exchange import operations
from exchange.models import Batch
from exchange.queries.batches import pieces_of
from exchange.rules import BatchMode, BatchStatus
from tests import factories as make
from tests.cast import Cast
from tests.volunteers.desk import acting
from volunteers.operations.resting import set_agreements
from volunteers.rules.resting import AgreementKind

PLACE = "测试省"


def consent(cast: Cast, *names: str, to: bool = True) -> None:
    """Let volunteers agree that their records are shared, or take it back."""
    kinds = [AgreementKind.SHARING] if to else []
    for name in names:
        by: Actor = acting(cast, name)
        set_agreements(cast.person(name).id, kinds, by=by, now=clock.now())
    db.session.commit()


def officer(cast: Cast, name: str = "gil") -> Scope:
    """Return the scope of the officer of the province, or of a second one made now."""
    place = cast.organization(PLACE)
    user = cast.user("gil")
    if name != "gil":
        user = make.make_user(make.make_person(name))
        make.make_post(user, Role.OFFICER, place)
    db.session.commit()
    scope = scope_of_account(user.id, place.code, Permission.EXCHANGE_KEEP)
    assert scope is not None
    return scope


def made(cast: Cast, mode: BatchMode = BatchMode.FULL, follows: str = "") -> Batch:
    """Return a batch that the worker filled."""
    begun = operations.start_batch(officer(cast), mode, now=clock.now(), follows=follows)
    db.session.commit()
    batch = fresh(begun.code)
    assert batch.is_whole, batch.job_code
    return batch


def fresh(code: str) -> Batch:
    """Return a batch as the database has it."""
    db.session.expire_all()
    return db.session.scalars(select(Batch).where(Batch.code == code)).one()


def sent(cast: Cast, batch: Batch) -> Batch:
    """Return a batch that another officer agreed to, and that was handed over."""
    other, mine = officer(cast, f"人{crypto.opaque_code(6)}"), officer(cast)
    operations.agree(batch.code, other, now=clock.now())
    operations.take_file(batch.code, mine, now=clock.now())
    operations.mark_sent(batch.code, mine, now=clock.now())
    db.session.commit()
    assert fresh(batch.code).status is BatchStatus.SENT
    return fresh(batch.code)


def box_of(batch: Batch) -> dict[str, Any]:
    """Return what is in the file: the manifest, the schema, and the rows by kind."""
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces_of(batch)))) as box:
        assert box.testzip() is None
        manifest = json.loads(box.read("manifest.json"))
        found = {"manifest": manifest, "schema": json.loads(box.read("schema.json"))}
        assert hashlib.sha256(box.read("manifest.json")).hexdigest() == batch.manifest_digest
        for kind, one in manifest["objects"].items():
            data = box.read(one["file"])
            assert hashlib.sha256(data).hexdigest() == one["sha256"]
            found[kind] = [json.loads(line) for line in data.decode().splitlines()]
            assert len(found[kind]) == one["rows"]
    return found


def receipt_of(
    batch: Batch, refusals: tuple[tuple[str, str, int, str], ...] = (), **changes: Any
) -> dict[str, Any]:
    """Return the head of a true receipt, and its rows under "rows"."""
    totals, minutes = {}, box_of_minutes(batch)
    for kind, one in batch.counts["objects"].items():
        mine = [row for row in refusals if row[0] == kind]
        lost = sum(minutes.get((kind, row[1]), 0) for row in mine)
        totals[kind] = {
            "accepted": one["rows"] - len(mine),
            "rejected": len(mine),
            "held": max(0, one["gain"] - len(mine)),
        }
        if kind in {"service", "training", "certificate"}:
            totals[kind] |= {"minutes": one["minutes"] - lost, "held_minutes": 0}
    head = {
        "type": "receipt",
        "batch": batch.code,
        "manifest": batch.manifest_digest,
        "totals": totals,
    }
    rows = [
        {"kind": kind, "number": number, "version": version, "reason": reason}
        for kind, number, version, reason in refusals
    ]
    return {**head, "rows": rows, **changes}


def box_of_minutes(batch: Batch) -> dict[tuple[str, str], int]:
    """Return the minutes of each row of a batch."""
    box = box_of(batch)
    kinds = ("service", "training", "certificate")
    return {
        (kind, row["number"]): row.get("facts", {}).get("minutes") or 0
        for kind in kinds
        for row in box.get(kind, [])
    }


def text_of(receipt: dict[str, Any]) -> bytes:
    """Return a receipt as the file that comes back."""
    head = {key: value for key, value in receipt.items() if key != "rows"}
    return "\n".join(map(json.dumps, [head, *receipt["rows"]])).encode() + b"\n"


def receipted(cast: Cast, batch: Batch, *refusals: tuple[str, str, int, str]) -> Batch:
    """Return a batch that was sent and answered."""
    sent(cast, batch)
    data = text_of(receipt_of(fresh(batch.code), refusals))
    operations.receive(batch.code, data, officer(cast), now=clock.now())
    db.session.commit()
    return fresh(batch.code)
