"""Reading a receipt into its batch: whole or not at all, once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from core.access.scope import Scope
from core.audit.operations import Actor
from core.database import db
from core.exports import vault
from core.rules import N_, RuleViolation
from exchange.models import Batch, BatchRow, SharedObject
from exchange.operations.steps import locked, step
from exchange.queries.batches import held_before
from exchange.rules import (
    WITH_MINUTES,
    BatchAction,
    BatchStatus,
    ObjectKind,
    Receipt,
    SentRow,
    check_receipt,
    read_receipt,
)

SLICE = 500
Key = tuple[ObjectKind, str, int]


def receive(code: str, data: bytes, scope: Scope, *, now: datetime) -> Batch:
    """Return a batch with its receipt. The same file once more changes nothing.

    Raises RuleViolation for a receipt that does not fit what was sent: nothing of it is kept.
    """
    batch = locked(code, scope.place.id)
    digest = hashlib.sha256(data).hexdigest()
    if batch.receipt_digest == digest:
        return batch
    if batch.receipt_digest:
        raise RuleViolation("file", N_("这一批已经读过另一份回执"))
    if batch.status is not BatchStatus.SENT:
        raise RuleViolation("file", N_("这一批还没有交出去，不会有回执"))
    receipt = read_receipt(data)
    if receipt.batch != batch.code or receipt.manifest != batch.manifest_digest:
        raise RuleViolation("file", N_("这份回执不是这一批的"))
    counts = batch.counts["objects"]
    sent = _sent(batch, receipt)
    check_receipt(
        receipt,
        {ObjectKind(kind): one["rows"] for kind, one in counts.items()},
        {ObjectKind(kind): one["minutes"] for kind, one in counts.items()},
        {key: SentRow(row.minutes) for key, row in sent.items()},
    )
    for one in receipt.refusals:
        row = sent[one.kind, one.number, one.version]
        row.is_refused, row.reason = True, one.reason
    batch.receipt_digest, batch.receipted_at = digest, now
    batch.report_text = json.dumps(_report(batch, receipt, sent), sort_keys=True)
    told = {"refused": len(receipt.refusals)}
    step(batch, BatchAction.RECEIVE, by=Actor.of_scope(scope), now=now, details=told)
    vault.remove(batch.code)
    return batch


def _sent(batch: Batch, receipt: Receipt) -> dict[Key, BatchRow]:
    """Return the rows of a batch that a receipt names, by their key."""
    found: dict[Key, BatchRow] = {}
    numbers = sorted({one.number for one in receipt.refusals})
    for at in range(0, len(numbers), SLICE):
        rows = db.session.scalars(
            select(BatchRow)
            .join(BatchRow.object)
            .options(contains_eager(BatchRow.object))
            .where(
                BatchRow.batch_id == batch.id,
                SharedObject.number.in_(numbers[at : at + SLICE]),
            )
        )
        found |= {(row.object.kind, row.object.number, row.version): row for row in rows}
    return found


def _report(batch: Batch, receipt: Receipt, sent: Mapping[Key, BatchRow]) -> dict[str, Any]:
    """Return by kind what became of the rows, and what both sides hold (VOL-52).

    What we count the other side to have is carried from receipt to receipt: what it had before,
    and what this batch added, changed and took back, without what it refused.
    """
    held, counts, kinds = held_before(batch), batch.counts["objects"], {}
    for kind, total in receipt.totals.items():
        lost = [row for key, row in sent.items() if key[0] is kind]
        had = held.get(kind, {"objects": 0, "minutes": 0})
        now = {
            "objects": had["objects"] + counts[kind]["gain"] - sum(row.gain for row in lost),
            "minutes": had["minutes"]
            + counts[kind]["gained_minutes"]
            - sum(row.gained_minutes for row in lost),
        }
        held[kind] = now
        line = {
            "accepted": total.accepted,
            "refused": total.rejected,
            "ours": now["objects"],
            "theirs": total.held,
        }
        if kind in WITH_MINUTES:
            line |= {"our_minutes": now["minutes"], "their_minutes": total.held_minutes}
        kinds[kind.value] = line
    return {"kinds": kinds, "held": held}
